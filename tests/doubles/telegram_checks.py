"""What the Bot API refuses in a request, checked here so that a test meets it before people do."""

from __future__ import annotations

import re
from typing import Any

from aiohttp import web

from tests.doubles.telegram_html import Refused, length, read_html

# Real Telegram ignores a parameter it does not know; here it is a misspelling and fails the test.
PARAMETERS: dict[str, tuple[set[str], set[str]]] = {
    "getMe": (set(), set()),
    "getUpdates": (set(), {"offset", "limit", "timeout", "allowed_updates"}),
    "setWebhook": (
        {"url"},
        {"max_connections", "allowed_updates", "drop_pending_updates", "secret_token", "ip_address", "certificate"},
    ),
    "deleteWebhook": (set(), {"drop_pending_updates"}),
    "getWebhookInfo": (set(), set()),
    "sendMessage": (
        {"chat_id", "text"},
        {"parse_mode", "entities", "reply_markup", "protect_content", "link_preview_options", "disable_notification"},
    ),
    "sendDocument": (
        {"chat_id", "document"},
        {"caption", "parse_mode", "caption_entities", "reply_markup", "protect_content", "disable_notification"},
    ),
    "sendPhoto": (
        {"chat_id", "photo"},
        {"caption", "parse_mode", "caption_entities", "reply_markup", "protect_content", "disable_notification"},
    ),
    "deleteMessage": ({"chat_id", "message_id"}, set()),
    "editMessageReplyMarkup": ({"chat_id", "message_id"}, {"reply_markup"}),
    "editMessageText": (
        {"chat_id", "message_id", "text"},
        {"parse_mode", "entities", "reply_markup", "link_preview_options"},
    ),
    "answerCallbackQuery": ({"callback_query_id"}, {"text", "show_alert", "url", "cache_time"}),
    "setMyCommands": ({"commands"}, {"language_code", "scope"}),
    "getMyCommands": (set(), {"language_code", "scope"}),
    "setMyDescription": (set(), {"description", "language_code"}),
    "getMyDescription": (set(), {"language_code"}),
    "setMyShortDescription": (set(), {"short_description", "language_code"}),
    "getMyShortDescription": (set(), {"language_code"}),
    "getFile": ({"file_id"}, set()),
}
ACTIONS = {"callback_data", "url", "copy_text", "web_app", "login_url", "switch_inline_query", "pay"}


def check_parameters(method: str, given: dict[str, Any]) -> None:
    needed, allowed = PARAMETERS[method]
    if missing := needed - given.keys():
        raise Refused(f"Bad Request: {sorted(missing)[0]} is missing")
    if unknown := given.keys() - needed - allowed:
        raise Refused(f"Bad Request: no such parameter: {sorted(unknown)[0]}")


def read_text(given: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    text, mode = given["text"], given.get("parse_mode")
    if not isinstance(text, str):
        raise Refused("Bad Request: message text must be a String")
    if mode not in (None, "HTML"):
        raise Refused("Bad Request: unsupported parse_mode")
    plain, entities = read_html(text) if mode else (text, list(given.get("entities") or []))
    plain = plain.strip()
    if not plain:
        raise Refused("Bad Request: message text is empty")
    if length(plain) > 4096:
        raise Refused("Bad Request: message is too long")
    if any(entity["offset"] + entity["length"] > length(plain) for entity in entities):
        raise Refused("Bad Request: ENTITY_BOUNDS_INVALID")
    return plain, entities


def read_caption(given: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """A file may go without words; with them they are shorter than a message's."""
    if not given.get("caption"):
        return "", []
    plain, entities = read_text({**given, "text": given["caption"]})
    if length(plain) > 1024:
        raise Refused("Bad Request: message caption is too long")
    return plain, entities


def check_file(kind: str, file: Any) -> None:
    """A file that is uploaded with the request; a picture has to be one."""
    if not isinstance(file, web.FileField):
        raise Refused(f"Bad Request: there is no {kind} in the request")
    begins = file.file.read(8)
    file.file.seek(0)
    if not begins:
        raise Refused("Bad Request: file must be non-empty")
    if kind == "photo" and not begins.startswith((b"\x89PNG", b"\xff\xd8")):
        raise Refused("Bad Request: IMAGE_PROCESS_FAILED")


def check_markup(markup: Any) -> None:
    if markup is None:
        return
    if not isinstance(markup, dict):
        raise Refused("Bad Request: object expected as reply markup")
    if "inline_keyboard" in markup:
        _check_inline(markup["inline_keyboard"])
    elif "keyboard" in markup:
        if not markup["keyboard"] or not all(row for row in markup["keyboard"]):
            raise Refused("Bad Request: reply keyboard must be non-empty")
        for row in markup["keyboard"]:
            for button in row:
                if not (button if isinstance(button, str) else button.get("text")):
                    raise Refused("Bad Request: keyboard button text must be non-empty")
    elif markup.get("remove_keyboard") is not True and markup.get("force_reply") is not True:
        raise Refused("Bad Request: can't parse reply keyboard markup JSON object")


def _check_inline(rows: Any) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise Refused('Bad Request: field "inline_keyboard" must be of type Array of Arrays')
    buttons = [button for row in rows for button in row]
    if len(buttons) > 100 or any(len(row) > 8 for row in rows):
        raise Refused("Bad Request: reply markup is too long")
    for button in buttons:
        if not button.get("text"):
            raise Refused("Bad Request: text buttons are unallowed in the inline keyboard")
        if len(ACTIONS & button.keys()) != 1:
            raise Refused("Bad Request: inline keyboard button must have exactly one action")
        if unknown := button.keys() - ACTIONS - {"text", "style", "icon_custom_emoji_id"}:
            raise Refused(f"Bad Request: no such button field: {sorted(unknown)[0]}")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
            raise Refused("Bad Request: BUTTON_DATA_INVALID")
        if "copy_text" in button and not 1 <= len(button["copy_text"]["text"]) <= 256:
            raise Refused("Bad Request: BUTTON_COPY_TEXT_INVALID")
        if button.get("style", "primary") not in ("primary", "success", "danger"):
            raise Refused("Bad Request: BUTTON_STYLE_INVALID")


def check_commands(commands: Any) -> None:
    if not isinstance(commands, list) or len(commands) > 100:
        raise Refused("Bad Request: expected an Array of BotCommand")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise Refused("Bad Request: BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise Refused("Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")


def check_language(given: dict[str, Any]) -> str:
    code = given.get("language_code", "") or ""
    if not re.fullmatch(r"([a-z]{2})?", code):
        raise Refused("Bad Request: invalid language code specified")
    return str(code)
