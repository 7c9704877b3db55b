"""The engine: one inbound into one form. It decides everything and touches nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import assert_never

from conversations.fields.choice import YES_NO, choose
from conversations.fields.field import Asking, Forget, Narrowed, Problem, Question, Reading, ReviewLine, Took, Unsure
from conversations.form import Ask, Form, Stop
from conversations.turn import (
    Answer,
    Consented,
    Doubt,
    Effect,
    Fact,
    Filled,
    FormOffered,
    Inbound,
    Json,
    Offered,
    Option,
    Phrase,
    Redact,
    Reply,
    Rupiah,
    Said,
    SentBack,
    Session,
    Shared,
    Submitted,
    Tapped,
    Turn,
)

RECAP_AFTER = timedelta(days=1)
HELP_AFTER = 3
KEEP = "=keep"
SKIP = "=skip"
DOUBTED = "?"
SUBMITTED = "submitted"


def advance(form: Form, session: Session, inbound: Inbound, offered: tuple[Offered, ...] = ()) -> Turn:
    """Take one inbound into a form: the new session, what to say, what must happen.

    `offered` are the options as the person last saw them. Contents that are not about a form (Left, Told, …) ask the
    open question again.
    """
    session = replace(session, answers=form.renamed(session.answers), kept=form.renamed(session.kept))
    if session.done == SUBMITTED and not isinstance(inbound.content, SentBack):
        return ask_again(form, session, inbound)
    match inbound.content:
        case Said(text):
            turn = _hear(form, session, inbound, offered, text)
        case Tapped(step, value):
            turn = _tap(form, session, inbound, offered, step.partition(".")[2], value)
        case Filled(step, text):
            turn = _fill(form, session, inbound, step, text)
        case Shared(phone, own) if own:
            turn = _hear(form, session, inbound, offered, phone)
        case SentBack(receipt, steps, reason):
            turn = _send_back(form, session, inbound, receipt, steps, reason)
        case _:
            turn = ask_again(form, session, inbound)
    return replace(turn, session=replace(turn.session, touched=inbound.at))


def ask_again(form: Form, session: Session, inbound: Inbound, *before: Reply) -> Turn:
    """Say something, then ask the open question once more."""
    return _proceed(form, session, inbound, list(before), [])


def recap(form: Form, session: Session, inbound: Inbound) -> Turn:
    """Welcome somebody back: how far they are, and the open question."""
    route = form.route(session.answers, session.facts)
    if route.current is None:
        return ask_again(form, session, inbound)
    number = route.asks.index(route.current) + 1
    return ask_again(form, session, inbound, Reply("engine.recap", {"n": number, "total": len(route.asks)}))


def rested(session: Session, inbound: Inbound) -> bool:
    """Say whether the person comes back after so long that they deserve a recap."""
    return bool(session.asked) and inbound.at - session.touched >= RECAP_AFTER


def go_back(form: Form, session: Session, inbound: Inbound) -> Turn:
    """Take back half an answer if there is one, else the answer before the open question."""
    if session.partial is not None or session.doubt:
        return ask_again(form, replace(session, partial=None, doubt=None), inbound)
    route = form.route(session.answers, session.facts)
    answered = [ask for ask in route.asks if ask.name in session.answers and ask is not route.current]
    if route.current is not None:
        answered = [ask for ask in answered if route.asks.index(ask) < route.asks.index(route.current)]
    if not answered:
        return ask_again(form, session, inbound, Reply("engine.nothing_before"))
    return ask_again(form, forget(session, answered[-1].name), inbound)


def change(form: Form, session: Session, inbound: Inbound, number: int) -> Turn:
    """Ask the answer with this number on the review page again."""
    for line in review_lines(form, session):
        if line.number == number:
            return ask_again(form, forget(session, line.step), inbound)
    lines = len(review_lines(form, session))
    return ask_again(form, session, inbound, Reply("engine.no_such_number", {"n": number, "total": lines}))


def skip(form: Form, session: Session, inbound: Inbound) -> Turn:
    """Leave an optional question unanswered."""
    ask = _asked(form, session)
    if ask is None or not ask.optional:
        return ask_again(form, session, inbound, Reply("engine.cannot_skip"))
    return _store(form, session, inbound, ask, Took(None), "")


def forget(session: Session, step: str) -> Session:
    """Take an answer back. It is kept aside, so that the person can keep it after all."""
    answers = dict(session.answers)
    answer = answers.pop(step, None)
    kept = dict(session.kept) | ({step: answer} if answer else {})
    return replace(session, answers=answers, kept=kept, partial=None, doubt=None, misses=0, done="")


def review_lines(form: Form, session: Session) -> tuple[ReviewLine, ...]:
    """Number the answers on this person's route, as a review page lists them."""
    route = form.route(session.answers, session.facts)
    listed = [ask for ask in route.asks if ask.listed and ask.name in session.answers]
    return tuple(
        ReviewLine(number, ask.name, {"n": number, **shown(form, ask, session.answers[ask.name].value)})
        for number, ask in enumerate(listed, start=1)
    )


