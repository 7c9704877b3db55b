"""Where somebody stands in a form, and what is said there: the open question, a doubt, a stop, or the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from conversations.fields.field import Asking, Question, ReviewLine
from conversations.form import Ask, Form, Stop
from conversations.turn import (
    Answer,
    Doubt,
    Effect,
    Fact,
    FormOffered,
    Inbound,
    Json,
    Offered,
    Option,
    Phrase,
    Record,
    Reply,
    Rupiah,
    Session,
    Submitted,
    Turn,
)

HELP_AFTER = 3
LEAVE_EVERY = 5  # questions: under each of them it would only be noise
KEEP = "=keep"
SKIP = "=skip"
DOUBTED = "?"
SUBMITTED = "submitted"
TOLD = "told"  # how a form ends that only tells
_HELP = Option("!", "help", key="command.help")


def present(form: Form, session: Session) -> Session:
    """Carry a session over to the form as it is now: renamed steps, steps and options that are gone."""
    answers, kept = _carried(form, session.answers), _carried(form, session.kept)
    asked, last = _name_now(form, session.asked), _name_now(form, session.last)
    doubt = _doubt_carried(form, session.doubt)
    done = session.done if session.done == SUBMITTED or session.done in form.stops else ""
    now = (answers is session.answers, kept is session.kept, doubt is session.doubt)
    if all(now) and (asked, last, done) == (session.asked, session.last, session.done):
        return session
    return replace(session, answers=answers, kept=kept, asked=asked, last=last, doubt=doubt, done=done)


def _name_now(form: Form, step: str) -> str:
    return form.asks[step].name if step in form.asks else ""


def _carried(form: Form, answers: Mapping[str, Answer]) -> Mapping[str, Answer]:
    """Move answers to their steps' present names; one whose option is no longer offered is asked again."""
    carried: dict[str, Answer] = {}
    for name, answer in answers.items():
        ask = form.asks.get(name)
        if ask is not None and ask.name != name and ask.name in answers:
            continue  # answered under the new name since
        offered = getattr(ask.field, "values", None) if ask else None
        if offered is None or answer.value is None or answer.value in offered:
            carried[ask.name if ask else name] = answer
    return carried if carried != answers else answers


def _doubt_carried(form: Form, doubt: Doubt | None) -> Doubt | None:
    if doubt is None or doubt.step not in form.asks:
        return None
    name = form.asks[doubt.step].name
    return doubt if doubt.step == name else replace(doubt, step=name)


def belongs(form: Form, step: str) -> Ask | None:
    """Find the question that "form.step" names now."""
    name, _, rest = step.partition(".")
    return form.asks.get(rest.removesuffix(DOUBTED)) if name == form.name else None


def asking(form: Form, session: Session, ask: Ask, inbound: Inbound, offered: tuple[Offered, ...] = ()) -> Asking:
    """Gather what a field may look at."""
    step = f"{form.name}.{ask.name}"
    on_route = form.route(session.answers, session.facts).asks
    mine = (o for o in offered if belongs(form, o.step) is ask and not o.step.endswith(DOUBTED))
    return Asking(
        step=step,
        answers={a.name: session.answers[a.name].value for a in on_route if a.name in session.answers},
        today=inbound.today,
        partial=session.partial,
        offered=tuple(o if o.step == step else replace(o, step=step) for o in mine),
        can=inbound.can,
        own_phone=inbound.own_phone,
        facts=session.facts,
        lines=() if ask.listed else review_lines(form, session),  # a review page is not on itself
    )


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


def progress(asks: tuple[Ask, ...], ask: Ask) -> tuple[int, int]:
    """Count the listed questions up to this one, and all of them."""
    before = [a for a in asks[: asks.index(ask) + 1] if a.listed]
    return (max(len(before), 1), len([a for a in asks if a.listed]))


