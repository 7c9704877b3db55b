"""A conversation as the person saw it: stored lines become bubbles, with the button they pressed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, TypeAlias

import orjson

from bot.inert import inert
from bot.payload import unpack
from conversations.turn import Choice, Paper
from storage.transcript import ELSEWHERE, Line

Side: TypeAlias = Literal["them", "us"]


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message on the screen.

    kind: of theirs, what it was: text, tap, form, contact, opened, sticker and so on; "elsewhere" where something about
    somebody else was said. chosen: of ours, the place of the
    choice that was tapped. failed: ours, and it never reached them.
    """

    id: int
    side: Side
    at: datetime
    kind: str
    text: str = ""
    choices: tuple[Choice, ...] = ()
    chosen: int | None = None
    share_contact: str = ""
    copy: str = ""
    state: str = ""
    paper: Paper | None = None


def bubbles(lines: Iterable[Line]) -> list[Bubble]:
    """Lay out a conversation, oldest first. What was only done and not said leaves no bubble."""
    laid: list[Bubble] = []
    for line in lines:
        match line.side:
            case "us" if line.kind == ELSEWHERE:
                laid.append(Bubble(line.id, "us", line.at, ELSEWHERE))
            case "us":
                if shown := ours(line):
                    laid.append(shown)
            case "them":
                body = orjson.loads(line.body)
                if isinstance(body, dict) and "tap" in body:
                    laid.append(_tapped(laid, line, str(body["tap"]), str(body.get("value", ""))))
                elif shown := _theirs(line, body):
                    laid.append(shown)
    return laid


def ours(line: Line) -> Bubble | None:
    """Lay out one message of ours."""
    message = unpack(line.body)
    if not message.text:
        return None
    return Bubble(
        line.id, "us", line.at, "text", message.text, message.choices,
        share_contact=message.share_contact, copy=message.copy, state=line.state, paper=message.paper,
    )  # fmt: skip


def _tapped(laid: list[Bubble], line: Line, step: str, value: str) -> Bubble:
    """Find the button that was pressed, mark it, and show its label as what they said."""
    for place in range(len(laid) - 1, -1, -1):
        for number, choice in enumerate(laid[place].choices):
            if (choice.step, choice.value) == (step, value):
                laid[place] = replace(laid[place], chosen=number)
                return Bubble(line.id, "them", line.at, "tap", choice.label)
    return Bubble(line.id, "them", line.at, "tap")


def _theirs(line: Line, body: Any) -> Bubble | None:
    match body:
        case {"text": str(text), "kind": str(kind)}:
            return Bubble(line.id, "them", line.at, kind, inert(text))
        case {"filled": str(), "text": str(text)}:
            return Bubble(line.id, "them", line.at, "form", inert(text))
        case {"text": str(text)}:
            return Bubble(line.id, "them", line.at, "text", inert(text))
        case {"opened": str()}:
            return Bubble(line.id, "them", line.at, "opened")
        case {"kind": str(kind)} if kind not in UNSEEN:
            return Bubble(line.id, "them", line.at, kind)
    return None


UNSEEN = ("woke", "told", "sentback", "left")  # inbounds that no person sent
