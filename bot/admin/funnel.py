"""How far people come in a form, and where those who stopped stand: from daily counts, without looking at anybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from conversations.form import Ask, Form

AGES = (1, 3, 7, 28)  # days since the last word: today, up to three days, a week, four weeks
SUBMITTED = "submitted"


@dataclass(frozen=True, slots=True)
class Stood:
    """How many stood somewhere. day: of their last word; asked: the open question; end: "" while open."""

    day: date
    channel: str
    form: str
    asked: str
    end: str
    n: int


@dataclass(frozen=True, slots=True)
class Step:
    """One question: how many came at least this far by channel, and how many stand here now by age."""

    name: str
    reached: Mapping[str, int]
    stuck: tuple[int, ...]

    @property
    def came(self) -> int:
        return sum(self.reached.values())

    @property
    def stopped(self) -> int:
        return sum(self.stuck)


def read(rows: Iterable[tuple[str, str, str, int]]) -> list[Stood]:
    """Read what storage keeps: (day, channel, "form question end", how many)."""
    found = []
    for day, channel, detail, n in rows:
        form, asked, end = [*detail.split(" "), "", ""][:3]
        found.append(Stood(date.fromisoformat(day), channel, form, asked, end, n))
    return found


def funnel(form: Form, stood: Iterable[Stood], today: date) -> list[Step]:
    """Each question in order. Who submitted came past all; who was shown another way came as far as that."""
    order = [ask.name for ask in form.questions]
    reached: list[dict[str, int]] = [{} for _ in order]
    stuck = [[0] * len(AGES) for _ in order]
    for one in stood:
        furthest = _furthest(form, order, one)
        if one.form != form.name or furthest is None:
            continue
        for place in range(furthest + 1):
            reached[place][one.channel] = reached[place].get(one.channel, 0) + one.n
        if not one.end:
            stuck[furthest][age(today, one.day)] += one.n
    return [Step(name, came, tuple(here)) for name, came, here in zip(order, reached, stuck, strict=True)]


def submitted(form: Form, stood: Iterable[Stood]) -> dict[str, int]:
    """How many submitted, by channel."""
    found: dict[str, int] = {}
    for one in stood:
        if one.form == form.name and one.end == SUBMITTED:
            found[one.channel] = found.get(one.channel, 0) + one.n
    return found


def ended(form: Form, stood: Iterable[Stood]) -> dict[str, int]:
    """How many were shown another way, by why, most first."""
    found: dict[str, int] = {}
    for one in stood:
        if one.form == form.name and one.end in form.stops:
            found[one.end] = found.get(one.end, 0) + one.n
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def age(today: date, day: date) -> int:
    """Which of AGES a day belongs to."""
    passed = (today - day).days
    return next((place for place, days in enumerate(AGES) if passed < days), len(AGES) - 1)


def _furthest(form: Form, order: Sequence[str], one: Stood) -> int | None:
    """The question somebody came to; None where this form has no such question any more."""
    if one.end == SUBMITTED:
        return len(order) - 1
    if one.end in form.stops:
        before = [step.name for step in form.steps[: form.steps.index(form.stops[one.end])] if isinstance(step, Ask)]
        return len(before) - 1
    ask = form.asks.get(one.asked)  # by a name it had before, too
    return order.index(ask.name) if ask else None
