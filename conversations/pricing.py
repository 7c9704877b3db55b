"""What is said about money before anybody pays: every amount comes from `rules.contributions.price`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from conversations.fields.field import Asking
from conversations.rules.benefits import benefit
from conversations.rules.contributions import MONTHS_OFFERED, Package, Price, Sector, discount_ends, later, price
from conversations.turn import Fact, Json, Month, Phrase, Rupiah

_MOST = Rupiah(627_800)  # a month in the highest band, for the longest labels
SAID_FOR_SECTOR: Mapping[str, tuple[str, ...]] = {  # what people type for a sector, beyond its label
    "transport": ("angkutan", "transportasi", "narik"),
    "other": ("lain", "lainnya", "yang lain", "other"),
}
SHORTER: Sector = "other"  # the sector whose discount ends first: used where two occupations disagree


def sectors(answers: Mapping[str, Json]) -> frozenset[str]:
    """Gather the sectors of somebody's occupations; where the first has none, the sector they stated."""
    first = _of(answers.get("occupation")) or str(answers.get("sector") or "")
    return frozenset(filter(None, (first, _of(answers.get("second_occupation")))))


def _of(occupation: Json) -> str:
    return str(occupation.get("sector") or "") if isinstance(occupation, dict) else ""


def sector(answers: Mapping[str, Json]) -> Sector:
    """Choose the sector to price with. Which discount counts for two is open, so the one that ends first does."""
    return "transport" if sectors(answers) == {"transport"} else SHORTER


def _income(answers: Mapping[str, Json]) -> int:
    income = answers.get("income")
    return income if isinstance(income, int) and income > 0 else 1


def _package(answers: Mapping[str, Json]) -> Package:
    return "three" if answers.get("programme") == "three" else "two"


def total(answers: Mapping[str, Json], package: Package, today: date, months: int) -> Rupiah:
    """Price the coming months, beginning with the current one."""
    return Rupiah(bill(_income(answers), sector(answers), package, None, today, months).total)


def bill(income: int, of: str, programme: str, until: date | None, today: date, months: int) -> Price:
    """Price what is paid next: the months after the paid ones, or from the current one where these have passed.

    until: the last day that is paid for. Everything that shows somebody an amount comes through here.
    """
    package: Package = "three" if programme == "three" else "two"
    return price(income, "transport" if of == "transport" else SHORTER, package, first_month(until, today), months)


def first_month(until: date | None, today: date) -> date:
    """The month the next payment is for, by its first day: that of the first unprotected day, never a past one."""
    return max(until + timedelta(days=1), today).replace(day=1) if until else today.replace(day=1)


def last_discounted(of: str, day: date) -> date | None:
    """The last day that a discount is known for, counted from a day, or None."""
    ends = discount_ends("transport" if of == "transport" else SHORTER, day)
    return later(ends, 1) - timedelta(days=1) if ends else None


def runs(priced: Price) -> list[tuple[Month, Month, Rupiah, int]]:
    """Months in a row at one price: the first, the last, what each costs, and how many they are."""
    found: list[tuple[Month, Month, Rupiah, int]] = []
    for each in priced.months:
        month = Month(each.month.year, each.month.month, 1)
        if found and found[-1][2] == each.total:
            first, _, amount, count = found[-1]
            found[-1] = (first, month, amount, count + 1)
        else:
            found.append((month, month, Rupiah(each.total), 1))
    return found


class AMonth:
    """The label of a programme says what this month costs."""

    samples: Mapping[str, Fact] = {"amount": _MOST}

    def __call__(self, value: str, asking: Asking) -> Mapping[str, Fact]:
        return {"amount": total(asking.answers, "three" if value == "three" else "two", asking.today, 1)}


class Together:
    """The label of a number of months says what they cost together."""

    samples: Mapping[str, Fact] = {"amount": Rupiah(12 * _MOST)}

    def __call__(self, value: str, asking: Asking) -> Mapping[str, Fact]:
        return {"amount": total(asking.answers, _package(asking.answers), asking.today, int(value))}


class Benefits:
    """What a question about programmes or months says around its options: what is paid, and the discount's end."""

    def __init__(self, step: str) -> None:
        self.step = step
        self.samples: tuple[Mapping[str, Fact], ...] = tuple(
            self._facts({"income": 99_999_999, "sector": "other", "second_occupation": {"sector": second}}, day)
            for second, day in (
                ("other", date(2026, 9, 30)),
                ("transport", date(2026, 9, 30)),
                ("other", date(2027, 9, 30)),
            )
        )

    def __call__(self, asking: Asking) -> Mapping[str, Fact]:
        return self._facts(asking.answers, asking.today)

    def _facts(self, answers: Mapping[str, Json], today: date) -> Mapping[str, Fact]:
        ends = discount_ends(sector(answers), today)
        which = "full_price" if ends is None else "two_sectors" if len(sectors(answers)) > 1 else "discounted"
        return {
            "two": total(answers, "two", today, 1),
            "three": total(answers, "three", today, 1),
            "death": Rupiah(benefit("death", today)),
            "burial": Rupiah(benefit("burial", today)),
            "months": benefit("months_before_death", today),
            "old_age": benefit("old_age", today),
            "until": later(ends, 1) - timedelta(days=1) if ends else None,
            "discount": Phrase(f"{self.step}.{which}"),
        }


class Altogether:
    """What will have to be paid, for the page before the end."""

    samples: tuple[Mapping[str, Fact], ...] = ({"total": Rupiah(12 * _MOST)},)

    def __call__(self, asking: Asking) -> Mapping[str, Fact]:
        chosen = asking.answers.get("months")
        months = int(chosen) if isinstance(chosen, str) else 1
        return {"total": total(asking.answers, _package(asking.answers), asking.today, months)}


OFFERED = tuple(str(months) for months in MONTHS_OFFERED)
