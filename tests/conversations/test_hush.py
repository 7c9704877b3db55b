"""While an officer talks the bot hears everything and says nothing, but for what must always work."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.house import build_house
from conversations.conversation import converse
from conversations.turn import (
    Answer,
    Consented,
    Content,
    EraseWanted,
    Filled,
    Inbound,
    Offered,
    Opened,
    Record,
    Redact,
    Said,
    Sent,
    SentBack,
    Session,
    Shared,
    Spoken,
    Talk,
    Tapped,
)

HOUSE = build_house()
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
DRAFT = Session("registration", answers={"start": Answer("helped")}, asked="consent")
TALK = Talk(active="registration", sessions={"registration": DRAFT}, facts={"met": True})


def hear(content: Content, talk: Talk = TALK, *, edited: bool = False, can: frozenset[str] = frozenset()) -> Spoken:
    return converse(HOUSE, talk, Inbound(content, AT, AT.date(), hushed=True, edited=edited, can=can))


def text(spoken: Spoken) -> str:
    return spoken.message.text if spoken.message else ""


@pytest.mark.parametrize(
    "content",
    [
        *(Said(words) for words in ("oh begitu", "setuju", "1", "halo", "status", "bantuan", "daftar", "lewati", "")),
        *(Tapped("registration.consent", "agree"), Tapped("!", "status"), Sent("photo"), Sent("sticker")),
        Shared("+6281234567890", own=True),
    ],
)
def test_what_is_said_to_the_officer_is_not_answered_and_changes_nothing(content: Content) -> None:
    assert hear(content) == Spoken(TALK, None, ())


def test_a_correction_of_what_was_said_is_not_answered_either() -> None:
    assert hear(Said("menu"), edited=True) == Spoken(TALK, None, ())


@pytest.mark.parametrize("content", [Said("menu"), Said("MENU."), Said("lanjut"), Tapped("!", "menu"), Opened("")])
def test_who_asks_for_the_bot_gets_it_back(content: Content) -> None:
    spoken = hear(content)
    assert "Sekarang bot yang menjawab lagi" in text(spoken)
    assert Record("quiet_ended") in spoken.effects
    assert spoken.message is not None
    assert spoken.message.choices or "setuju" in text(spoken).casefold()


def test_stopping_reminders_works_and_the_quiet_goes_on() -> None:
    spoken = hear(Said("berhenti"))
    assert any(isinstance(effect, Consented) and not effect.granted for effect in spoken.effects)
    assert Record("quiet_ended") not in spoken.effects
    assert text(spoken)


@pytest.mark.parametrize("answer", [Tapped("!", "erase_yes"), Said("1")])
def test_being_forgotten_works_to_its_end(answer: Content) -> None:
    asked = hear(Said("hapus data"))
    assert asked.message is not None
    assert [choice.value for choice in asked.message.choices] == ["erase_yes", "menu"]
    assert any(isinstance(effect, EraseWanted) for effect in hear(answer, asked.talk).effects)


def test_a_number_is_a_word_to_the_officer_though_it_stands_for_a_button() -> None:
    talk = replace(TALK, offered=(Offered("!", "resume", "Lanjut"), Offered("!", "menu", "Menu")))
    assert hear(Said("2"), talk) == Spoken(talk, None, ())


@pytest.mark.parametrize(("said", "why"), [("otp saya 482913", "otp"), ("nik saya 3174 0557 0895 0003", "nik_in_chat")])
def test_what_must_not_stand_in_a_chat_is_taken_out_and_said_so(said: str, why: str) -> None:
    spoken = hear(Said(said))
    assert spoken.effects == (Redact(why),)
    assert text(spoken)
    assert spoken.talk.sessions == TALK.sessions


def test_where_a_nik_may_be_written_the_officer_gets_it() -> None:
    assert hear(Said("nik saya 3174055708950003"), can=frozenset({"take_full_id"})).message is None


def test_what_staff_ask_again_and_a_form_filled_in_elsewhere_are_taken_as_ever() -> None:
    nik = replace(TALK, sessions={"registration": replace(DRAFT, asked="nik")})
    assert hear(Filled("nik", "3174055708950003"), nik).talk != nik
    sent = replace(
        TALK, sessions={"registration": replace(DRAFT, done="submitted", facts={"receipt": "TK-7Q4F-92XM-C"})}
    )
    assert "Nomornya kurang satu" in text(hear(SentBack("TK-7Q4F-92XM-C", ("nik",), "Nomornya kurang satu."), sent))