def shown(form: Form, ask: Ask, value: Json) -> dict[str, Fact]:
    """Facts that show an answer back; phrases of the field become texts of this step. Nothing given: a phrase too."""
    if value is None:
        return {"value": Phrase("engine.nothing")}
    facts = ask.field.shown(value)
    return {
        name: Phrase(f"{form.name}.{ask.name}{fact}") if isinstance(fact, Phrase) and fact.startswith(".") else fact
        for name, fact in facts.items()
    }


def asking(form: Form, session: Session, ask: Ask, inbound: Inbound, offered: tuple[Offered, ...] = ()) -> Asking:
    """Gather what a field may look at."""
    step = f"{form.name}.{ask.name}"
    on_route = form.route(session.answers, session.facts).asks
    return Asking(
        step=step,
        answers={a.name: session.answers[a.name].value for a in on_route if a.name in session.answers},
        today=inbound.today,
        partial=session.partial,
        offered=tuple(o for o in offered if o.step == step),
        can=inbound.can,
        own_phone=inbound.own_phone,
        facts=session.facts,
        lines=review_lines(form, session),
    )


# ---- hearing ------------------------------------------------------------------------------------------------------


def _asked(form: Form, session: Session) -> Ask | None:
    """Find the question a reply belongs to: the one last asked, if the form as it is now still asks it."""
    remembered = form.asks.get(session.asked)
    return remembered if remembered in form.route(session.answers, session.facts).asks else None


def _hear(form: Form, session: Session, inbound: Inbound, offered: tuple[Offered, ...], text: str) -> Turn:
    if inbound.edited:
        return _correct_last(form, session, inbound, text)
    ask = _asked(form, session)
    if ask is None:
        return ask_again(form, session, inbound)
    if session.doubt:
        seen = tuple(o for o in offered if o.step.endswith(DOUBTED))
        match choose(text, seen, YES_NO):
            case "yes":
                return _believe(form, session, inbound, session.doubt)
            case "no":
                return _disbelieve(form, session, inbound)
    if ask.name in session.kept:
        kept = tuple(o for o in offered if o.value == KEEP)
        if choose(text, kept, {KEEP: ("tetap", "keep", "sama", "same", "tetap saja")}) == KEEP:
            return _keep(form, session, inbound, ask)
    if ask.private and "take_full_id" not in inbound.can:
        # The channel forbids this answer in the chat: whatever was typed is not read, the link is given again.
        return ask_again(form, session, inbound, Reply("engine.use_the_form"))
    fresh = replace(session, doubt=None)
    reading = ask.field.read(text, asking(form, fresh, ask, inbound, offered))
    return _judge(form, fresh, inbound, ask, reading, text)


