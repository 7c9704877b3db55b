"""Judging what was read and keeping it: doubts, misses, answers, and the answers that depend on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from conversations.fields.field import Forget, Narrowed, Problem, Reading, Took, Unsure
from conversations.form import Ask, Form
from conversations.standing import HELP_AFTER, asking, shown, stand
from conversations.turn import Answer, Consented, Doubt, Effect, Fact, Inbound, Reply, Session, Turn


def judge(form: Form, session: Session, inbound: Inbound, ask: Ask, reading: Reading, said: str) -> Turn:
    """Act on a reading: keep it, ask again, ask whether it is meant, or ask the next part."""
    if isinstance(reading, Took) and ask.check is not None:
        reading = ask.check(reading, asking(form, session, ask, inbound))
    if session.partial is not None and session.asked == ask.name and session.heard:
        said = f"{session.heard} · {said}"
    match reading:
        case Took():
            return store(form, session, inbound, ask, reading, said)
        case Problem(code, facts):
            return _miss(form, session, inbound, ask, code, facts)
        case Unsure(value, code, facts, flags):
            doubt = Doubt(ask.name, value, code, facts, said, flags)
            return stand(form, replace(session, doubt=doubt, asked=ask.name), inbound)
        case Narrowed(partial):
            return stand(form, replace(session, partial=partial, heard=said[:200], asked=ask.name, misses=0), inbound)
        case Forget(step):
            return stand(form, forget(session, step), inbound)
        case _:
            assert_never(reading)


def believe(form: Form, session: Session, inbound: Inbound, doubt: Doubt) -> Turn:
    """The person said yes: the answer stands. A check that did not raise the doubt itself may still speak."""
    ask = form.asks[doubt.step]
    took = Took(doubt.value, doubt.flags)
    settled = replace(session, doubt=None)
    if ask.check is not None and doubt.code not in ask.check.doubts:
        return judge(form, settled, inbound, ask, took, doubt.said)
    return store(form, settled, inbound, ask, took, doubt.said)


def disbelieve(form: Form, session: Session, inbound: Inbound) -> Turn:
    """The person said no: ask once more."""
    return stand(form, replace(session, doubt=None, partial=None), inbound, (Reply("engine.once_more"),))


def _miss(form: Form, session: Session, inbound: Inbound, ask: Ask, code: str, facts: Mapping[str, Fact]) -> Turn:
    """Easier words, then an example, then a person. Never a reset."""
    if form.route(session.answers, session.facts).current is not ask:
        return stand(form, session, inbound)  # an earlier question has opened since: that one first
    missed = replace(session, misses=session.misses + 1, asked=ask.name)
    step = f"{form.name}.{ask.name}"
    replies = [Reply(f"{step}.retry.{code}", facts)]
    if missed.misses == HELP_AFTER - 1:
        replies.append(Reply(f"{step}.example"))
    if missed.misses >= HELP_AFTER:
        replies.append(Reply(f"{step}.help"))
    return stand(form, missed, inbound, tuple(replies), words="again")


def keep(form: Form, session: Session, inbound: Inbound, ask: Ask) -> Turn:
    """Put an answer back that was taken back."""
    answer = session.kept[ask.name]
    return store(form, session, inbound, ask, Took(answer.value, answer.flags), answer.said)


def store(form: Form, session: Session, inbound: Inbound, ask: Ask, took: Took, said: str) -> Turn:
    """Keep an answer, say it back where that is due, and go on."""
    changed = ask.name in session.answers
    kept = without(session, ask).kept
    answers = {**session.answers, ask.name: Answer(took.value, said[:500], took.flags)}
    stored = replace(
        session, answers=answers, kept=kept, partial=None, heard="", doubt=None, misses=0, done="", last=ask.name
    )
    replies: list[Reply] = []
    if took.value is not None and (ask.field.reads_back or changed):
        replies.append(Reply(f"{form.name}.{ask.name}.took", shown(form, ask, took.value), private=ask.private))
    effects: list[Effect] = []
    if ask.consent:
        granted = took.value in ("agree", "yes")
        effects.append(Consented(ask.consent, granted, f"{form.name}.{ask.name}.ask", said))
    return stand(form, _checked_anew(form, stored, inbound, ask), inbound, tuple(replies), tuple(effects))


def _checked_anew(form: Form, session: Session, inbound: Inbound, changed: Ask) -> Session:
    """Judge the other answers again in the light of the changed one: flags follow, and what cannot stand is asked."""
    looking = None
    for ask in form.route(session.answers, session.facts).asks:
        answer = session.answers.get(ask.name)
        if ask.check is None or ask is changed or answer is None or answer.value is None:
            continue
        looking = looking or asking(form, session, ask, inbound)
        took = Took(answer.value, tuple(flag for flag in answer.flags if flag not in ask.check.flags))
        verdict = ask.check(took, looking)
        if isinstance(verdict, Problem):
            session, looking = forget(session, ask.name), None
        elif verdict.flags != answer.flags:
            session = replace(session, answers={**session.answers, ask.name: replace(answer, flags=verdict.flags)})
    return session


def without(session: Session, ask: Ask) -> Session:
    """Nothing is kept aside for a question any more."""
    return replace(session, kept={name: answer for name, answer in session.kept.items() if name != ask.name})


def forget(session: Session, step: str) -> Session:
    """Take an answer back. It is kept aside, so that the person can keep it after all."""
    answers = dict(session.answers)
    answer = answers.pop(step, None)
    kept = dict(session.kept) | ({step: answer} if answer else {})
    return replace(session, answers=answers, kept=kept, partial=None, doubt=None, misses=0, done="")
