"""A made-up crowd, what each of them types, and what a perfect bot would have told and stored: the model."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.house import build_house
from conversations.conversation import converse
from conversations.turn import Answer, Inbound, Opened, Said, Submitted, Talk

FIRST = ("Siti", "Budi", "Ana", "Joko", "Rina", "Agus", "Dewi", "Eko", "Wati", "Hadi")
LAST = ("Aminah", "Santoso", "Lestari", "Wibowo", "Kartika", "Saputra", "Puspita", "Rahayu", "Hidayat", "Utami")
RECEIPT = re.compile(r"TK-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")
CAN = frozenset({"take_full_id", "share_contact"})


@dataclass(frozen=True)
class Soul:
    """One person: their Telegram id, what they type, what they should read, what should be stored."""

    chat: int
    typed: tuple[str, ...]
    told: tuple[str, ...]
    answers: Mapping[str, Answer]


def masked(text: str) -> str:
    """Receipts are drawn by lot: the same for every one of them."""
    return RECEIPT.sub("TK-RECEIPT", text)


def crowd(count: int, seed: int, today: datetime) -> list[Soul]:
    """Make people up. The same seed makes the same people."""
    chance = random.Random(seed)
    house = build_house()
    return [_soul(house, chat, chance, today) for chat in range(1_000_000, 1_000_000 + count)]


def _soul(house: object, chat: int, chance: random.Random, today: datetime) -> Soul:
    number = chat - 1_000_000
    day, month, year = 1 + number % 28, 1 + number // 28 % 12, 1970 + number // 336 % 30
    nik = f"317405{day:02}{month:02}{year % 100:02}{1 + number % 9998:04}"
    name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
    typed = [
        *("/start", "daftar", "dibantu", "setuju", "1", name, nik, f"{day}-{month}-{year}", "laki-laki"),
        *("Klender", f"rw {1 + number % 9}", f"0812{10_000_000 + number}", "lewati", "ojol", "lewati"),
        *(
            chance.choice(("2 juta", "1,5jt", "3.000.000")),
            "2 program",
            chance.choice(("1 bulan", "3 bulan", "setahun")),
            "ya",
            "kirim",
        ),
    ]
    if chance.random() < 0.2:
        typed.insert(typed.index("ojol"), "stiker apa ini")
    talk, told, answers = Talk(), [], {}
    for text in typed:
        content = Opened("") if text == "/start" else Said(text)
        inbound = Inbound(content, today, today.date(), "TK-7Q4F-92XM-C", "", CAN)
        spoken = converse(house, talk, inbound)
        talk = spoken.talk
        if spoken.message:
            told.append(masked(spoken.message.text))
        answers = next((e.answers for e in spoken.effects if isinstance(e, Submitted)), answers)
    assert answers, f"the script does not sign anybody up: {told[-1]}"
    return Soul(chat, tuple(typed), tuple(told), answers)


def update(soul: Soul, step: int) -> dict[str, object]:
    """The Telegram update that carries one of their messages; the same one each time it is delivered."""
    person = {"id": soul.chat, "is_bot": False, "first_name": "X"}
    return {
        "update_id": soul.chat * 100 + step,
        "message": {
            "message_id": step + 1,
            "date": int(datetime.now(UTC).timestamp()),
            "chat": {"id": soul.chat, "type": "private"},
            "from": person,
            "text": soul.typed[step],
        },
    }
