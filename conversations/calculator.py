"""HITUNG: what somebody would pay and what that pays out, side by side. Nothing of it is handed over or kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from conversations.checks import SectorKnown
from conversations.conditions import answered, flagged
from conversations.fields.field import Asking
from conversations.fields.income import Income
from conversations.fields.occupation import Occupation
from conversations.fields.one_of import OneOf, YesNo
from conversations.form import Ask, Form, Stop
from conversations.pricing import SAID_FOR_SECTOR, sector, total
from conversations.rules.benefits import benefit
from conversations.rules.contributions import MONTHS_OFFERED, PACKAGES, discount_ends, later
from conversations.turn import Fact, Json, Phrase, Rupiah


class SideBySide:
    """Both packages for every number of months on offer, the discount's end, and what is paid out."""

    def __init__(self) -> None:
        most: Mapping[str, Json] = {"income": 999_999_999, "sector": "other"}
        self.samples: tuple[Mapping[str, Fact], ...] = tuple(
            self._facts(most, day) for day in (date(2026, 9, 30), date(2027, 9, 30))
        )

    def __call__(self, asking: Asking) -> Mapping[str, Fact]:
        return self._facts(asking.answers, asking.today)

    def _facts(self, answers: Mapping[str, Json], today: date) -> Mapping[str, Fact]:
        ends = discount_ends(sector(answers), today)
        income = answers.get("income")
        prices = {
            f"{package}_{months}": total(answers, package, today, months)
            for package in PACKAGES
            for months in MONTHS_OFFERED
        }
        return {
            **prices,
            "income": Rupiah(income if isinstance(income, int) else 0),
            "until": later(ends, 1) - timedelta(days=1) if ends else None,
            "discount": Phrase(f"calculator.{'discounted' if ends else 'full_price'}"),
            "death": Rupiah(benefit("death", today)),
            "burial": Rupiah(benefit("burial", today)),
            "months": benefit("months_before_death", today),
            "old_age": benefit("old_age", today),
            "times": benefit("accident_death_times", today),
            "living": Rupiah(benefit("accident_death_living", today)),
        }


calculator = Form(
    "calculator",
    (
        Ask("paid", YesNo(), listed=False),
        # Whoever the government pays for gets no bill from us, not even an example of one.
        Stop("paid_for", when=answered("paid", "yes"), offers=("back", "help", "menu")),
        Ask("occupation", Occupation(), check=SectorKnown(), raises=Occupation().flags),
        Ask(
            "sector",
            OneOf("transport", "other", words=SAID_FOR_SECTOR),
            when=flagged("occupation", "sector_unknown"),
        ),
        Ask("income", Income(), raises=Income().flags),
    ),
    offers=("register", "calculate", "menu"),
    tells=SideBySide(),
)
