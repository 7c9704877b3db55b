"""People who sign up on the platforms while somebody watches the desk in a browser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

from tests.doubles.telegram_people import Person as OnTelegram
from tests.doubles.twilio_people import Person as OnWhatsApp
from tests.end_to_end.served import Served

Somebody: TypeAlias = OnTelegram | OnWhatsApp
PATIENCE = 60.0  # seconds for a message; a busy machine is no fault of the program
FOLDING = "✓"  # what Telegram is told first, so that a keyboard goes away
LINK = re.compile(r"/isi/[\w-]+")
RECEIPT = re.compile(r"TK-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")


def answers(name: str, nik: str, sex: str) -> tuple[str, ...]:
    """Everything the bot asks somebody who sells vegetables in Klender."""
    return (
        *("daftar", "dibantu", "setuju", "1", name, nik, "17-8-1995", sex, "Klender", "rw 5", "lewati", "lewati"),
        *("pedagang sayur", "lewati", "2 juta", "2 program", "3 bulan", "ya", "kirim"),
    )


async def hears(person: Somebody) -> str:
    """The next message, without the one that only folds a keyboard away."""
    text: str = (await person.hears(PATIENCE)).text
    return text if text != FOLDING else (await person.hears(PATIENCE)).text


async def says(person: Somebody, text: str) -> str:
    person.says(text)
    return await hears(person)


async def signs_up(served: Served, person: Somebody, texts: Sequence[str]) -> str:
    """Answer one question after the other, the NIK on the secure form where the chat may not have it; the receipt."""
    heard = ""
    for text in texts:
        if isinstance(person, OnWhatsApp) and text.isdigit() and len(text) == 16:
            link = LINK.search(heard)
            assert link, heard
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            assert (await served.post(link[0], f"answer={text}".encode(), **form))[0] == 200
            heard = await hears(person)
        else:
            heard = await says(person, text)
    receipt = RECEIPT.search(heard)
    assert receipt, heard
    return receipt[0]
