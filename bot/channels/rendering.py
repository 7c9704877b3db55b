"""What channels share when they write a message: markup, menus as text, what fits, and what a button carries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b

from bot.channels.channel import Limits, Outgoing
from conversations.turn import Choice, Content, Said, Sent, Tapped

BOLD = re.compile(r"\*(?<!\w\*)(?=\S)([^*\n]+?)(?<=\S)\*(?!\w)")
MAJOR = "1"  # of what a button carries: raise it when the meaning changes, and keep reading the old one


def to_html(text: str) -> str:
    """*bold* as HTML; everything else escaped, so that a person's < or & stays what it is."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return BOLD.sub(r"<b>\1</b>", escaped) if "*" in escaped else escaped


def to_plain(text: str) -> str:
    """The words without markup."""
    return BOLD.sub(r"\1", text)


def numbered(text: str, choices: Sequence[Choice]) -> str:
    """A menu as text. How to answer it is said by the wording, in the person's language."""
    lines = "\n".join(f"{number}. {choice.label}" for number, choice in enumerate(choices, 1))
    return f"{text}\n\n{lines}" if text and lines else text or lines


def width(text: str) -> int:
    """The length as the platforms count it: UTF-16 units, so an emoji is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def fits(limits: Limits, outgoing: Outgoing) -> bool:
    """Whether the message can go with a button a choice; if not, the choices are numbered in the text."""
    most = max(limits.buttons, limits.rows)
    return (
        len(outgoing.choices) <= most
        and width(outgoing.text) <= limits.text
        and all(0 < width(choice.label) <= limits.label for choice in outgoing.choices)
    )


def clean(text: str) -> str:
    """The text without halves of characters, which no encoding can carry, and without NUL, which PostgreSQL refuses."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def pack(step: str, value: str, room: int) -> str:
    """What a button carries: version, step, value, in at most `room` bytes. A value that does not fit leaves its
    digest, and the tap is then read by the button's label.

    Raises:
        ValueError: the step's name alone is too long or holds a bar: a bug of ours.
    """
    whole = f"{MAJOR}|{step}|{value}"
    if "|" in step:
        raise ValueError(f"step {step!r} holds a bar; buttons are written version|step|value")
    if len(whole.encode()) <= room and not value.startswith("#"):
        return whole
    short = f"{MAJOR}|{step}|#{blake2b(value.encode(), digest_size=6).hexdigest()}"
    if len(short.encode()) > room:
        raise ValueError(f"step {step!r} leaves no room in a button of {room} bytes; give it a shorter name")
    return short


def unpack(data: str, label: str) -> Content:
    """What a tap means. A button we cannot read any more counts as its label typed."""
    parts = data.split("|", 2)
    if len(parts) == 3 and parts[0] == MAJOR and parts[1] and not parts[2].startswith("#"):
        return Tapped(parts[1], parts[2])
    return Said(label) if label else Sent("button")
