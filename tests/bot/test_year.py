"""A year of one driver and one trader through the served program and a clock of our own, as they read it.

`pytest --rewrite tests/bot/test_year.py` writes tests/bot/year/ anew; read it aloud before committing.
"""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path

import pytest

from bot.payload import unpack
from bot.results import applying, importing
from bot.results.importing import By
from bot.upkeep import wake
from storage import outbox, retention, scheduled
from storage.columns import moment
from tests.bot.results.lists import BORN, HEADER, KPJ, NAMES
from tests.bot.results.lists import BUDI as DRIVERS_NIK
from tests.bot.results.lists import SITI as TRADERS_NIK
from tests.bot.town import BUDI, SITI, Phone, Town, open_town

HERE = Path(__file__).parent / "year"
MONTHS = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November")
CODES = {DRIVERS_NIK: "8100000017", TRADERS_NIK: "8100000025"}
OFFICE = By("ratna", None)


@dataclass
class Diary:
    """What one person types and reads, day by day."""

    town: Town
    name: str
    phone: Phone
    nik: str
    lines: list[str] = field(default_factory=list)
    receipt: str = ""
    chat_id: int = 0
    read: int = 0
    templates: set[str] = field(default_factory=set)
    day: str = ""

    async def signs_up(self, answers: tuple[str, ...]) -> None:
        self.receipt = await self.phone.signs_up(answers)
        async with self.town.services.db.reading() as tx:
            [(self.chat_id,)] = await tx.rows("SELECT chat_id FROM applications WHERE receipt = $1", (self.receipt,))
            told = await outbox.told_since(tx, self.town.services.keyring, self.chat_id, 0)
        self.read = told[-2][0]
        self._note_day()
        self.lines += ["# Seluruh pendaftarannya ada di tests/transcripts; ini jawaban yang terakhir.", "> kirim"]
        await self.reads()

    async def says(self, *texts: str) -> None:
        for text in texts:
            self._note_day()
            self.lines.append(f"> {text}")
            await self.phone.send(text=text)
            await self.reads()

    async def reads(self) -> None:
        """Write down what came since, as the person reads it."""
        async with self.town.services.db.reading() as tx:
            told = await outbox.told_since(tx, self.town.services.keyring, self.chat_id, self.read)
        for row, payload in told:
            message = unpack(payload)
            self.templates |= {message.template}
            if message.text:
                self._note_day()
                shown = [*message.text.split("\n"), *(f"[{choice.label}]" for choice in message.choices)]
                shown += [f"(salin {message.copy})"] if message.copy else []
                self.lines += [f"    {line}".rstrip().replace(self.receipt, "TK-0000-0000-0") for line in shown]
                self.lines.append("")
            self.read = row

    def _note_day(self) -> None:
        day = self.town.clock().astimezone(self.town.services.settings.zone).date()
        month = "Desember" if day.month == 12 else MONTHS[day.month - 1]
        if (written := f"{day.day} {month} {day.year}") != self.day:
            self.day = written
            self.lines += [f"@ {written}", ""]


