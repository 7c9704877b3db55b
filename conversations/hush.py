"""While an officer talks in a chat the bot keeps quiet, but for what must always work. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from conversations.commands import named, parse
from conversations.fields.choice import choose
from conversations.guard import HARMLESS, holds_nik, refuse
from conversations.talking import Decided, House
from conversations.turn import Inbound, Opened, Record, Redact, Reply, Said, Sent, Shared, Talk, Tapped

BACK = ("menu", "resume")  # whoever asks for the bot gets it
ALWAYS = ("stop", "erase", "erase_yes")  # rights that wait for nobody
Ear = Literal["officer", "bot again", "bot"]


def keep_quiet(
    house: House, talk: Talk, inbound: Inbound, decide: Callable[[House, Talk, Inbound], Decided]
) -> Decided:
    """Take an inbound of a chat in which an officer talks: kept for them, or decided on where it is for the bot."""
    match ear(talk, inbound):
        case "officer":
            return _kept(talk, inbound)
        case "bot again":
            said = decide(house, talk, inbound)
            replies = (Reply("service.bot_again"), *said.replies)
            return replace(said, replies=replies, effects=(*said.effects, Record("quiet_ended")))
        case "bot":
            return decide(house, talk, inbound)


def ear(talk: Talk, inbound: Inbound) -> Ear:
    """Say whom an inbound is meant for: the officer, the bot for good, or the bot just this once."""
    match inbound.content:
        case Said(text) if not inbound.edited:
            command = parse(text)
            name = command.name if command else _confirmed(talk, text)
        case Tapped("!", value):
            name = named(value).name
        case Opened():
            return "bot again"
        case Said() | Tapped() | Sent() | Shared():
            return "officer"
        case _:  # nobody said it: a moment that came, or a form filled in elsewhere
            return "bot"
    return "bot again" if name in BACK else "bot" if name in ALWAYS else "officer"


def _confirmed(talk: Talk, text: str) -> str:
    """What was chosen by number or label where we just asked whether to erase; else a number is a word to staff."""
    if not any(option.value == "erase_yes" for option in talk.offered):
        return ""
    chosen = choose(text, talk.offered, {})
    return chosen if isinstance(chosen, str) else ""


def _kept(talk: Talk, inbound: Inbound) -> Decided:
    """Say nothing. Only what must never stand in a chat is taken out of it, and said so."""
    if not isinstance(inbound.content, Said):
        return Decided(talk)
    text = inbound.content.text
    why: str = refuse(text)
    if why in HARMLESS:
        why = "nik_in_chat" if holds_nik(text) and "take_full_id" not in inbound.can else ""
    return Decided(talk, (Reply(f"refusal.{why}"),), (Redact(why),)) if why else Decided(talk)
