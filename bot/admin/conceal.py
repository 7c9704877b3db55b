"""A conversation under a cloth: what was said to us by officers and by the bot, without what says who somebody is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.payload import unpack
from bot.transcripts import Bubble, bubbles
from storage.transcript import Line

HIDDEN = "••••••"
_NUMBERS = re.compile(r"[0-9](?:[ .\-/]?[0-9]){2,}")
_DAY = re.compile(r"[0-9]{1,2} [^\W\d_]+ [0-9]{4}")  # "17 Agustus 1995" is hidden whole: its month alone says nothing
_EMAILS = re.compile(r"\S+@\S+")
_SHORTEST = 3  # letters of a word that is worth hiding; "di" and "RW" name nobody


def concealed(lines: Sequence[Line], since: datetime, known: Iterable[str]) -> list[Bubble]:
    """Lay a conversation out for helping: what they wrote before they asked for a person is hidden.

    since: when they asked. known: what they told of themselves, hidden wherever it is said again. Our own texts stay,
    but for those marked as private.
    """
    private = {line.id for line in lines if line.side == "us" and line.body and unpack(line.body).private}
    words = _pattern(known)
    return [_covered(bubble, private, since, words) for bubble in bubbles(lines)]


def _covered(bubble: Bubble, private: set[int], since: datetime, words: re.Pattern[str] | None) -> Bubble:
    if bubble.side == "us":
        hidden = bubble.id in private
        text = HIDDEN if hidden else words.sub(HIDDEN, bubble.text) if words else bubble.text
        return replace(bubble, text=text, choices=() if hidden else bubble.choices, copy="")
    if bubble.kind == "tap" or not bubble.text:
        return bubble
    if bubble.kind == "text" and bubble.at >= since:
        return replace(bubble, text=conceal(bubble.text, words))
    return replace(bubble, text=HIDDEN)


def conceal(text: str, words: re.Pattern[str] | None) -> str:
    """Hide numbers of three digits and more, mail addresses, and what is known of the person."""
    text = _EMAILS.sub(HIDDEN, text)
    text = _NUMBERS.sub(lambda found: "•" * len(found[0]), text)
    return words.sub(HIDDEN, text) if words else text


def _pattern(known: Iterable[str]) -> re.Pattern[str] | None:
    told = {said.casefold() for said in known}
    days = {said for said in told if _DAY.fullmatch(said)}
    words = {word for said in told - days for word in re.findall(r"[^\W\d_]+", said) if len(word) >= _SHORTEST}
    if not words and not days:
        return None
    longest_first = sorted(words | days, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)
