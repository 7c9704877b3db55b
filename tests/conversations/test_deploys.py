"""A form changed while people are in the middle of it: their answers end as if they had only seen the new one.

Every insertion, removal, swap and renaming of a step, at every point of every transcript. The person's next message
is already on its way when the form changes, in reply to the question of the old one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

import pytest

from bot.house import build_house
from conversations import blocks
from conversations.conditions import Answered, Both, Condition, Either, Flagged, Not, atoms
from conversations.conversation import House
from conversations.engine import SUBMITTED
from conversations.fields.one_of import YesNo
from conversations.form import Ask, Contradiction, Form, Step
from conversations.forms import FORMS
from conversations.registration import registration
from conversations.turn import Content, Talk, Tapped
from conversations.wording import Words
from tests.conversations.people import FORM, Moment, Outcome, Past, answered, answers_until, finish, recall, session_of
from tests.transcripts import script
from tests.transcripts.replay import Chat, chat

EXTRA = "extra"
NEW = "renamed_"


@dataclass(frozen=True)
class Change:
    """One edit of the form, and how steps are called since."""

    name: str
    form: Form
    called: Mapping[str, str]


def _renamed_condition(condition: Condition, old: str, new: str) -> Condition:
    match condition:
        case Answered(step, values):
            return Answered(new if step == old else step, values)
        case Flagged(step, flag):
            return Flagged(new if step == old else step, flag)
        case Both(left, right):
            return Both(_renamed_condition(left, old, new), _renamed_condition(right, old, new))
        case Either(left, right):
            return Either(_renamed_condition(left, old, new), _renamed_condition(right, old, new))
        case Not(inner):
            return Not(_renamed_condition(inner, old, new))
        case _:
            return condition


def _edits(steps: tuple[Step, ...]) -> Iterator[tuple[str, tuple[Step, ...], Mapping[str, str]]]:
    """List every edit of a form as new steps, sensible or not."""
    extra = Ask(EXTRA, YesNo(), listed=False)
    for at in range(len(steps) + 1):
        yield f"insert at {at}", (*steps[:at], extra, *steps[at:]), {}
    for at, step in enumerate(steps):
        yield f"remove {step.name}", (*steps[:at], *steps[at + 1 :]), {}
    for at in range(len(steps) - 1):
        swapped = (*steps[:at], steps[at + 1], steps[at], *steps[at + 2 :])
        yield f"swap {steps[at].name} and {steps[at + 1].name}", swapped, {}
    for step in steps:
        if isinstance(step, Ask):
            new = NEW + step.name
            changed = tuple(_renamed(other, step.name, new) for other in steps)
            yield f"rename {step.name}", changed, {step.name: new}


def _renamed(step: Step, old: str, new: str) -> Step:
    step = replace(step, when=_renamed_condition(step.when, old, new))
    return replace(step, name=new, was=(old,)) if isinstance(step, Ask) and step.name == old else step


def changes() -> tuple[list[Change], list[str]]:
    """Every edit that makes a form, and the names of those that a form refuses."""
    made, refused = [], []
    for name, steps, called in _edits(registration.steps):
        try:
            made.append(Change(name, replace(registration, steps=steps), called))
        except Contradiction:
            refused.append(name)
    return made, refused


@cache
def _words() -> Mapping[str, Words]:
    """The catalogues, with words for the step that is put in and under every new name."""
    words = {}
    for language, known in build_house().words.items():
        texts = dict(known.texts)
        for key, text in known.texts.items():
            if key.startswith(f"{FORM}.reminders."):
                texts[key.replace(".reminders.", f".{EXTRA}.")] = text
            if key.startswith(f"{FORM}."):
                texts[key.replace(f"{FORM}.", f"{FORM}.{NEW}", 1)] = text
        words[language] = replace(known, texts=texts)
    return words


@cache
def pasts() -> tuple[Past, ...]:
    """The transcripts as they went on the form as it is. Whoever answers all at once is never in between."""
    house = House(FORMS, _words())
    told = (script.read(path) for path in script.every())
    return tuple(recall(one, house) for one in told if not any(blocks.is_block(line.text) for line in one.lines))


@cache
def _says(number: int, count: int) -> Mapping[str, Content]:
    return answers_until(pasts()[number], count)


@cache
def _who(number: int, count: int) -> tuple[str, str]:
    """Name the person of a transcript by what they answer, and the point where they are."""
    past = pasts()[number]
    who = repr((sorted(_says(number, count).items(), key=repr), past.transcript.header))
    return who, f"{who} {past.moments[count - 1]}"


def _known_by(change: Change, says: Mapping[str, Content]) -> Mapping[str, Content]:
    """The same answers under the steps' names since the change."""
    known: dict[str, Content] = {EXTRA: Tapped(f"{FORM}.{EXTRA}", "yes")}
    for asked, content in says.items():
        step = re.split("[?:!]", asked)[0]
        known[asked] = content  # what is still on the screen goes by its old name
        known[change.called.get(step, step) + asked[len(step) :]] = content
    return known


