"""The engine: one inbound into one form. It decides everything and touches nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from conversations.fields.choice import YES_NO, Near, choose
from conversations.fields.field import Problem, Took, Unsure
from conversations.fields.stance import stance
from conversations.form import Ask, Form
from conversations.keeping import believe, disbelieve, forget, judge, keep, store, without
from conversations.rules.spelling import fold
from conversations.standing import (
    DOUBTED,
    KEEP,
    SKIP,
    SUBMITTED,
    asking,
    belongs,
    left,
    present,
    progress,
    remembered_facts,
    review_lines,
    stand,
)
from conversations.turn import (
    Filled,
    Inbound,
    Offered,
    Redact,
    Reply,
    Said,
    SentBack,
    Session,
    Shared,
    Tapped,
    Turn,
)

RECAP_AFTER = timedelta(days=1)
_BESIDE: Mapping[str, tuple[str, ...]] = {
    KEEP: ("tetap", "keep", "sama", "same", "tetap saja", "tetap yang tadi", "tidak jadi", "gak jadi"),
    SKIP: ("lewati", "lewat", "skip", "lewatin"),
}


def advance(form: Form, session: Session, inbound: Inbound, offered: tuple[Offered, ...] = ()) -> Turn:
    """Take one inbound into a form: the new session, what to say, what must happen.

    `offered` are the options as the person last saw them. Contents that are not about a form (Left, Told, …) ask the
    open question again.
    """
    session = replace(present(form, session), touched=inbound.at)
    match inbound.content:
        case SentBack(receipt, steps, reason):
            return _send_back(form, session, inbound, receipt, steps, reason)
        case _ if session.done == SUBMITTED:
            return stand(form, session, inbound)
        case Said(text):
            return _hear(form, session, inbound, offered, text)
        case Tapped(step, value):
            return _tap(form, session, inbound, offered, step, value)
        case Filled(step, text):
            return _fill(form, session, inbound, step, text)
        case Shared(phone, own) if own:
            return _hear(form, session, inbound, offered, phone)
        case _:
            return stand(form, session, inbound)


def ask_again(form: Form, session: Session, inbound: Inbound, *before: Reply) -> Turn:
    """Say something, then ask the open question once more."""
    return stand(form, present(form, session), inbound, before)


def ask_shortly(form: Form, session: Session, inbound: Inbound, *before: Reply) -> Turn:
    """Say something, then ask the open question once more without its explanations: they are on the screen."""
    return stand(form, present(form, session), inbound, before, words="in short")


def place(form: Form, session: Session) -> tuple[int, int] | None:
    """How far somebody is: the open question's number, of how many. None where nothing is open."""
    route = form.route(session.answers, session.facts)
    return progress(route.asks, route.current) if route.current else None


def recap(form: Form, session: Session, inbound: Inbound) -> Turn:
    """Welcome somebody back: how far they are, and the open question."""
    session = present(form, session)
    route = form.route(session.answers, session.facts)
    if route.current is None:
        return stand(form, session, inbound)
    if left(session, route.asks, route.current):
        return stand(form, session, inbound, (Reply("engine.recap_again"),))
    n, total = progress(route.asks, route.current)
    return stand(form, session, inbound, (Reply("engine.recap", {"n": n, "total": total}),))


def rested(session: Session, inbound: Inbound) -> bool:
    """Say whether the person comes back after so long that they deserve a recap."""
    return bool(session.asked) and inbound.at - session.touched >= RECAP_AFTER


def go_back(form: Form, session: Session, inbound: Inbound) -> Turn:
    """Take back half an answer if there is one, else the answer before the open question."""
    session = present(form, session)
    if session.partial is not None or session.doubt:
        return stand(form, replace(session, partial=None, doubt=None), inbound)
    stop = form.stops.get(session.done)
    if stop and stop.wipes and stop is not form.route(session.answers, session.facts).stop:
        return stand(form, replace(session, done=""), inbound)  # what led here is gone already
    route = form.route(session.answers, session.facts)
    before = route.asks[: route.asks.index(route.current)] if route.current else route.asks
    answered = [ask for ask in before if ask.name in session.answers]
    if not answered:
        return stand(form, session, inbound, (Reply("engine.nothing_before"),))
    return stand(form, forget(session, answered[-1].name), inbound)


