"""A reviewer sees the chat as the person saw it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from bot.channels.channel import Outgoing
from bot.payload import pack
from bot.transcripts import bubbles
from conversations.turn import Choice
from storage.transcript import Line

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
ASKED = Outgoing(
    "Jenis kelamin?",
    (Choice("registration.sex", "male", "Laki-laki"), Choice("registration.sex", "female", "Perempuan")),
)


def them(number: int, **body: str) -> Line:
    return Line(number, "them", START + timedelta(minutes=number), "said", orjson.dumps(body))


def us(number: int, message: Outgoing, state: str = "sent") -> Line:
    return Line(number, "us", START + timedelta(minutes=number), "reply", pack(message), state)


def test_a_tap_shows_the_label_they_pressed_and_marks_the_button() -> None:
    asked, tapped = bubbles([us(1, ASKED), them(2, tap="registration.sex", value="female")])
    assert (asked.chosen, tapped.text, tapped.side) == (1, "Perempuan", "them")


def test_a_late_tap_marks_the_message_its_button_hung_under() -> None:
    later = Outgoing("RW berapa?")
    asked, _, tapped = bubbles([us(1, ASKED), us(2, later), them(3, tap="registration.sex", value="male")])
    assert (asked.chosen, tapped.text) == (0, "Laki-laki")


def test_a_button_that_is_gone_leaves_a_tap_without_words() -> None:
    (tapped,) = bubbles([them(1, tap="registration.sex", value="male")])
    assert (tapped.kind, tapped.text) == ("tap", "")


def test_what_was_only_done_leaves_no_bubble() -> None:
    assert bubbles([us(1, Outgoing("", redact={"message": "7"})), them(2, kind="woke"), them(3, kind="left")]) == []


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        ({"text": "Siti Aminah"}, "text", "Siti Aminah"),
        ({"filled": "nik", "text": "3174••••••••0003"}, "form", "3174••••••••0003"),
        ({"text": "+6281200000000", "kind": "contact"}, "contact", "+6281200000000"),
        ({"kind": "sticker"}, "sticker", ""),
        ({"opened": "RW05"}, "opened", ""),
    ],
)
def test_each_kind_of_message_is_shown_as_what_it_was(body: dict[str, str], kind: str, text: str) -> None:
    (bubble,) = bubbles([them(1, **body)])
    assert (bubble.kind, bubble.text) == (kind, text)


def test_a_message_that_never_arrived_says_so() -> None:
    (bubble,) = bubbles([us(1, ASKED, state="failed")])
    assert bubble.state == "failed"