def _tap(form: Form, session: Session, inbound: Inbound, offered: tuple[Offered, ...], step: str, value: str) -> Turn:
    doubted = step.endswith(DOUBTED)
    ask = form.asks.get(step.removesuffix(DOUBTED))
    if ask is None:
        return ask_again(form, session, inbound, Reply("engine.old_button"))
    if doubted:
        if session.doubt is None or session.doubt.step != ask.name:
            return ask_again(form, session, inbound, Reply("engine.old_button"))
        if value == "yes":
            return _believe(form, session, inbound, session.doubt)
        return _disbelieve(form, session, inbound)
    if value == KEEP:
        return _keep(form, session, inbound, ask)
    if value == SKIP and ask.optional:
        return _store(form, session, inbound, ask, Took(None), "")
    if ask.name not in (named.name for named in form.route(session.answers, session.facts).asks):
        return ask_again(form, session, inbound, Reply("engine.old_button"))
    fresh = replace(session, doubt=None)
    if _asked(form, session) is not ask:
        fresh = replace(fresh, partial=None)
    reading = ask.field.pick(value, asking(form, fresh, ask, inbound, offered))
    label = next((o.label for o in offered if o.value == value and o.step.endswith(f".{step}")), value)
    return _judge(form, fresh, inbound, ask, reading, label)


def _fill(form: Form, session: Session, inbound: Inbound, step: str, text: str) -> Turn:
    ask = form.asks.get(step)
    if ask is None:
        return ask_again(form, session, inbound, Reply("engine.old_button"))
    return _judge(form, session, inbound, ask, ask.field.read(text, asking(form, session, ask, inbound)), text)


def _correct_last(form: Form, session: Session, inbound: Inbound, text: str) -> Turn:
    """An edited message corrects the answer it gave, if it still reads as one."""
    ask = form.asks.get(session.last)
    if ask is None or ask.name not in session.answers:
        return ask_again(form, session, inbound)
    before = replace(session, partial=None, doubt=None)
    reading = ask.field.read(text, asking(form, before, ask, inbound))
    if isinstance(reading, Took):
        return _judge(form, before, inbound, ask, reading, text)
    return ask_again(form, session, inbound, Reply("engine.edit_not_taken"))


def _send_back(
    form: Form, session: Session, inbound: Inbound, receipt: str, steps: tuple[str, ...], reason: str
) -> Turn:
    for step in (*steps, form.steps[-1].name):
        session = forget(session, step)
    session = replace(session, facts={**session.facts, "receipt": receipt})
    return ask_again(form, session, inbound, Reply("engine.sent_back", {"receipt": receipt, "reason": reason}))


# ---- judging and keeping ------------------------------------------------------------------------------------------


def _judge(form: Form, session: Session, inbound: Inbound, ask: Ask, reading: Reading, said: str) -> Turn:
    if isinstance(reading, Took) and ask.check is not None:
        reading = ask.check(reading, asking(form, session, ask, inbound))
    match reading:
        case Took():
            return _store(form, session, inbound, ask, reading, said)
        case Problem(code, facts):
            return _miss(form, session, inbound, ask, code, facts)
        case Unsure(value, code, facts, flags):
            doubt = Doubt(ask.name, value, code, facts, said, flags)
            return ask_again(form, replace(session, doubt=doubt, asked=ask.name), inbound)
        case Narrowed(partial):
            return ask_again(form, replace(session, partial=partial, asked=ask.name, misses=0), inbound)
        case Forget(step):
            return ask_again(form, forget(session, step), inbound)
        case _:
            assert_never(reading)


def _believe(form: Form, session: Session, inbound: Inbound, doubt: Doubt) -> Turn:
    """The person said yes: the answer stands. Only the checks that ask nothing may still speak."""
    ask = form.asks[doubt.step]
    took: Took = Took(doubt.value, doubt.flags)
    if ask.check is not None and doubt.code not in ask.check.doubts:
        verdict = ask.check(took, asking(form, replace(session, doubt=None), ask, inbound))
        if not isinstance(verdict, Took):
            return _judge(form, replace(session, doubt=None), inbound, ask, verdict, doubt.said)
        took = verdict
    return _store(form, session, inbound, ask, took, doubt.said)


