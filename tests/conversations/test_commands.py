"""Commands as people type them: the whole message, politeness aside."""

from __future__ import annotations

from datetime import date

import pytest

from benchmarks.questions import ordinary_answers
from bot.house import build_house
from conversations.commands import Command, parse
from conversations.conversation import converse
from conversations.turn import EPOCH, Inbound, Said, Talk, Told, Wants
from tests.transcripts.replay import Chat


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("halo kak mau daftar bpjs dong", "register"),
        ("Min, saya mau daftar BPJS Ketenagakerjaan ya", "register"),
        ("kak cek status dong", "status"),
        ("tolong hitung iuran ya kak", "calculate"),
        ("hi i want to register please", "register"),
    ],
)
def test_politeness_around_a_command_is_no_hindrance(typed: str, name: str) -> None:
    assert parse(typed) == Command(name)


@pytest.mark.parametrize(
    "typed", ["gak mau daftar", "gimana cara daftar", "daftar hadir", "kak", "Status Budiman", "mau"]
)
def test_a_sentence_that_only_holds_a_command_word_is_none(typed: str) -> None:
    command = parse(typed)
    assert command is None or command.name == "hello"


def test_somebody_whose_first_word_is_status_is_greeted_with_the_answer() -> None:
    house = build_house()
    asked = Inbound(Said("status"), EPOCH, date(2026, 11, 24))
    wanted = converse(house, Talk(), asked)
    assert [e for e in wanted.effects if isinstance(e, Wants)]
    told = converse(house, wanted.talk, Inbound(Told("status", {"applications": []}), EPOCH, asked.today))
    assert told.message is not None
    assert told.message.text.startswith(house.words["id"].text("menu.hello", {}).split("\n")[0])


# ---- answers are no commands ---------------------------------------------------------------------------------------

HEARD_ANYWHERE = ("hello", "skip")  # said in passing, or about the open question itself


def test_no_ordinary_answer_is_a_command() -> None:
    taken = [(step, text, parse(text)) for step, text in ordinary_answers()]
    assert [(s, t, c.name) for s, t, c in taken if c and c.name not in (*HEARD_ANYWHERE, "register")] == []


@pytest.mark.parametrize("said", ["lainnya", "keamanan", "correct", "lain lain"])
def test_a_word_that_answers_a_question_is_no_command(said: str) -> None:
    assert parse(said) is None


def test_aman_is_a_name_where_a_name_is_asked() -> None:
    chat = Chat(build_house())
    for said in ("daftar", "dibantu", "setuju", "1", "Aman"):
        spoken = chat.send(Said(said))
    assert chat.talk.sessions["registration"].answers["full_name"].value == "Aman"
    assert spoken.message is not None
    assert "Nama: *Aman*" in spoken.message.text


@pytest.mark.parametrize(
    ("said", "name"),
    [("halo kak saya kecelakaan", "accident"), ("kak mau cairkan jht dong", "savings"), ("min mau lapor", "report")],
)
def test_politeness_around_a_claim_is_understood(said: str, name: str) -> None:
    command = parse(said)
    assert command is not None
    assert command.name == name
