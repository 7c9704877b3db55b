"""What Twilio and WhatsApp refuse, at once (`Refusal`) or later by status callback (`Failure`)."""

from __future__ import annotations

import json
import re
from typing import Any

PARAMETERS = {"To", "From", "Body", "ContentSid", "ContentVariables", "StatusCallback", "MediaUrl"}
VARIABLE = re.compile(r"\{\{(\w{1,16})\}\}")
SHAPES = {"twilio/text", "twilio/quick-reply", "twilio/list-picker"}


class Refusal(Exception):
    """An error answer: HTTP status and Twilio's code."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class Failure(Exception):
    """Taken, and later not delivered."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


def check_create(given: dict[str, str]) -> None:
    if unknown := given.keys() - PARAMETERS:
        raise Refusal(400, 20001, f"no such parameter: {sorted(unknown)[0]}")
    if not given.get("To"):
        raise Refusal(400, 21604, "A 'To' phone number is required.")
    if not re.fullmatch(r"whatsapp:(\+\d{6,15}|ID\.[\w.=+-]{1,130})", given["To"]):
        raise Refusal(400, 21211, "Invalid 'To' Phone Number")
    if "ContentVariables" in given and "ContentSid" not in given:
        raise Refusal(400, 92005, "A ContentSid must be specified if content variables are provided")
    if "ContentSid" in given and "Body" in given:
        raise Refusal(400, 21664, "Body and ContentSid cannot be used together")
    if not given.get("Body") and "ContentSid" not in given and "MediaUrl" not in given:
        raise Refusal(400, 21602, "Message body is required.")
    if len(given.get("Body", "")) > 1600:
        raise Refusal(400, 21617, "The concatenated message body exceeds the 1600 character limit")
    if not re.fullmatch(r"https?://[^/\s]+/\S+", given.get("MediaUrl", "http://x/y")):
        raise Refusal(400, 21620, "Invalid media URL(s)")
    if not re.match(r"https?://[^/\s]+/", given.get("StatusCallback", "http://x/")):
        raise Refusal(400, 21609, "The 'StatusCallback' URL is not a valid URL")


def fill(content: dict[str, Any], variables: str | None) -> dict[str, Any]:
    """The content with its variables filled in.

    Raises:
        Refusal: 21656, the variables are not a JSON text of texts, or one is missing or empty.
    """
    try:
        values = json.loads(variables or "{}")
    except ValueError:
        values = None
    if not isinstance(values, dict) or not all(isinstance(value, str) and value for value in values.values()):
        raise Refusal(400, 21656, "The ContentVariables Parameter is invalid")
    shape = json.dumps(content["types"])
    if missing := set(VARIABLE.findall(shape)) - values.keys():
        raise Refusal(400, 21656, f"The ContentVariables Parameter is invalid: {sorted(missing)[0]} is not set")
    if any(len(value) > 1600 for value in values.values()):
        raise Refusal(400, 21656, "The ContentVariables Parameter is invalid: too long")
    filled: dict[str, Any] = json.loads(VARIABLE.sub(lambda found: json.dumps(values[found.group(1)])[1:-1], shape))
    return filled


def check_shape(types: dict[str, Any]) -> None:
    """WhatsApp's own limits, met when the message is rendered. Breaking one fails the message later, with 63021."""
    if quick := types.get("twilio/quick-reply"):
        _limit(len(quick["body"]) <= 1024 and 1 <= len(quick["actions"]) <= 3)
        _limit(all(len(action["title"]) <= 20 and len(action["id"]) <= 200 for action in quick["actions"]))
        _limit(len({action["title"] for action in quick["actions"]}) == len(quick["actions"]))
    elif picker := types.get("twilio/list-picker"):
        _limit(len(picker["body"]) <= 1024 and len(picker["button"]) <= 20 and 1 <= len(picker["items"]) <= 10)
        _limit(all(len(item["item"]) <= 24 and len(item["id"]) <= 200 for item in picker["items"]))
        _limit(all(len(item.get("description") or "") <= 72 for item in picker["items"]))
        _limit(len({item["id"] for item in picker["items"]}) == len(picker["items"]))
    else:
        _limit(len(types["twilio/text"]["body"]) <= 1600)


def _limit(kept: bool) -> None:
    if not kept:
        raise Failure(63021)


def check_content(given: Any) -> None:
    """POST /v1/Content takes JSON only; a form body is what Twilio's own async client sends by mistake."""
    if not isinstance(given, dict) or not given.get("language") or not given.get("friendly_name"):
        raise Refusal(400, 20001, "friendly_name and language are required")
    types = given.get("types") or {}
    if not types or types.keys() - SHAPES:
        raise Refusal(400, 20001, f"unknown content type in {sorted(types)}")
    named = set(VARIABLE.findall(json.dumps(types)))
    if named != set((given.get("variables") or {}).keys()):
        raise Refusal(400, 20001, "variables must give a sample for each placeholder")
    if any(not isinstance(value, str) for value in given["variables"].values()):
        raise Refusal(400, 20001, "samples must be texts")