def _disbelieve(form: Form, session: Session, inbound: Inbound) -> Turn:
    return ask_again(form, replace(session, doubt=None, partial=None), inbound, Reply("engine.once_more"))


def _miss(form: Form, session: Session, inbound: Inbound, ask: Ask, code: str, facts: Mapping[str, Fact]) -> Turn:
    """Easier words, then an example, then a person. Never a reset."""
    missed = replace(session, misses=session.misses + 1, asked=ask.name)
    step = f"{form.name}.{ask.name}"
    replies = [Reply(f"{step}.retry.{code}", facts)]
    if missed.misses == HELP_AFTER - 1:
        replies.append(Reply(f"{step}.example"))
    if missed.misses >= HELP_AFTER:
        replies.append(Reply(f"{step}.help"))
    return _proceed(form, missed, inbound, replies, [], words="again")


def _keep(form: Form, session: Session, inbound: Inbound, ask: Ask) -> Turn:
    answer = session.kept.get(ask.name)
    if answer is None:
        return ask_again(form, session, inbound, Reply("engine.old_button"))
    return _store(form, session, inbound, ask, Took(answer.value, answer.flags), answer.said)


def _store(form: Form, session: Session, inbound: Inbound, ask: Ask, took: Took, said: str) -> Turn:
    changed = ask.name in session.answers
    kept = {name: answer for name, answer in session.kept.items() if name != ask.name}
    answers = {**session.answers, ask.name: Answer(took.value, said[:500], took.flags)}
    stored = replace(session, answers=answers, kept=kept, partial=None, doubt=None, misses=0, done="", last=ask.name)
    replies: list[Reply] = []
    if took.value is not None and (ask.field.reads_back or changed):
        replies.append(Reply(f"{form.name}.{ask.name}.took", shown(form, ask, took.value), private=ask.private))
    effects: list[Effect] = []
    if ask.consent:
        granted = took.value in ("agree", "yes")
        effects.append(Consented(ask.consent, granted, f"{form.name}.{ask.name}.ask", said))
    if ask.private and isinstance(inbound.content, Said):
        effects.append(Redact("private_answer"))
    return _proceed(form, stored, inbound, replies, effects)


# ---- asking -------------------------------------------------------------------------------------------------------


def _proceed(
    form: Form,
    session: Session,
    inbound: Inbound,
    replies: list[Reply],
    effects: list[Effect],
    words: str = "full",
) -> Turn:
    """Say where the person stands now: the open question, a stop, or the end.

    words: "full" asks in full; "again" leaves the question's own words out, because the retry has just said them.
    """
    route = form.route(session.answers, session.facts)
    if session.doubt:
        return _ask_doubt(form, session, replies, effects, session.doubt)
    if route.stop:
        return _stop(form, session, replies, effects, route.stop)
    ask = route.current
    if ask is None:
        return _finish(form, session, inbound, replies, effects)
    if ask.name != session.asked:
        session = replace(session, asked=ask.name, partial=None, misses=0)
    if ask.private and "take_full_id" not in inbound.can:
        replies.append(Reply(f"{form.name}.{ask.name}.ask_form", link=True, progress=_progress(route.asks, ask)))
        effects.append(FormOffered(form.name, ask.name))
        return Turn(session, tuple(replies), tuple(effects))
    seen = asking(form, session, ask, inbound)
    question = ask.field.question(seen)
    options = _options(form, session, ask, question)
    facts = {**question.facts, **(ask.facts(seen) if ask.facts else {})}
    key = f"{form.name}.{ask.name}.{question.part}"
    if words == "again" and replies:
        replies[-1] = replace(replies[-1], options=options, share_contact=question.share_contact, lines=question.lines)
    else:
        replies.append(
            Reply(
                key,
                facts,
                options,
                question.lines,
                share_contact=question.share_contact,
                private=bool(question.lines),
                progress=_progress(route.asks, ask) if question.part == "ask" and ask.listed else None,
            )
        )
    return Turn(session, tuple(replies), tuple(effects))