def _in_between(past: Past, moment: Moment, change: Change) -> Chat | None:
    """Change the form at a moment and let the next message arrive; None where it reaches somebody who has ended.

    Whoever has sent the form, or of whom we keep nothing, is asked nothing more by a new one.
    """
    talking = chat(past.transcript, House({**FORMS, FORM: change.form}, _words()))
    talking.talk = moment.talk
    talking.send(moment.content, moment.edited)
    before, after = session_of(moment.talk), session_of(talking.talk)
    return None if before and after and before.done in ENDS and after.done == before.done else talking


def _forgotten(past: Past, count: int, change: Change, now: Talk) -> set[str]:
    """What a message leaves answered on the old form and the new one has lost, though it still asks for it."""
    before = past.moments[count - 1].talk
    after = past.moments[count].talk if count < len(past.moments) else past.last
    if session_of(now) == session_of(before):
        return set()  # a menu, a status: the form was not looked at
    stays = {change.called.get(step, step) for step in answered(before) & answered(after)}
    return stays & {ask.name for ask in change.form.questions} - answered(now)


ENDS = {SUBMITTED, *(stop.name for stop in registration.stops.values() if stop.wipes)}
MADE, REFUSED = changes()


def test_a_form_refuses_exactly_the_edits_that_break_a_condition() -> None:
    depended_on = {atom.step for step in registration.steps for atom in atoms(step.when) if not hasattr(atom, "fact")}
    assert {f"remove {name}" for name in depended_on} <= set(REFUSED)
    assert all(any(name in edit.split() for name in depended_on) for edit in REFUSED)
    assert len(MADE) > 60


def test_there_are_transcripts_that_end_and_transcripts_that_stop() -> None:
    ends = {session.done for past in pasts() if (session := past.last.sessions.get(FORM))}
    assert {"submitted", "declined", "foreigner", "minor"} <= ends


@pytest.mark.parametrize("change", MADE, ids=lambda change: change.name)
def test_answers_end_as_if_only_the_new_form_had_been_seen(change: Change) -> None:
    compared = 0
    known: dict[str, dict[str, Outcome]] = {}
    seen: set[str] = set()
    for number, past in enumerate(pasts()):
        for count, moment in enumerate(past.moments, start=1):
            who, point = _who(number, count)
            if point in seen:
                continue  # the same person at the same point of another transcript
            seen.add(point)
            says = _known_by(change, _says(number, count))
            talking = _in_between(past, moment, change)
            if talking is None:
                continue
            assert not _forgotten(past, count, change, talking.talk), f"{past.transcript.path.name}, message {count}"
            ends = known.setdefault(who, {})
            only_new = chat(past.transcript, House({**FORMS, FORM: change.form}, _words()))
            where = f"{past.transcript.path.name}, message {count}"
            assert finish(talking, says, ends) == finish(only_new, says, ends), where
            compared += 1
    assert compared > 300
