"""What the fake Telegram shows of the bot: commands and descriptions per language."""

from __future__ import annotations

from typing import Any

from tests.doubles.telegram_checks import check_commands, check_language
from tests.doubles.telegram_html import Refused


class Profiles:
    """Kept per two-letter language; "" is for everyone else."""

    def __init__(self) -> None:
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.descriptions: dict[str, str] = {}
        self.abouts: dict[str, str] = {}

    def set_commands(self, given: dict[str, Any]) -> bool:
        check_commands(given["commands"])
        self.commands[check_language(given)] = given["commands"]
        return True

    def get_commands(self, given: dict[str, Any]) -> list[dict[str, str]]:
        return self.commands.get(check_language(given), [])

    def set_description(self, given: dict[str, Any]) -> bool:
        self.descriptions[check_language(given)] = _short(given, "description", 512)
        return True

    def get_description(self, given: dict[str, Any]) -> dict[str, str]:
        return {"description": self.descriptions.get(check_language(given), "")}

    def set_about(self, given: dict[str, Any]) -> bool:
        self.abouts[check_language(given)] = _short(given, "short_description", 120)
        return True

    def get_about(self, given: dict[str, Any]) -> dict[str, str]:
        return {"short_description": self.abouts.get(check_language(given), "")}


def _short(given: dict[str, Any], what: str, longest: int) -> str:
    text = str(given.get(what) or "")
    if len(text) > longest:
        raise Refused(f"Bad Request: {what} is too long")
    return text
