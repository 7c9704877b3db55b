"""Reminders: when each is due, what is said, and every reason for silence."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.house import build_house
from conversations.conversation import converse
from conversations.hours import is_day
from conversations.reminding import LATEST, WHICH, moments, next_morning
from conversations.rules.protection import last_chance
from conversations.turn import Answer, Consented, Inbound, Json, Record, Said, Session, Spoken, Talk, Told, Wants, Woke

HOUSE = build_house()
JAKARTA = ZoneInfo("Asia/Jakarta")
JAYAPURA = ZoneInfo("Asia/Jayapura")
UNTIL = date(2026, 12, 31)
MET = Talk(facts={"met": True})
DUE = {moment.which: moment for moment in moments(1, UNTIL, JAKARTA)}


def woken(which: str, at: datetime | None = None, talk: Talk = MET) -> Spoken:
    moment = DUE[which]
    at = at or moment.due
    facts: dict[str, Json] = {
        "application": 1,
        "which": which,
        "until": UNTIL.isoformat(),
        "key": moment.key,
        "due": moment.due.isoformat(),
        "zone": "Asia/Jakarta",
    }
    today = at.astimezone(JAKARTA).date()
    return converse(HOUSE, talk, Inbound(Woke("reminder", facts), at, today))


def looked_up(which: str, *, today: date | None = None, told: dict[str, Json] | None = None, **more: Json) -> Spoken:
    """Let a reminder's moment come and storage answer."""
    at = DUE[which].due
    today = today or at.astimezone(JAKARTA).date()
    [wants] = woken(which).effects
    assert isinstance(wants, Wants)
    siti: dict[str, Json] = {
        "application": 1,
        "receipt": "TK-0000-0000-0",
        "state": "active",
        "at": "2026-11-24",
        "name": "Siti",
        "sector": "other",
        "programme": "two",
        "months": 3,
        "income": 1_000_000,
        "until": UNTIL.isoformat(),
        **more,
    }
    facts: dict[str, Json] = {**wants.facts, "people": [siti], "consented": True, "reachable": True, **(told or {})}
    return converse(HOUSE, MET, Inbound(Told("reminder", facts), at, today))


def came(spoken: Spoken) -> Json:
    return next(e.facts["came"] for e in spoken.effects if isinstance(e, Record) and e.name == "reminder_settled")


# ---- when -----------------------------------------------------------------------------------------------------------


def test_seven_moments_are_planned_from_the_protections_end() -> None:
    days = {which: moment.due.astimezone(JAKARTA).date() for which, moment in DUE.items()}
    assert days == {
        "before_7": date(2026, 12, 24),
        "before_1": date(2026, 12, 30),
        "after_7": date(2027, 1, 7),
        "after_30": date(2027, 1, 30),
        "after_60": date(2027, 3, 1),
        "after_80": date(2027, 3, 21),
        "ended": date(2027, 4, 1),
    }
    assert tuple(days) == WHICH


@given(
    application=st.integers(1, 10**9),
    until=st.dates(date(2026, 1, 1), date(2040, 12, 31)),
    zone=st.sampled_from((JAKARTA, JAYAPURA)),
)
def test_every_moment_is_by_day_in_the_persons_own_hours_and_in_order(
    application: int, until: date, zone: ZoneInfo
) -> None:
    planned = list(moments(application, until, zone))
    assert all(is_day(moment.due, zone) for moment in planned)
    assert [moment.due for moment in planned] == sorted({moment.due for moment in planned})
    assert all(later.due - moment.due > LATEST for moment, later in pairwise(planned))
    assert len({moment.key for moment in planned}) == len(WHICH)
    assert planned[-1].due.astimezone(zone).date() == last_chance(until) + timedelta(days=1)


def test_people_of_one_month_are_spread_over_the_day() -> None:
    minutes = {next(moments(application, UNTIL, JAKARTA)).due for application in range(1, 500)}
    assert len(minutes) > 300


@given(minutes=st.integers(0, 2_000_000))
def test_the_next_morning_is_by_day_and_within_a_day_and_a_half(minutes: int) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    later = next_morning(at, 7, JAKARTA)
    assert is_day(later, JAKARTA)
    assert timedelta(0) < later - at < timedelta(days=1, hours=12)


# ---- the moment came ----------------------------------------------------------------------------------------------


def test_by_day_storage_is_asked_whether_it_is_still_true() -> None:
    assert [type(effect) for effect in woken("before_7").effects] == [Wants]


@pytest.mark.parametrize("hour", [20, 23, 2, 7])
def test_in_the_night_it_waits_for_the_morning_under_a_key_of_its_own(hour: int) -> None:
    due = DUE["before_7"].due.astimezone(JAKARTA)
    day = due.date() if hour >= 20 else due.date() + timedelta(days=1)
    spoken = woken("before_7", datetime.combine(day, time(hour), JAKARTA).astimezone(UTC))
    assert spoken.message is None
    moved = next(e for e in spoken.effects if isinstance(e, Record) and e.name == "reminder_moved")
    at = datetime.fromisoformat(str(moved.facts["at"]))
    assert is_day(at, JAKARTA)
    assert str(moved.facts["key"]) == f"{DUE['before_7'].key}@2026-12-25"
    assert came(spoken) == "moved"


def test_a_moment_missed_by_more_than_two_days_is_explained_and_not_sent_late() -> None:
    assert came(woken("before_7", DUE["before_7"].due + LATEST + timedelta(minutes=1))) == "missed"
    assert isinstance(woken("before_7", DUE["before_7"].due + timedelta(hours=2)).effects[0], Wants | Record)