def change(form: Form, session: Session, inbound: Inbound, number: int) -> Turn:
    """Ask the answer with this number on the review page again."""
    session = present(form, session)
    lines = review_lines(form, session)
    for line in lines:
        if line.number == number:
            return stand(form, forget(session, line.step), inbound)
    total = len(lines)
    why = Reply("engine.no_such_number", {"n": number, "total": total}) if lines else Reply("engine.nothing_to_change")
    return stand(form, session, inbound, (why,))


def skip(form: Form, session: Session, inbound: Inbound) -> Turn:
    """Leave an optional question unanswered."""
    session = present(form, session)
    ask = _asked(form, session)
    if ask is None or not ask.optional:
        return stand(form, session, inbound, (Reply("engine.cannot_skip"),))
    return store(form, session, inbound, ask, Took(None), "")


# ---- hearing ------------------------------------------------------------------------------------------------------


def _asked(form: Form, session: Session) -> Ask | None:
    """Find the question a reply belongs to: the one last asked, if the form as it is now still asks it."""
    remembered = form.asks.get(session.asked)
    return remembered if remembered and _is_open_to(form, session, remembered) else None


def _is_open_to(form: Form, session: Session, ask: Ask) -> bool:
    """Say whether an answer to this question can be taken now: one that is open or was, never one yet to come."""
    route = form.route(session.answers, session.facts)
    if ask not in route.asks:
        return False
    if ask is form.closing:
        return ask is route.current  # closing the form is the answer to what is on the review page, not to an old one
    reached = route.current is None or route.asks.index(ask) <= route.asks.index(route.current)
    return reached or ask.name in session.answers or ask.name in session.kept or ask.name == session.asked


def _hear(form: Form, session: Session, inbound: Inbound, offered: tuple[Offered, ...], text: str) -> Turn:
    if inbound.edited:
        return _correct_last(form, session, inbound, text)
    ask = _asked(form, session)
    if ask is None:
        return stand(form, session, inbound)
    if session.doubt:
        seen = tuple(o for o in offered if o.step.endswith(DOUBTED))
        match choose(text, seen, YES_NO):
            case "yes":
                return believe(form, session, inbound, session.doubt)
            case "no":
                return disbelieve(form, session, inbound)
            case Near():
                return stand(form, session, inbound)  # "iya kayaknya" is no answer to the question behind the doubt
    if ask.private and "take_full_id" not in inbound.can:
        # The channel forbids this answer in the chat: whatever was typed is not read, the link is given again.
        missed = replace(session, misses=session.misses + 1)
        return stand(form, missed, inbound, (Reply("engine.use_the_form"),))
    fresh = replace(session, doubt=None)
    looking = asking(form, fresh, ask, inbound, offered)
    how = "count" if any(o.value not in _BESIDE for o in looking.offered) else "by name"
    if beside := _beside(form, text, looking.offered, how):
        return _tap(form, fresh, inbound, offered, looking.step, beside)
    if form.aside == "written down" and ask.name in fresh.kept and stance(text) == "no":
        return stand(form, without(fresh, ask), inbound, (Reply("engine.once_more"),))
    reading = ask.field.read(text, looking)
    if isinstance(reading, Problem) and (beside := _beside(form, text, looking.offered, "count")):
        return _tap(form, fresh, inbound, offered, looking.step, beside)
    return _redacted(judge(form, fresh, inbound, ask, reading, text), ask, text)


def _beside(form: Form, text: str, offered: tuple[Offered, ...], how: str) -> str:
    """Hear "keep it" or "skip it", "" for neither. A bare number counts only where it cannot be an answer itself."""
    if form.aside == "written down" and stance(text) == "yes" and any(o.value == KEEP for o in offered):
        return KEEP
    if how == "count":
        chosen = choose(text, offered, _BESIDE)
        return chosen if isinstance(chosen, str) and chosen in _BESIDE else ""
    said = fold(text)
    return next((o.value for o in offered if said in (fold(o.label), *_BESIDE.get(o.value, ()))), "")


