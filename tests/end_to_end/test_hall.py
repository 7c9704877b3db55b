"""A hall of thirty: two volunteers, two channels, five people without a phone, two who come twice, one prankster.

The network drops and repeats. Afterwards the volunteers' lists and the coverage are exactly right.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from bot.coverage.board import board
from conversations.rules.codes import VOLUNTEER
from storage import coverage, memberships, my_people, volunteers
from storage.database import Database
from storage.keys import Keyring
from storage.memberships import Membership
from storage.opening import open_keyring
from tests.doubles.faults import CUT_AFTER, GATEWAY
from tests.doubles.telegram_people import Person as OnTelegram
from tests.doubles.telegram_server import TelegramServer
from tests.doubles.twilio_people import Person as OnWhatsApp
from tests.doubles.twilio_server import TwilioServer
from tests.end_to_end.child import HASTE
from tests.end_to_end.served import Served, free_port, serving, twilios, webhook

Somebody: TypeAlias = OnTelegram | OnWhatsApp
KLENDER = "31.75.07.1003"
NAMES = ("Siti Aminah", "Budi Santoso", "Ana Lestari", "Joko Susilo", "Sri Wahyuni", "Rini Astuti", "Agus Salim")
LINK = re.compile(r"/isi/[\w-]+")
PATIENCE = 60.0
ON_TELEGRAM, ON_WHATSAPP = 12, 10  # people with a phone of their own


def nik(number: int) -> str:
    return f"31740557089501{number:02d}"


def answers(number: int) -> list[str]:
    name = NAMES[number % len(NAMES)]
    return [
        *("dibantu", "setuju", "1", name, nik(number), "17-8-1995", "perempuan", "Klender", "rw 5", "lewati", "lewati"),
        *("pedagang", "lewati", "2 juta", "2 program", "3 bulan", "tidak", "kirim"),
    ]


async def says(served: Served, person: Somebody, texts: Sequence[str]) -> str:
    """Type each text once the last was answered; a NIK goes to the secure form where the chat may not have it."""
    heard = ""
    for text in texts:
        if len(text) == 16 and text.isdigit() and isinstance(person, OnWhatsApp):
            while not (link := LINK.search(heard)):
                heard = (await person.hears(PATIENCE)).text
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            assert (await served.post(link[0], f"answer={text}".encode(), **form))[0] in (200, 303)
        else:
            person.says(text)
        heard = (await person.hears(PATIENCE)).text
    return heard


async def becomes_volunteer(db: Database, keyring: Keyring, channel: str, number: int) -> str:
    """Make the one person who is on this channel so far a volunteer."""
    now = datetime.now(UTC)
    async with db.writing() as tx:
        [(chat_id, person_id)] = await tx.rows("SELECT id, person_id FROM chats WHERE channel = $1", (channel,))
        code, token = VOLUNTEER.make(7_000_001 * number), f"undangan-{number}"
        await volunteers.invite(
            tx, keyring, token, code=code, name="Relawan", area_code=KLENDER, rw="5", staff_id=None, now=now,
            until=now + timedelta(days=1),
        )  # fmt: skip
        await volunteers.take_invitation(tx, keyring, token, chat_id=chat_id, person_id=person_id, now=now)
        await volunteers.confirm(
            tx, keyring, chat_id=chat_id, name=f"Relawan {number}", area_code=KLENDER, rw="5", now=now
        )
    return code


async def applications(db: Database, most: float = PATIENCE, *, at_least: int) -> list[tuple[int, int, bytes]]:
    """Wait until so many are there; then all of them."""
    for _ in range(int(most / 0.2)):
        async with db.reading() as tx:
            rows = await tx.rows("SELECT id, person_id, nik_hash FROM applications ORDER BY id")
        if len(rows) >= at_least:
            break
        await asyncio.sleep(0.2)
    return [(number, person, bytes(hashed)) for number, person, hashed in rows]


async def test_a_hall_of_thirty_ends_exactly_right(tmp_path: Path) -> None:
    telegram_port = free_port()
    async with TelegramServer() as telegram, TwilioServer() as twilio:
        telegram.updates.duplicates = 1  # every accepted webhook comes once more
        telegram.limit(10_000, 10_000)
        twilio.limit(10_000, 10_000)
        haste = {HASTE: "yes"}  # a helper's hour passes in seconds here
        settings = webhook(telegram, telegram_port) | twilios(twilio, telegram_port) | haste
        async with serving(tmp_path, settings) as served:
            db = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'taruna.db'}")
            keyring = await open_keyring(db, "", tmp_path / "keys")
            ratna, dewi = telegram.person("Ratna"), twilio.person("Dewi")
            await says(served, ratna, ["halo"])
            await says(served, dewi, ["halo"])
            hers, theirs = (
                await becomes_volunteer(db, keyring, "telegram", 1),
                await becomes_volunteer(db, keyring, "whatsapp", 2),
            )
            for fault in (CUT_AFTER, GATEWAY, CUT_AFTER, GATEWAY):
                telegram.faults.add(fault, method="sendMessage", times=3)
            twilio.hooks.duplicates = 1

            async def comes_on_telegram(number: int, phone: str = "") -> None:
                person = telegram.person(f"Orang {number}{phone}")
                person.opens(hers.lower())
                await person.hears(PATIENCE)
                await says(served, person, ["daftar", *answers(number)])

            async def comes_on_whatsapp(number: int, phone: str = "") -> None:
                person = twilio.person(f"Orang {number}{phone}")
                await says(
                    served, person, [f"Halo kak, saya mau daftar. Kode relawan: {theirs}", "daftar", *answers(number)]
                )

            async def helps(volunteer: Somebody, numbers: Sequence[int]) -> None:
                for number in numbers:
                    name = f"Warga{'abcde'[number - 22]}"
                    await says(served, volunteer, ["daftarkan orang lain", name, "ya", *answers(number)])

            async def plays_tricks() -> None:
                person = telegram.person("Iseng")
                person.opens("TRN-AAA-AAA-AAA")
                for text in (
                    "daftar",
                    "dibantu",
                    "setuju",
                    "9",
                    "🤡" * 50,
                    "TK-0000-0000-0",
                    "1",
                    "<b>Iseng</b>",
                    "3174",
                ):
                    person.says(text)
                for _ in range(25):
                    person.says("spam")
                await asyncio.sleep(1)

            await asyncio.gather(
                *(comes_on_telegram(number) for number in range(ON_TELEGRAM)),
                *(comes_on_whatsapp(number) for number in range(ON_TELEGRAM, ON_TELEGRAM + ON_WHATSAPP)),
                helps(ratna, (22, 23, 24)),
                helps(dewi, (25, 26)),
                plays_tricks(),
            )
            await comes_on_telegram(0, "'s other phone")  # the same card again
            await comes_on_whatsapp(ON_TELEGRAM, "'s other phone")
            found = await applications(db, at_least=29)
            assert len(found) == 29, "27 people, and two of them twice; nobody lost, nobody doubled, no prankster"
            people = Counter(hashed for _, _, hashed in found)
            assert len(people) == 27
            assert sorted(people.values())[-3:] == [1, 2, 2]
            assert len({person for _, person, _ in found}) == 29, "each helped person has a key of their own"

            first = {hashed: (number, person) for number, person, hashed in reversed(found)}  # the desk merges the rest
            now = datetime.now(UTC)
            async with db.writing() as tx:
                listed = [Membership(number, person, "registered", now) for number, person in first.values()]
                await memberships.put_all(tx, keyring, listed)
                page = await coverage.count_page(tx, 0)
            assert page.counts == {(KLENDER, "5"): 27}
            seen = board(KLENDER, page.counts, {(KLENDER, "5"): 100})
            assert [(tile.name, tile.shown, tile.percent) for tile in seen.rws] == [("5", 25, 25)]

            async with db.reading() as tx:
                for code, came, helped in ((hers, ON_TELEGRAM + 1, 3), (theirs, ON_WHATSAPP + 1, 2)):
                    volunteer = await volunteers.by_code(tx, keyring, code)
                    assert volunteer is not None
                    listed_people = await my_people.of_volunteer(tx, keyring, volunteer, now - timedelta(days=7))
                    assert len(listed_people.sent_in) == came + helped
                    assert len(listed_people.recent) == came + helped
                    assert listed_people.on_the_way == ()
            await db.close()
