"""Buttons and lists on WhatsApp: thirteen generic contents, made once at Twilio and filled with variables at each send.

In session they need no approval: quick replies with 1-3 buttons of 20 characters, lists with 1-10 rows of 24.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson
from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList

from bot.channels.channel import Outgoing
from bot.channels.rendering import pack, width
from conversations.turn import Choice

BODY = 1024
BUTTONS, BUTTON = 3, 20
ROWS, ROW = 10, 24
ID = 200  # bytes of what a button or row carries; Twilio counts characters
PURPOSES: Mapping[str, int] = {"reminder_before": 2, "reminder_late": 3, "reminder_ended": 1}  # their variables
VERSION = "v1"  # of the shapes below: a changed shape gets a new name


def shape_of(message: Outgoing) -> str:
    """The content this message goes out as, or "" when only text can show it."""
    labels = [choice.label for choice in message.choices]
    if not labels or width(message.text) > BODY or len(set(labels)) < len(labels) or not all(labels):
        return ""
    longest = max(map(width, labels))
    if len(labels) <= BUTTONS and longest <= BUTTON:
        return f"taruna_buttons_{len(labels)}_{VERSION}"
    return f"taruna_list_{len(labels)}_{VERSION}" if len(labels) <= ROWS and longest <= ROW else ""


def variables_of(message: Outgoing, list_button: str) -> str:
    """The values for the shape's variables, as the JSON text Twilio wants."""
    values = [message.text]
    if shape_of(message).startswith("taruna_list"):
        values.append(list_button)
    for choice in message.choices:
        values += [choice.label, _carried(choice)]
    return numbered_variables(values)


def numbered_variables(values: Sequence[str]) -> str:
    return orjson.dumps({str(number): value for number, value in enumerate(values, 1)}).decode()


def _carried(choice: Choice) -> str:
    return pack(choice.step, choice.value, ID)


async def provide(client: Client) -> Mapping[str, str]:
    """Name → SID of all thirteen; what exists is used, what is missing is made."""
    existing = await client.content.v1.contents.list_async(page_size=500)
    sids = {content.friendly_name: content.sid for content in existing}
    wanted = [_buttons(count) for count in range(1, BUTTONS + 1)] + [_list(count) for count in range(1, ROWS + 1)]
    for shape in wanted:
        if shape["friendly_name"] not in sids:
            made = await client.content.v1.contents.create_async(ContentList.ContentCreateRequest(shape))
            sids[made.friendly_name] = made.sid
    return {str(shape["friendly_name"]): sids[shape["friendly_name"]] for shape in wanted}


def _buttons(count: int) -> dict[str, object]:
    actions = [
        {"type": "QUICK_REPLY", "title": _variable(2 * place), "id": _variable(2 * place + 1)}
        for place in range(1, count + 1)
    ]
    shape = {"twilio/quick-reply": {"body": _variable(1), "actions": actions}}
    return _request(f"taruna_buttons_{count}_{VERSION}", 1 + 2 * count, shape)


def _list(count: int) -> dict[str, object]:
    items = [{"item": _variable(2 * place + 1), "id": _variable(2 * place + 2)} for place in range(1, count + 1)]
    shape = {"twilio/list-picker": {"body": _variable(1), "button": _variable(2), "items": items}}
    return _request(f"taruna_list_{count}_{VERSION}", 2 + 2 * count, shape)


def _request(name: str, variables: int, shape: Mapping[str, object]) -> dict[str, object]:
    samples = {str(number): str(number) for number in range(1, variables + 1)}
    return {"friendly_name": name, "language": "id", "variables": samples, "types": shape}


def _variable(number: int) -> str:
    return "{{" + str(number) + "}}"
