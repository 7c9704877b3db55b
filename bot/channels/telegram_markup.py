"""What hangs under a Telegram message: buttons, a copy button, the contact keyboard or nothing.

Written as the Bot API's own JSON: every reply has one, and building the library's objects took longer than deciding it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from bot.channels.channel import Limits, Outgoing
from bot.channels.rendering import numbered, pack, width
from conversations.turn import Choice

LIMITS = Limits(text=4096, buttons=50, label=64, callback=64)
COPY = 256  # characters a copy button holds
Markup: TypeAlias = Mapping[str, Any]  # core.telegram.org/bots/api: InlineKeyboardMarkup, ReplyKeyboardMarkup, …Remove
REMOVE: Markup = {"remove_keyboard": True}


def text_of(message: Outgoing) -> str:
    """The text, with the choices numbered in it where buttons cannot show them."""
    return numbered(message.text, message.choices) if _too_many(message) or _too_long(message) else message.text


def markup_of(message: Outgoing) -> Markup:
    """A message without buttons takes away whatever keyboard an earlier question left open.

    Raises:
        ValueError: a step's name leaves no room in a button.
    """
    if message.share_contact:
        # The contact button exists on the reply keyboard only; choices beside it are sent as their labels.
        rows: list[list[Markup]] = [[{"text": message.share_contact, "request_contact": True}]]
        rows += [[{"text": choice.label}] for choice in message.choices]
        return {"keyboard": rows, "resize_keyboard": True, "one_time_keyboard": True}
    buttons = [] if _too_many(message) else _rows(message)
    if message.copy:
        value = message.copy[:COPY]
        buttons.append([{"text": f"⧉ {value}", "copy_text": {"text": value}}])
    return {"inline_keyboard": buttons} if buttons else REMOVE


def _rows(message: Outgoing) -> list[list[Markup]]:
    if _too_long(message):
        labels, across = [str(number) for number in range(1, len(message.choices) + 1)], 5
    else:
        labels = [choice.label for choice in message.choices]
        across = _across(labels)
    buttons = [_button(choice, label) for choice, label in zip(message.choices, labels, strict=True)]
    return [buttons[start : start + across] for start in range(0, len(buttons), across)]


def _button(choice: Choice, label: str) -> Markup:
    return {"text": label, "callback_data": pack(choice.step, choice.value, LIMITS.callback)}


def _across(labels: Sequence[str]) -> int:
    """How many buttons share a line on a narrow phone: short answers side by side, long lists in two columns."""
    if len(labels) <= 3 and sum(map(width, labels)) <= 24:
        return max(1, len(labels))
    return 2 if len(labels) > 8 and all(width(label) <= 16 for label in labels) else 1


def _too_many(message: Outgoing) -> bool:
    return len(message.choices) > LIMITS.buttons


def _too_long(message: Outgoing) -> bool:
    return any(width(choice.label) > LIMITS.label for choice in message.choices)
