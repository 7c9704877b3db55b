"""The hours of service: whether officers are there, when they begin again, and what is said of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.house import build_house
from conversations.service import hours, next_opening, received
from conversations.turn import Said
from tests.transcripts.replay import Chat

HOUSE = build_house()


@pytest.mark.parametrize(
    ("at", "opening", "day"),
    [
        ("2026-11-24T02:00", None, ""),  # Tuesday, 09.00 in Jakarta
        ("2026-11-24T08:59", None, ""),
        ("2026-11-24T09:00", "2026-11-25T09:00+07:00", "besok"),  # 16.00: they are leaving
        ("2026-11-24T01:59", "2026-11-24T09:00+07:00", "hari ini"),
        ("2026-11-27T10:00", "2026-11-30T09:00+07:00", "hari Senin"),  # Friday evening
        ("2026-11-28T18:00", "2026-11-30T09:00+07:00", "besok"),  # Sunday already, in Jakarta
        ("2026-11-27T23:00", "2026-11-30T09:00+07:00", "hari Senin"),
    ],
)
def test_outside_their_hours_people_are_told_when_somebody_will_answer(at: str, opening: str | None, day: str) -> None:
    moment = datetime.fromisoformat(f"{at}+00:00")
    found = next_opening(hours(), moment)
    assert found == (datetime.fromisoformat(opening) if opening else None)
    message = HOUSE.words["id"].render([received(moment)])
    assert (f"mulai {day} jam 09.00" in message.text) is (opening is not None)
    assert "hari Senin sampai Jumat, jam 09.00–16.00" in message.text


def test_the_hours_a_clock_reads_are_the_hours_that_are_said() -> None:
    kept = hours()
    assert (kept.days, f"{kept.opens:%H.%M}–{kept.closes:%H.%M}") == ((1, 2, 3, 4, 5), "09.00–16.00")
    for words in HOUSE.words.values():
        said = words.text("service.asked_later", {"day": "", "hour": ""})
        assert ("09.00–16.00" in said) or ("9 am to 4 pm" in said)


def test_asking_for_a_person_in_a_chat_says_it() -> None:
    chat = Chat(HOUSE)
    chat.at = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    chat.send(Said("halo"))
    spoken = chat.send(Said("bantuan"))
    assert "mulai besok jam 09.00" in str(spoken)