def test_whoever_said_berhenti_in_this_chat_hears_nothing() -> None:
    quiet = Talk(facts={"met": True, "reminders_off": True})
    spoken = woken("before_7", talk=quiet)
    assert spoken.message is None
    assert came(spoken) == "stopped"


# ---- what is said -------------------------------------------------------------------------------------------------


def test_a_week_before_the_end_the_next_months_amount_is_said() -> None:
    spoken = looked_up("before_7")
    assert spoken.message is not None
    assert "sampai *31 Desember 2026*, 7 hari lagi" in spoken.message.text
    assert "Iuran Januari 2027: *Rp16.800*. Diskonnya hanya sampai 31 Desember 2026." in spoken.message.text
    assert [choice.value for choice in spoken.message.choices] == ["pay:TK-0000-0000-0", "paid:TK-0000-0000-0", "stop"]
    assert (spoken.message.template, spoken.message.variables) == ("reminder_before", ("Siti", "31 Desember 2026"))
    assert came(spoken) == "said"


def test_a_drivers_discount_is_still_in_the_amount() -> None:
    spoken = looked_up("before_1", sector="transport")
    assert spoken.message is not None
    assert "besok" in spoken.message.text
    assert "*Rp8.400*, sudah dipotong diskon" in spoken.message.text


def test_moved_to_the_last_day_it_says_today() -> None:
    spoken = looked_up("before_1", today=UNTIL)
    assert spoken.message is not None
    assert "*31 Desember 2026*, hari ini" in spoken.message.text


@pytest.mark.parametrize(
    ("which", "words", "template"),
    [
        ("after_7", "sampai 31 Maret 2027", "reminder_late"),
        ("after_30", "Sudah sebulan *Siti* tidak terlindungi", "reminder_late"),
        ("after_60", "berakhir setelah 31 Maret 2027, 30 hari lagi", "reminder_late"),
        ("after_80", "berakhir setelah 31 Maret 2027, 10 hari lagi", "reminder_late"),
        ("ended", "sudah berakhir", "reminder_ended"),
    ],
)
def test_after_the_end_each_says_how_long_there_is_left(which: str, words: str, template: str) -> None:
    spoken = looked_up(which)
    assert spoken.message is not None
    assert words in spoken.message.text
    assert spoken.message.template == template


@pytest.mark.parametrize("which", WHICH)
@pytest.mark.parametrize("language", ["id", "en"])
def test_whoever_is_thinned_out_is_reminded_without_name_or_amount(which: str, language: str) -> None:
    spoken = looked_up(which, name="", income=0, sector="", programme="")
    assert spoken.message is not None
    assert "Rp0" not in spoken.message.text
    assert "**" not in spoken.message.text
    assert spoken.message.variables[0] == "Kakak"


# ---- silence ------------------------------------------------------------------------------------------------------

NEWS: dict[str, Json] = {"on": "2026-12-20", "months": 3, "via": "self", "state": "waiting", "at": "2026-12-20"}


def test_a_payment_that_appeared_ends_the_reminders_about_the_day_before_it() -> None:
    assert came(looked_up("before_1", until="2027-03-31")) == "paid"


def test_a_consent_that_was_taken_back_is_obeyed() -> None:
    assert came(looked_up("before_1", told={"consented": False})) == "stopped"


def test_nobody_is_written_to_who_blocked_us() -> None:
    assert came(looked_up("before_1", told={"reachable": False})) == "unreachable"


@pytest.mark.parametrize("state", ["erased", "refused", "withdrawn"])
def test_nobody_is_reminded_who_is_no_member(state: str) -> None:
    assert came(looked_up("before_1", state=state)) == "gone"


def test_a_reminder_for_somebody_unknown_is_silent() -> None:
    assert came(looked_up("before_1", told={"people": []})) == "gone"


def test_what_was_overtaken_by_time_is_not_said() -> None:
    assert came(looked_up("before_1", today=date(2027, 1, 1))) == "overtaken"
    assert came(looked_up("after_7", today=UNTIL)) == "overtaken"
    assert came(looked_up("after_80", today=date(2027, 4, 1))) == "overtaken"
    assert came(looked_up("ended", today=date(2027, 3, 31))) == "overtaken"


def test_whoever_reported_a_payment_lately_is_believed_for_a_month() -> None:
    assert came(looked_up("before_1", reported=NEWS)) == "reported"
    assert came(looked_up("after_30", reported=NEWS)) == "said"
    assert came(looked_up("before_1", reported={**NEWS, "state": "contradicted"})) == "said"


@pytest.mark.parametrize("which", WHICH)
def test_silence_says_nothing_and_changes_nothing(which: str) -> None:
    spoken = looked_up(which, told={"consented": False})
    assert spoken.message is None
    assert spoken.talk == MET


# ---- MULAI --------------------------------------------------------------------------------------------------------


def test_whoever_wanted_no_reminders_when_signing_up_may_have_them_now() -> None:
    signed_up = Session("registration", {"reminders": Answer("no")}, done="submitted")
    talk = Talk(facts={"met": True}, sessions={"registration": signed_up})
    spoken = converse(HOUSE, talk, Inbound(Said("mulai"), DUE["before_7"].due, date(2026, 12, 24)))
    assert any(isinstance(effect, Consented) and effect.granted for effect in spoken.effects)
    assert any(isinstance(effect, Record) and effect.facts == {"zone": "Asia/Jakarta"} for effect in spoken.effects)
