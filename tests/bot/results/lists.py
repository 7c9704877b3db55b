"""Lists as the agency sends them, made for tests, and people whose forms were handed over."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from bot.house import build_house
from bot.payload import unpack
from bot.results import applying, importing
from bot.results.applying import House
from bot.results.importing import By
from storage import applications, cases, memberships, results
from storage.database import Database
from storage.keys import Keyring
from storage.memberships import Membership
from storage.results import Line
from storage.turns import Place
from tests.storage.world import a_form, submit

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Jakarta")
LISTED = date(2026, 11, 23)
HEADER = ("NO", "NIK", "NAMA", "TGL LAHIR", "STATUS", "KETERANGAN", "NOMOR KPJ", "KODE IURAN", "MASA PERLINDUNGAN")
SITI, BUDI, ANA = "3174055708950003", "3174051708950001", "3174054101990004"
KPJ = {SITI: "26012345678", BUDI: "26012345679", ANA: "26012345680"}
NAMES = {SITI: "Siti Aminah", BUDI: "Budi Santoso", ANA: "Ana"}
BORN = {SITI: "1995-08-17", BUDI: "1995-08-17", ANA: "1999-01-01"}


def row(
    nik: str, status: str = "Y", remark: str = "", kpj: str | None = None, code: str = "", until: str = ""
) -> list[Any]:
    """A line of the list: registered with a member number, unless it says otherwise."""
    number = KPJ[nik] if kpj is None and status == "Y" else kpj or ""
    return [1, nik, NAMES[nik].upper(), BORN[nik], status, remark, number, code, until]


def csv_list(path: Path, rows: Sequence[Sequence[Any]], header: Sequence[str] = HEADER, sign: str = ";") -> Path:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file, delimiter=sign)
        writer.writerows([header, *rows])
    return path


def excel_list(path: Path, rows: Sequence[Sequence[Any]], header: Sequence[str] = HEADER, above: int = 3) -> Path:
    """A workbook as a branch office makes one: a title, then the header; texts are texts, numbers numbers."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("HASIL")
    if above:
        sheet.write(0, 0, "DAFTAR HASIL PENDAFTARAN BPU")
    for at, cells in enumerate([header, *rows], start=above):
        for column, value in enumerate(cells):
            sheet.write_string(at, column, value) if isinstance(value, str) else sheet.write(at, column, value)
    book.close()
    return path


@dataclass
class Office:
    """Where lists are applied in tests."""

    db: Database
    keyring: Keyring
    now: datetime = NOW
    by: By = field(default_factory=lambda: By("ratna", None))
    progress: list[tuple[int, int]] = field(default_factory=list)

    @property
    def house(self) -> House:
        return House(self.db, self.keyring, build_house().words, ZONE)

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)

    def days(self, listed_on: date = LISTED) -> importing.Days:
        return importing.days(listed_on, self.now, ZONE)

    async def signs_up(self, nik: str, receipt: str, /, *, state: str = "handed_over", **changes: object) -> Place:
        """Somebody's form, in this state."""
        answers = {"full_name": NAMES[nik], "nik": nik, "born": BORN[nik], "income": 3_000_000, **changes}
        place = await submit(self.db, self.keyring, f"chat of {nik}", form=a_form(receipt, **answers), at=self.now)
        async with self.db.writing() as tx:
            await tx.rows("UPDATE applications SET state = $1 WHERE receipt = $2", (state, receipt))
        return place

    async def takes_in(self, file: Path, listed_on: date = LISTED) -> importing.Taken:
        return await importing.take_in(
            self.db,
            self.keyring,
            file,
            file.name,
            self.by,
            self.days(listed_on),
            lambda *seen: self.progress.append(seen),
        )

    async def applies(self, import_id: int) -> dict[str, int] | None:
        done = await applying.apply(
            self.house, import_id, self.by, self.days(), lambda *seen: self.progress.append(seen)
        )
        return None if done is None else {name: count for name, count in done.items() if count}

    async def undoes(self, import_id: int) -> dict[str, int] | None:
        done = await applying.undo(self.house, import_id, self.by, self.days(), lambda *_: None)
        return None if done is None else {name: count for name, count in done.items() if count}

    async def reads_and_applies(self, file: Path, listed_on: date = LISTED) -> int:
        taken = await self.takes_in(file, listed_on)
        assert await self.applies(taken.import_id) is not None
        return taken.import_id

    async def lines(self, import_id: int) -> list[Line]:
        async with self.db.reading() as tx:
            return await results.lines(tx, self.keyring, import_id)

    async def found(self, import_id: int) -> list[tuple[str, str]]:
        return [(line.found, line.body.get("why", "")) for line in await self.lines(import_id)]

    async def state(self, receipt: str) -> str | None:
        async with self.db.reading() as tx:
            return await applications.state_of(tx, receipt)

    async def membership(self, receipt: str) -> Membership | None:
        async with self.db.reading() as tx:
            one = await applications.one(tx, self.keyring, receipt)
            assert one is not None
            return await memberships.of_application(tx, self.keyring, one.id)

    async def told(self, receipt: str) -> list[str]:
        """What the chat of a receipt is being told, oldest first."""
        async with self.db.reading() as tx:
            rows = await tx.rows("SELECT id FROM applications WHERE receipt = $1", (receipt,))
            case = (await cases.cases(tx, self.keyring, [rows[0][0]]))[rows[0][0]]
            rows = await tx.rows(
                "SELECT payload FROM outbox WHERE chat_id = $1 AND state <> 'dropped' ORDER BY id", (case.chat_id,)
            )
        return [unpack(case.key.open(bytes(sealed), f"outbox.payload/{case.person_id}")).text for (sealed,) in rows]
