"""Where a person can start or go on: the addresses of our chats, with a volunteer's code carried along."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from bot.services import Services


@dataclass(frozen=True, slots=True)
class Door:
    """One way in, as a button."""

    key: str
    href: str
    look: str = ""


def doors(services: Services, code: str, greeting: str) -> list[Door]:
    """Every way in that is open. greeting: the text WhatsApp is opened with, the code in it where there is one."""
    found: list[Door] = []
    if services.telegram and services.telegram.username:
        start = f"?start={quote(code, safe='')}" if code else ""
        found.append(Door("pages.door.telegram", f"https://t.me/{services.telegram.username}{start}", "primary"))
    if services.settings.whatsapp:
        number = services.settings.twilio_whatsapp_from.removeprefix("whatsapp:+").removeprefix("+")
        text = f"?text={quote(greeting, safe='')}" if greeting else ""
        found.append(Door("pages.door.whatsapp", f"https://wa.me/{number}{text}", "primary"))
    if services.settings.simulator_on:
        start = f"?mulai={quote(code, safe='')}" if code else ""
        found.append(Door("pages.door.simulator", f"/coba{start}", "" if found else "primary"))
    return found


def chat_address(services: Services, code: str) -> str:
    """The first open door: where "back to the chat" leads."""
    found = doors(services, code, "")
    return found[0].href if found else ""