def _redacted(turn: Turn, ask: Ask, text: str) -> Turn:
    """A private answer, right or wrong, does not stay in the chat."""
    if not ask.private or sum(c.isdigit() for c in text) < 6:
        return turn
    return replace(turn, effects=(*turn.effects, Redact("private_answer")))


def _tap(form: Form, session: Session, inbound: Inbound, offered: tuple[Offered, ...], step: str, value: str) -> Turn:
    ask = belongs(form, step)
    if ask is None:
        return _too_late(form, session, inbound)
    if step.endswith(DOUBTED):
        if session.doubt is None or session.doubt.step != ask.name:
            return _too_late(form, session, inbound)
        yes = value == "yes"
        return believe(form, session, inbound, session.doubt) if yes else disbelieve(form, session, inbound)
    if not _is_open_to(form, session, ask):
        return _too_late(form, session, inbound)
    if value == KEEP and ask.name in session.kept:
        return keep(form, session, inbound, ask)
    if value == SKIP and ask.optional:
        return store(form, session, inbound, ask, Took(None), "")
    fresh = replace(session, doubt=None)
    if _asked(form, session) is not ask:
        fresh = replace(fresh, partial=None)
    reading = ask.field.pick(value, asking(form, fresh, ask, inbound, offered))
    if isinstance(reading, Problem):
        return _too_late(form, session, inbound)
    label = next((o.label for o in offered if o.value == value and belongs(form, o.step) is ask), value)
    return judge(form, fresh, inbound, ask, reading, label)


def _too_late(form: Form, session: Session, inbound: Inbound) -> Turn:
    return stand(form, session, inbound, (Reply("engine.old_button"),))


def _fill(form: Form, session: Session, inbound: Inbound, step: str, text: str) -> Turn:
    """Take what was typed on the secure form, unless the person has started over or gone another way since."""
    ask = form.asks.get(step)
    route = form.route(session.answers, session.facts)
    if ask is None or ask not in route.asks or any(a.consent for a in _unanswered_before(route.asks, ask, session)):
        return _too_late(form, session, inbound)
    fresh = replace(session, doubt=None, partial=None)
    reading = ask.field.read(text, asking(form, fresh, ask, inbound))
    if isinstance(reading, Unsure):  # the page has asked already
        reading = Took(reading.value, reading.flags)
    return judge(form, fresh, inbound, ask, reading, text)


def _unanswered_before(asks: tuple[Ask, ...], ask: Ask, session: Session) -> list[Ask]:
    return [a for a in asks[: asks.index(ask)] if a.name not in session.answers]


def _correct_last(form: Form, session: Session, inbound: Inbound, text: str) -> Turn:
    """An edited message corrects the answer it gave, if it still reads as one."""
    ask = form.asks.get(session.last)
    if ask is None or ask.name not in session.answers or (ask.private and "take_full_id" not in inbound.can):
        return stand(form, session, inbound)
    before = replace(session, partial=None, doubt=None)
    reading = ask.field.read(text, asking(form, before, ask, inbound))
    if isinstance(reading, Took):
        return _redacted(judge(form, before, inbound, ask, reading, text), ask, text)
    return _redacted(stand(form, session, inbound, (Reply("engine.edit_not_taken"),)), ask, text)


def _send_back(
    form: Form, session: Session, inbound: Inbound, receipt: str, steps: tuple[str, ...], reason: str
) -> Turn:
    for step in steps:
        session = forget(session, form.asks[step].name if step in form.asks else step)
    session = replace(session, facts={**session.facts, "receipt": receipt})
    return stand(form, session, inbound, (Reply("engine.sent_back", {"receipt": receipt, "reason": reason}),))


__all__ = [
    "SUBMITTED",
    "advance",
    "ask_again",
    "ask_shortly",
    "change",
    "forget",
    "go_back",
    "place",
    "recap",
    "remembered_facts",
    "rested",
    "review_lines",
    "skip",
]