@dataclass
class Year:
    """The town, its two people, and the branch office with its lists."""

    town: Town
    driver: Diary
    trader: Diary
    files: Path

    async def until(self, day: date, hour: int = 10) -> None:
        """Let the time pass, stopping at everything that is due, as upkeep would."""
        services = self.town.services
        target = datetime.combine(day, time(hour), services.settings.zone)
        while True:
            async with services.db.reading() as tx:
                [(due,)] = await tx.rows("SELECT MIN(due_at) FROM scheduled WHERE state = 'waiting'")
            if due is None or moment(due) > target:
                break
            self.town.clock.now = max(self.town.clock.now, moment(due))
            async with services.db.writing() as tx:
                claimed = await scheduled.claim_due(tx, self.town.clock(), limit=100)
            await wake(services, claimed, self.town.clock())
            await retention.retain(services.db, services.keyring, self.town.clock())
            await self.driver.reads()
            await self.trader.reads()
        self.town.clock.now = target
        await retention.retain(services.db, services.keyring, self.town.clock())

    async def hands_over(self) -> None:
        """The desk has checked them and handed them over; how is tested elsewhere."""
        async with self.town.services.db.writing() as tx:
            await tx.rows("UPDATE applications SET state = 'handed_over', changed_at = $1", (self.town.clock(),))

    async def lists(self, listed_on: date, **until: str) -> None:
        """The branch's list of a day arrives as a file and is applied: until when each is protected, "" for not yet."""
        rows = [
            [1, diary.nik, NAMES[diary.nik].upper(), BORN[diary.nik], "Y", "", KPJ[diary.nik], CODES[diary.nik], day]
            for diary, day in ((getattr(self, who), day) for who, day in until.items())
        ]
        path = self.files / f"hasil-{listed_on}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, delimiter=";").writerows([HEADER, *rows])
        services = self.town.services
        days = importing.days(listed_on, self.town.clock(), services.settings.zone)
        taken = await importing.take_in(services.db, services.keyring, path, path.name, OFFICE, days, lambda *_: None)
        house = applying.House(services.db, services.keyring, services.house.words, services.settings.zone)
        assert await applying.apply(house, taken.import_id, OFFICE, days, lambda *_: None)
        await self.driver.reads()
        await self.trader.reads()


@pytest.fixture
async def year(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Year]:
    monkeypatch.setattr("bot.upkeep.EVERY", 3600.0)  # time passes here only when the test lets it
    async with open_town(sqlite_url) as town:
        driver = Diary(town, "driver", Phone(town.visitor()), DRIVERS_NIK)
        trader = Diary(town, "trader", Phone(town.visitor("36.68.0.8")), TRADERS_NIK)
        yield Year(town, driver, trader, tmp_path)


async def test_a_year_of_a_driver_and_a_trader_reads_as_it_is_written(
    year: Year, request: pytest.FixtureRequest
) -> None:
    driver, trader = year.driver, year.trader
    await year.until(date(2026, 11, 22))
    await trader.signs_up(SITI)
    await driver.signs_up(tuple("boleh" if answer == "tidak usah" else answer for answer in BUDI))
    await trader.says("status")

    await year.until(date(2026, 11, 24))
    await year.hands_over()
    await trader.says("bayar")
    await driver.says("status")

    await year.until(date(2026, 11, 26))
    await year.lists(date(2026, 11, 25), driver="", trader="")
    await driver.says("cara bayar")
    await trader.says("bayar")

    await year.until(date(2026, 11, 28))
    await driver.says("sudah bayar", "kemarin", "1 bulan", "sendiri", "status")
    await trader.says("udah byr kak", "hari ini", "sebulan", "dititip", "status")

    await year.until(date(2026, 12, 2))
    await year.lists(date(2026, 12, 1), driver="31-12-2026", trader="31-12-2026")
    await driver.says("status")

    # A week before the end: the driver's January is discounted, the trader's is not.
    await year.until(date(2026, 12, 28))
    await driver.says("bayar")
    await year.lists(date(2026, 12, 28), driver="31-03-2027")

    # The trader does not pay: late, a month, two, the last days, and it ends.
    await year.until(date(2027, 1, 20))
    await trader.says("status")
    await year.until(date(2027, 4, 2))
    await trader.says("status", "bayar")

    # The driver's discount has ended with March, and April is a little late.
    await year.until(date(2027, 4, 12))
    await driver.says("bayar")
    await year.lists(date(2027, 4, 12), driver="30-04-2027", trader="30-04-2027")
    await trader.says("status")
    await driver.says("berhenti")
    await year.until(date(2027, 5, 10))
    await driver.says("status", "mulai")
    await year.until(date(2027, 6, 2))

    assert trader.templates >= {"reminder_before", "reminder_late", "reminder_ended"}
    for diary in (driver, trader):
        path, played = HERE / f"{diary.name}.txt", "\n".join(diary.lines).rstrip() + "\n"
        if request.config.getoption("rewrite"):
            path.write_text(played, encoding="utf-8")
        assert played == path.read_text(encoding="utf-8")
