"""A question of a reviewer's: nobody answers it unheard, and taken back it leaves the answers as they were sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.house import build_house
from conversations.conversation import converse
from conversations.standing import SUBMITTED
from conversations.turn import Answer, Content, Inbound, Said, SentBack, Session, Talk, Woke

HOUSE = build_house()
AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
RECEIPT = "TK-7Q4F-92XM-C"
SENT = Session(
    "registration",
    answers={
        "path": Answer("helped"),
        "consent": Answer("agree"),
        "situation": Answer("none"),
        "full_name": Answer("Siti Aminah"),
        "rw": Answer(5),
    },
    facts={"receipt": RECEIPT},
    done=SUBMITTED,
)
CHAT = Talk(active="registration", sessions={"registration": SENT}, facts={"met": True})


def inbound(content: Content, *, unheard: bool = False) -> Inbound:
    return Inbound(content, AT, date(2026, 11, 24), unheard=unheard)


def asked() -> Talk:
    return converse(HOUSE, CHAT, inbound(SentBack(RECEIPT, ("full_name",), "Tolong dicek."))).talk


@pytest.mark.parametrize("text", ["BUKA", "halo", "lanjut", "Siti", "siapa ini?"])
def test_what_opens_the_chat_is_no_answer_to_a_question_not_heard_yet(text: str) -> None:
    spoken = converse(HOUSE, asked(), inbound(Said(text), unheard=True))
    assert spoken.message is None
    assert spoken.talk.sessions == asked().sessions


@pytest.mark.parametrize("text", ["bantuan", "status", "berhenti", "3174055708950003"])
def test_commands_and_what_must_not_be_sent_are_heeded_all_the_same(text: str) -> None:
    spoken = converse(HOUSE, asked(), inbound(Said(text), unheard=True))
    assert spoken.message is not None or spoken.effects


def test_once_heard_the_question_is_answered_as_ever() -> None:
    spoken = converse(HOUSE, asked(), inbound(Said("Siti Aminah Putri")))
    assert spoken.talk.sessions["registration"].answers["full_name"].value == "Siti Aminah Putri"


def test_buka_with_nothing_held_goes_on_where_one_was() -> None:
    spoken = converse(HOUSE, asked(), inbound(Said("buka")))
    assert spoken.message and "nama lengkap" in spoken.message.text


def test_a_notice_is_opened_in_silence_and_a_question_beside_it_is_answered() -> None:
    assert converse(HOUSE, CHAT, inbound(Said("buka"), unheard=True)).message is None
    assert converse(HOUSE, CHAT, inbound(Said("apa itu jkk?"), unheard=True)).message is not None


@pytest.mark.parametrize("say", ["correction.called_off", ""])
def test_a_question_taken_back_leaves_the_answers_as_they_were_sent(say: str) -> None:
    spoken = converse(HOUSE, asked(), inbound(Woke("called_off", {"receipt": RECEIPT, "say": say})))
    session = spoken.talk.sessions["registration"]
    assert dict(session.answers) == dict(SENT.answers)
    assert (session.done, session.asked, dict(session.kept)) == (SUBMITTED, "", {})
    assert (spoken.message is not None) == bool(say)


def test_taking_back_what_was_never_asked_says_nothing() -> None:
    woke = inbound(Woke("called_off", {"receipt": RECEIPT, "say": "correction.called_off"}))
    assert converse(HOUSE, CHAT, woke).message is None
    other = replace(woke, content=Woke("called_off", {"receipt": "TK-0000-0000-0", "say": "correction.called_off"}))
    assert converse(HOUSE, asked(), other).message is None
