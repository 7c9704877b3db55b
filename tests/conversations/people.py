"""Made-up people who answer what they are asked: from a transcript, or from a small world of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from conversations.conversation import House
from conversations.engine import SUBMITTED
from conversations.saved import dump_session, dump_talk
from conversations.turn import Content, Filled, Json, Said, Session, Talk, Tapped
from tests.transcripts.replay import Chat, chat
from tests.transcripts.script import Transcript

FORM = "registration"
LONG_ENOUGH = 120  # messages after which somebody who only answers what is asked must have come to an end


class Astray(Exception):
    """Somebody who answers everything never comes to an end: the conversation goes in circles."""


@dataclass(frozen=True)
class Moment:
    """A point of a transcript: the chat until then, and what the person sends next."""

    talk: Talk
    open: str
    content: Content
    edited: str


@dataclass(frozen=True)
class Past:
    """A transcript as it went: its moments, and what it left behind."""

    transcript: Transcript
    moments: tuple[Moment, ...]
    last: Talk


def session_of(talk: Talk) -> Session | None:
    return talk.sessions.get(FORM)


def answered(talk: Talk) -> set[str]:
    """Name the steps that are answered, or were until the person took their answer back."""
    session = session_of(talk)
    return {*session.answers, *session.kept} if session else set()


def open_now(talk: Talk) -> str:
    """Name what the person is being asked: "born", "born?nik_differs", "income:…" half-way; "" when nothing is open."""
    session = session_of(talk)
    if session is None or talk.active != FORM or session.done:
        return ""
    if session.doubt:
        return f"{session.doubt.step}?{session.doubt.code}"
    half = json.dumps(session.partial, sort_keys=True) if session.partial else ""
    return f"{session.asked}:{half}" if half else session.asked


def recall(transcript: Transcript, house: House) -> Past:
    """Go through a transcript and keep every moment of it."""
    talking = chat(transcript, house)
    moments: list[Moment] = []
    for line in transcript.lines:
        if line.how != "waited":
            content, edited = talking.content(line)
            moments.append(Moment(talking.talk, open_now(talking.talk), content, edited))
        talking.take(line)
    return Past(transcript, tuple(moments), talking.talk)


def answers_until(past: Past, count: int) -> Mapping[str, Content]:
    """Learn what somebody answers to each open question: their last word on it, as far as they have come.

    Only what moved them on counts, so a sticker or a misread answer is not one.
    """
    talks = [moment.talk for moment in past.moments[1:]] + [past.last]
    told: list[dict[str, Content]] = [{}, {}]  # after, and until then
    for number, (moment, after) in enumerate(zip(past.moments, talks, strict=True)):
        answered = _answered(moment, after)
        if answered:
            told[number < count][answered] = moment.content
    came_to = {step for talk in talks if (session := session_of(talk)) for step in session.answers}
    came_to |= {_step(moment.open) for moment, after in zip(past.moments, talks, strict=True) if not open_now(after)}
    for learned in told:
        for asked in [asked for asked in learned if _step(asked) not in came_to]:
            del learned[asked]  # half an answer that never became one
    ana = ANA if "take_full_id" in past.transcript.can else ANA_ON_A_FORM
    return {**ana, **{f"{step}!": content for step, content in ana.items()}, **told[0], **told[1]}


def _answered(moment: Moment, after: Talk) -> str:
    """Name the open question, or the one an old button belongs to, that a message has answered; "" for none."""
    then, now = session_of(moment.talk), session_of(after)
    if then is None or now is None:
        return ""
    name = then.last if moment.edited else moment.open
    if isinstance(moment.content, Tapped):
        tapped = moment.content.step.removeprefix(f"{FORM}.")
        name = name if tapped == _step(name) or "?" in tapped else tapped
    if isinstance(moment.content, Filled):
        name = moment.content.step
    step = _step(name)
    if step in ("", "confirm", "!"):
        return ""  # what is changed on the review page is answered anew anyway
    if step in then.kept and now.answers.get(step) == then.kept[step]:
        return ""  # "keep that" is no answer by itself
    stored = step in now.answers and now.answers[step] != then.answers.get(step)
    halfway = _step(open_now(after)) == step and open_now(after) not in (name, step) and now.misses == 0
    stopped = bool(now.done) and not then.done
    # A no to a doubt leads back to the question itself, so it is not what somebody answers in the end.
    return name if stored or stopped or (halfway and "?" not in name) else ""


def _step(asked: str) -> str:
    return re.split("[?:!]", asked)[0]


Outcome: TypeAlias = tuple[str, Mapping[str, Json]]


def finish(talking: Chat, says: Mapping[str, Content], known: dict[str, Outcome] | None = None) -> Outcome:
    """Answer whatever is asked until the form is sent or stops; say how it ended, and with which answers.

    known: how it ends from where somebody with the same answers stood before; the same place leads to the same end.

    Raises:
        Astray: that takes longer than any form is.
    """
    passed: list[str] = []
    known = {} if known is None else known
    while len(passed) < LONG_ENOUGH:
        place = _place(talking.talk)
        ended = known.get(place) or _end(talking)
        if ended:
            known.update(dict.fromkeys(passed, ended))
            return ended
        passed.append(place)
        talking.send(_answer(talking, says))
    raise Astray(f"still at {open_now(talking.talk)!r} after {LONG_ENOUGH} answers")


def _place(talk: Talk) -> str:
    """Name where a chat stands, whatever order it was answered in."""
    session = session_of(talk)
    return json.dumps([talk.language, dump_talk(talk), dump_session(session) if session else None], sort_keys=True)


def _end(talking: Chat) -> Outcome | None:
    """A stop is where somebody stands, so it is said again, if it still is one."""
    session = session_of(talking.talk)
    if session is None or not session.done:
        return None
    talking.send(Said("hm"))
    again = session_of(talking.talk)
    return outcome(talking) if again and again.done == session.done else None


def _answer(talking: Chat, says: Mapping[str, Content]) -> Content:
    asked = open_now(talking.talk)
    if not asked:
        return Said("daftar")
    if asked in says:
        return says[asked]
    if "?" in asked:
        return Tapped(f"{FORM}.{_step(asked)}?", "yes")
    # Half-way where nobody was before: begin anew, in words that need no second half.
    return says[f"{_step(asked)}!"] if ":" in asked else says[asked]


def _taps(**values: str) -> dict[str, Content]:
    return {step: Tapped(f"{FORM}.{step}", value) for step, value in values.items()}


def _types(**texts: str) -> dict[str, Content]:
    return {step: Said(text) for step, text in texts.items()}


ANA: Mapping[str, Content] = {
    **_taps(path="helped", consent="agree", situation="none", sex="female", phone="none", email="none"),
    **_taps(sector="other", programme="three", months="6", reminders="yes", confirm="send"),
    **_types(full_name="Ana", nik="3171014502900002", born="5-2-1990", kelurahan="klender", rw="7"),
    **_types(occupation="penjahit", second_occupation="lewati", income="1,5jt"),
}
"""Somebody who can answer everything: stands in where a transcript ends before the form does."""
ANA_ON_A_FORM: Mapping[str, Content] = {**ANA, "nik": Filled("nik", "3171014502900002")}


def outcome(talking: Chat) -> Outcome:
    """How it ended, and with which answers."""
    session = session_of(talking.talk)
    assert session is not None
    if session.done == SUBMITTED:
        sent = talking.submitted[-1]
        return session.done, {step: answer.value for step, answer in sent.answers.items()}
    asks = talking.house.forms[FORM].route(session.answers, session.facts).asks
    return session.done, {ask.name: session.answers[ask.name].value for ask in asks if ask.name in session.answers}
