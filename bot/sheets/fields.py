"""What a column may hold: each field's name, and where its value comes from. Wording has no part in it, so that a file
is the same whatever a later release calls things."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot.admin.answers import contributions
from conversations.pricing import sectors
from conversations.rules import areas
from conversations.rules.contributions import base_for
from conversations.turn import Json
from storage.batch_contents import Content

Kind: TypeAlias = Literal["text", "day", "month"]


@dataclass(frozen=True, slots=True)
class Source:
    """One person of a batch as fields read them, in the time zone of the file."""

    content: Content
    zone: ZoneInfo

    def value(self, step: str) -> Json:
        answer = self.content.answers.get(step)
        return answer.value if answer else None

    def text(self, step: str) -> str:
        value = self.value(step)
        return "" if value is None else str(value)

    def part(self, step: str, name: str) -> str:
        value = self.value(step)
        return str(value.get(name) or "") if isinstance(value, dict) else ""

    def day(self, moment: datetime | None) -> str:
        return moment.astimezone(self.zone).date().isoformat() if moment else ""

    @property
    def submitted(self) -> date:
        return self.content.submitted_at.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class FieldOf:
    """How one field is read. kind: day and month are ISO, and may be given a pattern."""

    read: Callable[[Source], str]
    kind: Kind = "text"


def _phone(source: Source) -> str:
    """As it is dialled here: a leading + would be a formula."""
    value = source.text("phone")
    return "0" + value.removeprefix("+62") if value.startswith("+62") else value.removeprefix("+")


def _place(length: int) -> Callable[[Source], str]:
    def name(source: Source) -> str:
        area = areas.named(source.text("kelurahan")[:length])
        return area.name if area else ""

    return name


def _base(source: Source) -> str:
    value = source.value("income")
    return str(base_for(value)) if isinstance(value, int) and value > 0 else ""


def _total(source: Source) -> str:
    price = contributions(source.content.answers, source.submitted)
    return str(price.total) if price else ""


def _sectors(source: Source) -> str:
    return "+".join(sorted(sectors({name: answer.value for name, answer in source.content.answers.items()})))


# To give the organisation another field to use, add its line here and tell of it in docs/kolom.md.
FIELDS: Mapping[str, FieldOf] = {
    "number": FieldOf(lambda s: str(s.content.position)),
    "batch": FieldOf(lambda s: str(s.content.batch_id)),
    "receipt": FieldOf(lambda s: s.content.receipt),
    "nik": FieldOf(lambda s: s.text("nik")),
    "full_name": FieldOf(lambda s: s.text("full_name")),
    "born": FieldOf(lambda s: s.text("born"), "day"),
    "sex": FieldOf(lambda s: s.text("sex")),
    "kelurahan": FieldOf(_place(13)),
    "kecamatan": FieldOf(_place(8)),
    "kota": FieldOf(_place(5)),
    "area_code": FieldOf(lambda s: s.text("kelurahan")),
    "rw": FieldOf(lambda s: s.text("rw")),
    "phone": FieldOf(_phone),
    "email": FieldOf(lambda s: s.text("email")),
    "occupation": FieldOf(lambda s: s.part("occupation", "name")),
    "occupation_code": FieldOf(lambda s: s.part("occupation", "code")),
    "second_occupation": FieldOf(lambda s: s.part("second_occupation", "name")),
    "second_occupation_code": FieldOf(lambda s: s.part("second_occupation", "code")),
    "sector": FieldOf(_sectors),
    "income": FieldOf(lambda s: s.text("income") if isinstance(s.value("income"), int) else ""),
    "base": FieldOf(_base),
    "programme": FieldOf(lambda s: s.text("programme")),
    "months": FieldOf(lambda s: s.text("months")),
    "first_month": FieldOf(lambda s: f"{s.submitted:%Y-%m}", "month"),
    "total": FieldOf(_total),
    "submitted": FieldOf(lambda s: s.day(s.content.submitted_at), "day"),
    "approved": FieldOf(lambda s: s.day(s.content.approved_at), "day"),
    "referral": FieldOf(lambda s: s.content.referral),
}