def left(session: Session, asks: tuple[Ask, ...], ask: Ask) -> int:
    """How many listed questions are still open, where one is asked again among answers that stand; else 0."""
    open_now = [a for a in asks if a.listed and a.name not in session.answers]
    after = asks[asks.index(ask) + 1 :]
    return len(open_now) if ask.listed and any(a.listed and a.name in session.answers for a in after) else 0


# ---- saying -------------------------------------------------------------------------------------------------------


def stand(
    form: Form,
    session: Session,
    inbound: Inbound,
    replies: tuple[Reply, ...] = (),
    effects: tuple[Effect, ...] = (),
    words: str = "full",
) -> Turn:
    """Say where the person stands now: the open doubt or question, a stop, or the end.

    words: "full" asks in full; "again" leaves the question's own words out, because the retry has just said them;
    "in short" says only the question of them, because the person has the rest before their eyes.
    """
    if session.done == SUBMITTED:
        return _already(form, session, replies, effects)
    if session.doubt:
        return _doubt(form, session, replies, effects, session.doubt)
    route = form.route(session.answers, session.facts)
    wiped = form.stops.get(session.done)
    stop = wiped if wiped and wiped.wipes else route.stop
    if stop:
        return _stop(form, session, replies, effects, stop)
    ask = route.current
    if ask is None:
        return _finish(form, session, inbound, route.asks, replies, effects)
    if ask.name != session.asked or session.done:
        session = replace(session, asked=ask.name, partial=None, misses=0, done="")
    again = left(session, route.asks, ask)
    place = progress(route.asks, ask) if ask.listed else None
    number = None if again else place
    own_wish = ask.name in session.kept and "receipt" not in session.facts
    if again and not own_wish and session.partial is None and words == "full":
        replies = (*replies, Reply("engine.one_left" if again == 1 else "engine.left", {"n": again}))
    if ask.private and "take_full_id" not in inbound.can:
        help_too = (_HELP,) if session.misses >= HELP_AFTER else ()
        question = Reply(f"{form.name}.{ask.name}.ask_form", options=help_too, link=True, progress=number)
        effects = (*effects, FormOffered(form.name, ask.name))
        return Turn(session, (*replies, question, *_way_out(place, again)), effects)
    seen = asking(form, session, ask, inbound)
    asked = ask.field.question(seen)
    options = _options(form, session, ask, asked)
    if words == "again" and replies:
        last = replace(replies[-1], options=options, share_contact=asked.share_contact, lines=asked.lines)
        return Turn(session, (*replies[:-1], last), effects)
    facts = {**asked.facts, **(ask.facts(seen) if ask.facts else {})}
    if words == "in short":
        key = f"{form.name}.{ask.name}.{asked.part}"
        short = Reply(key, facts, options, share_contact=asked.share_contact, in_short=True)
        return Turn(session, (*replies, short), effects)
    question = Reply(
        f"{form.name}.{ask.name}.{asked.part}",
        facts,
        options,
        asked.lines,
        share_contact=asked.share_contact,
        private=bool(asked.lines),
        progress=number if session.partial is None else None,
    )
    around = (*_kept(form, session, ask), question, *(_way_out(place, again) if session.partial is None else ()))
    return Turn(session, (*replies, *around), effects)


def _way_out(place: tuple[int, int] | None, again: int) -> tuple[Reply, ...]:
    """The first question says how to go back and how to leave, and every fifth says it again."""
    return (Reply("engine.leave"),) if place and again != 1 and place[0] % LEAVE_EVERY == 1 else ()


def _kept(form: Form, session: Session, ask: Ask) -> tuple[Reply, ...]:
    """An answer taken back is shown, so that the person can keep it after all."""
    if ask.name not in session.kept or session.partial is not None:
        return ()
    value = shown(form, ask, session.kept[ask.name].value)["value"]
    return (Reply(f"{_aside(form)}.kept", {"value": value}, private=ask.private),)


