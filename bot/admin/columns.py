"""What an exported row holds: each column's name, width and where its value comes from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.admin.answers import contributions, written
from bot.export import Heading, Row
from conversations.forms import FORMS
from conversations.pricing import sectors
from conversations.rules.contributions import PACKAGES, base_for, later
from conversations.turn import Json
from conversations.wording import Words
from storage.applications import Opened


@dataclass(frozen=True, slots=True)
class Source:
    """One application as columns read it: opened, in the words and the time zone of the file."""

    application: Opened
    words: Words
    zone: ZoneInfo

    def value(self, step: str) -> Json:
        answer = self.application.answers.get(step)
        return answer.value if answer else None

    def text(self, step: str) -> str:
        """An answer in words; an empty cell where there is none."""
        value = self.value(step)
        return "" if value is None else written(FORMS[self.application.form], step, value, self.words)

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Column:
    """name: its heading is the text `export.column.<name>`. value: always text; numbers are digits only."""

    name: str
    width: int
    value: Callable[[Source], str]


def _part(step: str, name: str) -> Callable[[Source], str]:
    def read(source: Source) -> str:
        value = source.value(step)
        return str(value.get(name) or "") if isinstance(value, dict) else ""

    return read


def _phone(source: Source) -> str:
    """As it is dialled here: a leading + would be a formula."""
    value = str(source.value("phone") or "")
    return "0" + value.removeprefix("+62") if value.startswith("+62") else value.removeprefix("+")


def _income(source: Source) -> str:
    value = source.value("income")
    return str(value) if isinstance(value, int) else ""


def _base(source: Source) -> str:
    value = source.value("income")
    return str(base_for(value)) if isinstance(value, int) and value > 0 else ""


def _programme(source: Source) -> str:
    return "+".join(PACKAGES["three" if source.value("programme") == "three" else "two"])


def _total(source: Source) -> str:
    price = contributions(source.application.answers, source.day(source.application.submitted_at))
    return str(price.total) if price else ""


def _first_month(source: Source) -> str:
    return f"{later(source.day(source.application.submitted_at).replace(day=1), 0):%Y-%m}"


def _approved(source: Source) -> str:
    """The day of the last decision: only approved ones are exported."""
    return source.day(source.application.changed_at).isoformat()


def _sectors(source: Source) -> str:
    values = {name: answer.value for name, answer in source.application.answers.items()}
    return "+".join(sorted(sectors(values)))


def _simulated(source: Source) -> str:
    return source.words.text("export.simulated") if source.application.simulated else ""


COLUMNS: Sequence[Column] = (
    Column("receipt", 17, lambda s: s.application.receipt),
    Column("nik", 19, lambda s: str(s.value("nik") or "")),
    Column("full_name", 32, lambda s: str(s.value("full_name") or "")),
    Column("born", 12, lambda s: str(s.value("born") or "")),
    Column("sex", 12, lambda s: s.text("sex")),
    Column("area", 44, lambda s: s.text("kelurahan")),
    Column("area_code", 15, lambda s: s.application.area_code or ""),
    Column("rw", 6, lambda s: str(s.value("rw") or "")),
    Column("phone", 16, _phone),
    Column("email", 28, lambda s: str(s.value("email") or "")),
    Column("occupation", 30, lambda s: s.text("occupation")),
    Column("second_occupation", 30, lambda s: s.text("second_occupation")),
    Column("sector", 12, _sectors),
    Column("income", 12, _income),
    Column("base", 12, _base),
    Column("programme", 14, _programme),
    Column("months", 8, lambda s: str(s.value("months") or "")),
    Column("first_month", 10, _first_month),
    Column("total", 12, _total),
    Column("submitted", 12, lambda s: s.day(s.application.submitted_at).isoformat()),
    Column("approved", 12, _approved),
    Column("referral", 14, lambda s: s.application.referral or ""),
    Column("flags", 30, lambda s: ", ".join(s.application.flags)),
    Column("simulated", 10, _simulated),
)


def headings(words: Words) -> list[Heading]:
    return [Heading(c.name, words.text(f"export.column.{c.name}"), c.width) for c in COLUMNS]


def row(application: Opened, words: Words, zone: ZoneInfo) -> Row:
    source = Source(application, words, zone)
    return [column.value(source) for column in COLUMNS]
