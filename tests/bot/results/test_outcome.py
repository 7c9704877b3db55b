"""What a line means for somebody: decided without looking anywhere, the same line twice changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.results.line import Line, Verdict, meaning
from bot.results.outcome import Known, Outcome, decide
from storage.memberships import Membership
from tests.bot.results.lists import NOW

LISTED = TODAY = date(2026, 11, 24)
KPJ = "26012345678"


def told(line: Line, before: Membership | None = None, state: str = "handed_over", today: date = TODAY) -> Outcome:
    outcome = decide(line, Known(1, 1, state, before), LISTED, today, NOW)
    assert outcome is not None
    return outcome


def said(**changes: object) -> Membership:
    return replace(Membership(1, 1, "registered", NOW, kpj=KPJ, listed_on=date(2026, 11, 1)), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "membership", "state", "news"),
    [
        (Line(verdict="yes", kpj=KPJ), "registered", "waiting_for_payment", "registered"),
        (Line(kpj=KPJ), "registered", "waiting_for_payment", "registered"),
        (Line(verdict="yes", payment_code="8100"), "registered", "waiting_for_payment", "registered"),
        (Line(verdict="yes"), "registered", "registered", "registered"),
        (Line(verdict="yes", means="eligible", kpj=KPJ), "registered", "waiting_for_payment", "registered"),
        (Line(verdict="no", remark="USIA"), "refused", "refused", "refused"),
        (Line(verdict="no", kpj=KPJ), "refused", "refused", "refused"),
        (Line(verdict="ended"), "ended", "lapsed", "ended"),
        (Line(paid_until=date(2026, 11, 24)), "active", "active", "active"),
        (Line(kpj=KPJ, paid_until=date(2026, 12, 31)), "active", "active", "member"),
        (Line(paid_until=date(2026, 11, 23)), "active", "late", "late"),
        (Line(paid_until=date(2026, 8, 31)), "active", "late", "late"),
        (Line(paid_until=date(2026, 8, 23)), "ended", "lapsed", "ended"),
    ],
)
def test_the_first_word_of_the_agency(line: Line, membership: str, state: str, news: str) -> None:
    outcome = told(line)
    assert (outcome.membership.state, outcome.state, outcome.news, outcome.changed) == (membership, state, news, True)


def test_may_be_registered_is_no_answer_yet() -> None:
    line = Line(verdict="yes", remark="BISA DAFTAR", means=meaning("BISA DAFTAR"))
    assert decide(line, Known(1, 1, "handed_over", None), LISTED, TODAY, NOW) is None


@pytest.mark.parametrize(
    ("line", "before", "news"),
    [
        (Line(kpj=KPJ), said(), ""),
        (Line(kpj=KPJ, payment_code="8100"), said(), "registered"),
        (Line(kpj="26099999999"), said(), "registered"),
        (Line(kpj=KPJ, paid_until=date(2026, 12, 31)), said(), "active"),
        (Line(kpj=KPJ), said(state="active", paid_until=date(2026, 12, 31)), ""),
        (Line(kpj=KPJ, paid_until=date(2027, 1, 31)), said(state="active", paid_until=date(2026, 12, 31)), "active"),
        (Line(verdict="no", remark="USIA"), said(state="refused", kpj="", reason="USIA"), ""),
        (Line(verdict="no", remark="UMUR"), said(state="refused", kpj="", reason="USIA"), "refused"),
        (Line(verdict="yes", kpj=KPJ), said(state="refused", kpj="", reason="USIA"), "registered"),
        (Line(kpj=KPJ), said(state="ended"), ""),
        (Line(verdict="yes", kpj=KPJ), said(state="ended"), "registered"),
        (Line(paid_until=date(2026, 12, 31)), said(state="ended"), "active"),
    ],
)
def test_a_later_word_is_news_only_where_it_changes_something(line: Line, before: Membership, news: str) -> None:
    assert told(line, before).news == news


def test_what_a_list_leaves_out_stays_as_it_was_said() -> None:
    before = said(payment_code="8100", registered_on=date(2026, 11, 1), kept={"first_name": "Siti"})
    after = told(Line(paid_until=date(2026, 12, 31)), before).membership
    assert after == replace(before, state="active", paid_until=date(2026, 12, 31), listed_on=LISTED, changed_at=NOW)


def test_a_newer_word_is_not_undone_by_an_older_list() -> None:
    newer = said(listed_on=LISTED + timedelta(days=1))
    assert decide(Line(verdict="no"), Known(1, 1, "waiting_for_payment", newer), LISTED, TODAY, NOW) is None


def test_the_same_word_in_a_newer_list_makes_the_news_fresher_and_nothing_else() -> None:
    before = said()
    outcome = told(Line(kpj=KPJ), before)
    assert (outcome.changed, outcome.membership) == (False, replace(before, listed_on=LISTED))


VERDICTS: list[Verdict] = ["yes", "no", "ended", ""]
LINES = st.builds(
    Line,
    verdict=st.sampled_from(VERDICTS),
    remark=st.sampled_from(["", "USIA", "BISA DAFTAR"]),
    kpj=st.sampled_from(["", KPJ]),
    payment_code=st.sampled_from(["", "8100"]),
    paid_until=st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
)


@given(LINES, LINES)
def test_the_same_line_twice_changes_nothing_whatever_was_said_before(first: Line, line: Line) -> None:
    before = decide(first, Known(1, 1, "handed_over", None), LISTED, TODAY, NOW)
    known = Known(1, 1, before.state if before else "handed_over", before.membership if before else None)
    once = decide(line, known, LISTED, TODAY, NOW)
    if once is None:
        return
    twice = decide(line, Known(1, 1, once.state, once.membership), LISTED, TODAY, NOW)
    assert twice is not None
    assert (twice.changed, twice.news, twice.state, twice.membership) == (False, "", once.state, once.membership)