def _aside(form: Form) -> str:
    """Whose texts speak of what is kept aside."""
    return "engine" if form.aside == "taken back" else form.name


def _options(form: Form, session: Session, ask: Ask, question: Question) -> tuple[Option, ...]:
    step = f"{form.name}.{ask.name}"
    options = [
        o if o.key or o.label else Option(o.step, o.value, f"{step}.option.{o.value}", o.facts)
        for o in question.options
    ]
    if session.partial is None:
        if ask.name in session.kept:
            at = len(options) if form.aside == "taken back" else 0
            options.insert(at, Option(step, KEEP, key=f"{_aside(form)}.keep"))
        elif ask.optional and not any(o.value == "none" for o in options):
            options.append(Option(step, SKIP, key="engine.skip"))
    if session.misses >= HELP_AFTER:
        options.append(_HELP)
    return tuple(options)


def _doubt(form: Form, session: Session, replies: tuple[Reply, ...], effects: tuple[Effect, ...], doubt: Doubt) -> Turn:
    step = f"{form.name}.{doubt.step}"
    options = (
        Option(step + DOUBTED, "yes", key="engine.yes"),
        Option(step + DOUBTED, "no", key="engine.no"),
    )
    private = form.asks[doubt.step].private
    sure = Reply(f"{step}.sure.{doubt.code}", remembered_facts(doubt.facts), options, private=private)
    return Turn(session, (*replies, sure), effects)


def _stop(form: Form, session: Session, replies: tuple[Reply, ...], effects: tuple[Effect, ...], stop: Stop) -> Turn:
    options = tuple(Option("!", name, key=f"command.{name}") for name in stop.offers)
    stopped = replace(session, done=stop.name, asked="")
    if stop.wipes:
        answers = {name: a for name, a in session.answers.items() if name in form.asks and not form.asks[name].listed}
        if len(answers) < len(session.answers):
            effects = (*effects, Record("wiped"))  # what was typed must go from the transcript too
        stopped = replace(stopped, answers=answers, kept={}, last="")
    return Turn(stopped, (*replies, Reply(f"{form.name}.stop.{stop.name}", options=options)), effects)


def _already(form: Form, session: Session, replies: tuple[Reply, ...], effects: tuple[Effect, ...]) -> Turn:
    options = tuple(Option("!", name, key=f"command.{name}") for name in form.offers)
    facts: dict[str, Fact] = {"receipt": str(session.facts.get("receipt", ""))}
    return Turn(session, (*replies, Reply(f"{form.name}.already", facts, options)), effects)


def _finish(
    form: Form,
    session: Session,
    inbound: Inbound,
    asks: tuple[Ask, ...],
    replies: tuple[Reply, ...],
    effects: tuple[Effect, ...],
) -> Turn:
    if form.tells is not None:
        facts = form.tells(asking(form, session, asks[-1], inbound))
        offers = tuple(Option("!", name, key=f"command.{name}") for name in form.offers)
        told = Reply(f"{form.name}.done", facts, offers)
        return Turn(replace(session, done=TOLD, asked=""), (*replies, told), effects)
    answers = {ask.name: session.answers[ask.name] for ask in asks}
    known = str(session.facts.get("receipt", ""))
    receipt = known or inbound.fresh
    flags = [flag for answer in answers.values() for flag in answer.flags]
    flags += form.flags({name: answer.value for name, answer in answers.items()})
    submitted = Submitted(form.name, receipt, answers, tuple(dict.fromkeys(flags)), form.fingerprint, {**session.facts})
    options = tuple(Option("!", name, key=f"command.{name}") for name in form.offers)
    last = Reply(f"{form.name}.{'corrected' if known else 'done'}", {"receipt": receipt}, options, copy=receipt)
    closed = replace(session, done=SUBMITTED, asked="", kept={}, facts={**session.facts, "receipt": receipt})
    return Turn(closed, (*replies, last), (*effects, submitted))


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
