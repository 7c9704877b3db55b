"""A transcript as one channel tells it: what a person does there, and what they then hear, held against the file."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.channels.telegram import Telegram
from bot.channels.terminal import OWN_PHONE as TERMINALS_PHONE
from bot.channels.terminal import Terminal
from conversations.conversation import House
from tests.transcripts.replay import FORM_URL, OWN_PHONE, Chat, chat
from tests.transcripts.script import RECEIPT, Line, Transcript

LINK = re.compile(r"https?://\S+/isi/\S+")
DIGITS = re.compile(r"[0-9 .]{16,}")


@dataclass(frozen=True)
class Way:
    """A channel, as far as it changes what is said. own_phone: the number it vouches for."""

    name: str
    can: frozenset[str]
    own_phone: str | None = None


TELEGRAM = Way("telegram", Telegram.can)
WHATSAPP = Way("whatsapp", frozenset(), OWN_PHONE)
TERMINAL = Way("terminal", Terminal.can, TERMINALS_PHONE)
LIKE_WHATSAPP = Way("terminal", frozenset(), TERMINALS_PHONE)


@dataclass(frozen=True)
class Said:
    """What the bot says once: the text with its *bold*, and the labels under it, the contact button's last."""

    text: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One thing a person does here, what they hear, and which labels they could press before it."""

    line: Line
    hears: Said | None
    before: tuple[str, ...]


def retold(transcript: Transcript, house: House, way: Way) -> list[Step]:
    """Tell a transcript on a channel.

    Raises:
        AssertionError: something is heard that the file does not say, where the channel does not dictate it.
    """
    talking = replace(chat(transcript, house), can=way.can, own_phone=way.own_phone, language="id")
    talking.talk = replace(talking.talk, language="id")
    steps: list[Step] = []
    if transcript.language != "id" and transcript.lines[0].how == "said":  # "hello" is no choice of a language
        steps.append(Step(Line("said", "english"), read(talking.take(Line("said", "english"))), ()))
    for written in transcript.lines:
        line = _as_done_here(written, transcript, talking)
        before = tuple(choice.label for choice in talking.screens[-1]) if talking.screens else ()
        said = read(talking.take(line))
        if said != read(written.heard):
            assert dictated(said, line), f"{transcript.path.stem}: > {line.text}\n{said}\n{read(written.heard)}"
        steps.append(Step(line, said, before))
    return steps


def _as_done_here(line: Line, transcript: Transcript, talking: Chat) -> Line:
    """What a channel dictates to the person: NIKs go by the secure form where chats may not ask for one, the own number
    is offered where the platform tells it and shared by a button where not, and every new chat begins in Bahasa."""
    if line.how == "(buka)" and transcript.language != "id":
        return replace(line, how="said", text="english")
    if line.how == "said" and DIGITS.fullmatch(line.text) and "take_full_id" in transcript.can - talking.can:
        return replace(line, how="(isi)", argument="nik")
    offered = [choice.label for choice in talking.screens[-1]] if talking.screens else []
    own_number = line.how == "(contact)" or (line.how == "tapped" and "•" in line.text)
    if own_number and talking.own_phone:
        return replace(line, how="tapped", text=offered[0])
    if own_number:
        return replace(line, how="(contact)", text="")
    return line


def dictated(said: Said | None, line: Line) -> bool:
    """Whether a channel may word this one differently: the NIK, the own phone number, and the greeting in English."""
    asked = said is not None and any(f"*{number}/15*" in said.text for number in (3, 8))
    return asked or line.text == "english"


def read(heard: tuple[str, ...]) -> Said | None:
    """What a transcript says was heard, without what differs each time."""
    lines = [line for line in heard if not line.startswith("~ ")]
    if not lines:
        return None
    labels: list[str] = []
    while re.fullmatch(r"\[.+\]|\(.+\)", lines[-1]):
        labels.insert(0, lines.pop()[1:-1])
    return said("\n".join(lines), tuple(labels))


def said(text: str, labels: tuple[str, ...] = ()) -> Said:
    """What was heard, without what differs each time: receipts, single-use links, and the phone's middle."""
    text = LINK.sub(FORM_URL, RECEIPT.sub("TK-0000-0000-0", text))
    return Said(_phone(text).rstrip(), tuple(_phone(label) for label in labels))


def _phone(text: str) -> str:
    return text.replace("0812•••••000", "0812•••••890")