def _progress(asks: tuple[Ask, ...], ask: Ask) -> tuple[int, int]:
    counted = [a for a in asks if a.listed]
    return (counted.index(ask) + 1 if ask in counted else 1, len(counted))


def _options(form: Form, session: Session, ask: Ask, question: Question) -> tuple[Option, ...]:
    step = f"{form.name}.{ask.name}"
    options = [o if o.key or o.label else replace(o, key=f"{step}.option.{o.value}") for o in question.options]
    if ask.name in session.kept and session.partial is None:
        value = shown(form, ask, session.kept[ask.name].value)["value"]
        options.append(Option(step, KEEP, key="engine.keep", facts={"value": value}))
    elif ask.optional and session.partial is None and not any(o.value == SKIP for o in options):
        options.append(Option(step, SKIP, key="engine.skip"))
    if session.misses >= HELP_AFTER:
        options.append(Option("!", "help", key="command.help"))
    return tuple(options)


def _ask_doubt(form: Form, session: Session, replies: list[Reply], effects: list[Effect], doubt: Doubt) -> Turn:
    step = f"{form.name}.{doubt.step}"
    options = (
        Option(step + DOUBTED, "yes", key="engine.yes"),
        Option(step + DOUBTED, "no", key="engine.no"),
    )
    facts = remembered_facts(doubt.facts)
    private = form.asks[doubt.step].private
    replies.append(Reply(f"{step}.sure.{doubt.code}", facts, options, private=private))
    return Turn(session, tuple(replies), tuple(effects))


def _stop(form: Form, session: Session, replies: list[Reply], effects: list[Effect], stop: Stop) -> Turn:
    options = tuple(Option("!", name, key=f"command.{name}") for name in stop.offers)
    replies.append(Reply(f"{form.name}.stop.{stop.name}", options=options))
    return Turn(replace(session, done=stop.name, asked=""), tuple(replies), tuple(effects))


def _finish(form: Form, session: Session, inbound: Inbound, replies: list[Reply], effects: list[Effect]) -> Turn:
    on_route = form.route(session.answers, session.facts).asks
    answers = {ask.name: session.answers[ask.name] for ask in on_route}
    options = tuple(Option("!", name, key=f"command.{name}") for name in form.offers)
    if session.done:
        receipt = str(session.facts.get("receipt", ""))
        replies.append(Reply(f"{form.name}.already", {"receipt": receipt}, options))
        return Turn(session, tuple(replies), tuple(effects))
    receipt = str(session.facts.get("receipt") or inbound.fresh)
    flags = [flag for answer in answers.values() for flag in answer.flags]
    flags += form.flags({name: answer.value for name, answer in answers.items()})
    effects.append(Submitted(form.name, receipt, answers, tuple(dict.fromkeys(flags)), form.fingerprint, session.facts))
    corrected = "receipt" in session.facts
    key = f"{form.name}.corrected" if corrected else f"{form.name}.done"
    replies.append(Reply(key, {"receipt": receipt}, options, copy=receipt))
    facts = {**session.facts, "receipt": receipt}
    return Turn(replace(session, done=SUBMITTED, asked="", facts=facts), tuple(replies), tuple(effects))


def remembered_facts(facts: Mapping[str, Json]) -> dict[str, Fact]:
    """Give JSON facts their types back: `_date` names a date, `_rp` an amount in rupiah."""
    typed: dict[str, Fact] = {}
    for name, value in facts.items():
        if name.endswith("_date") and isinstance(value, str):
            typed[name] = date.fromisoformat(value)
        elif name.endswith("_rp") and isinstance(value, int):
            typed[name] = Rupiah(value)
        else:
            typed[name] = value if isinstance(value, int) else str(value)
    return typed
