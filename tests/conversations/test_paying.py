"""BAYAR and SAYA SUDAH BAYAR: what is paid and how, and reports that stay reports."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.admin.answers import contributions
from bot.house import build_house
from conversations.calculator import SideBySide
from conversations.commands import parse
from conversations.conversation import converse
from conversations.fields.field import Asking
from conversations.membership import SAID, people
from conversations.paying import how_to_pay
from conversations.pricing import Altogether, AMonth, Benefits, Together, bill, first_month
from conversations.rules.contributions import MONTHS_OFFERED
from conversations.turn import Answer, Inbound, Json, Message, Record, Said, Sent, Spoken, Talk, Tapped, Told, Wants
from tests.conversations.rules.test_contributions import INCOMES, expected_month

HOUSE = build_house()
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
MET = Talk(facts={"met": True})
RECEIPT = "TK-0000-0000-0"
NIK = "3174055708950003"


def siti(**more: Json) -> dict[str, Json]:
    """Siti, who trades and waits for her first payment."""
    return {
        "application": 1,
        "receipt": RECEIPT,
        "state": "waiting_for_payment",
        "at": "2026-11-20",
        "name": "Siti",
        "sector": "other",
        "programme": "two",
        "months": 3,
        "income": 1_000_000,
        "code": "881234567890",
        **more,
    }


def told(talk: Talk, name: str, facts: dict[str, Json], today: date = TODAY) -> Spoken:
    return converse(HOUSE, talk, Inbound(Told(name, facts), NOW, today))


def said(talk: Talk, text: str) -> Spoken:
    return converse(HOUSE, talk, Inbound(Said(text), NOW, TODAY))


def pay(*known: dict[str, Json], today: date = TODAY, **facts: Json) -> Message:
    message = told(MET, "pay", {"people": list(known), **facts}, today).message
    assert message is not None
    return message


# ---- one function prices -----------------------------------------------------------------------------------------


@given(
    income=st.integers(1, 30_000_000),
    sector=st.sampled_from(("transport", "other")),
    programme=st.sampled_from(("two", "three")),
    months=st.sampled_from(MONTHS_OFFERED),
    today=st.dates(date(2025, 6, 1), date(2028, 6, 30)),
)
def test_registration_calculator_desk_bayar_and_reminder_name_one_amount(
    income: int, sector: str, programme: str, months: int, today: date
) -> None:
    answers: dict[str, Json] = {
        "income": income,
        "occupation": {"code": "x", "name": "x", "sector": sector},
        "programme": programme,
        "months": str(months),
    }
    asking = Asking("registration.months", answers, today)
    amount = bill(income, sector, programme, None, today, months).total
    assert Altogether()(asking)["total"] == amount
    assert Together()(str(months), asking)["amount"] == amount
    assert SideBySide()(asking)[f"{programme}_{months}"] == amount
    desk = contributions({step: Answer(value) for step, value in answers.items()}, today)
    assert desk is not None
    assert desk.total == amount
    month = bill(income, sector, programme, None, today, 1).total
    assert AMonth()(programme, asking)["amount"] == month
    assert Benefits("registration.programme")(asking)[programme] == month
    facts = siti(income=income, sector=sector, programme=programme)
    [one] = people({"people": [facts]})
    [total] = [reply.facts["total"] for reply in how_to_pay(one, months, today) if reply.key == "pay.total"]
    assert total == amount


EDGES = [date(2025, 12, 31), date(2026, 3, 31), date(2026, 12, 31), date(2027, 3, 31), date(2027, 4, 30)]


@pytest.mark.parametrize("programme", ["two", "three"])
@pytest.mark.parametrize("sector", ["transport", "other"])
@pytest.mark.parametrize("months", MONTHS_OFFERED)
@pytest.mark.parametrize("until", [edge.replace(day=28) for edge in EDGES] + EDGES)
def test_whoever_pays_on_pays_what_the_law_says_of_each_month(
    until: date, months: int, sector: str, programme: str
) -> None:
    first = until.year * 12 + until.month - 1 + (until.day != 28)
    each = [date(month // 12, month % 12 + 1, 1) for month in range(first, first + months)]
    for income in INCOMES:
        priced = bill(income, sector, programme, until, until, months)
        assert priced.total == sum(expected_month(income, sector, programme, month, "member") for month in each)


@pytest.mark.parametrize(
    ("until", "today", "first"),
    [
        (None, date(2026, 11, 24), date(2026, 11, 1)),
        (date(2026, 12, 31), date(2026, 12, 24), date(2027, 1, 1)),
        (date(2027, 1, 15), date(2027, 1, 10), date(2027, 1, 1)),
        (date(2026, 12, 31), date(2027, 2, 14), date(2027, 2, 1)),
        (date(2025, 1, 31), date(2026, 11, 24), date(2026, 11, 1)),
    ],
)
def test_what_is_paid_next_begins_after_what_is_paid_and_never_in_the_past(
    until: date | None, today: date, first: date
) -> None:
    assert first_month(until, today) == first


# ---- BAYAR --------------------------------------------------------------------------------------------------------


def test_the_amount_is_told_month_by_month_each_with_its_own_discount() -> None:
    text = pay(siti()).text
    assert "November 2026 sampai Desember 2026: Rp8.400 per bulan\nJanuari 2027: Rp16.800" in text
    assert "*Rp33.600* untuk 3 bulan" in text
    assert "31 Desember 2026" in text


def test_a_driver_pays_the_discount_three_months_longer_than_a_trader() -> None:
    ojol = siti(sector="transport", months=6)
    assert "November 2026 sampai Maret 2027: Rp8.400 per bulan\nApril 2027: Rp16.800" in pay(ojol).text
    assert "*Rp58.800* untuk 6 bulan" in pay(ojol).text


def test_everybody_who_may_pay_reads_the_number_the_ways_and_whom_never_to_pay() -> None:
    for state, until in (
        ("registered", ""),
        ("active", "2026-12-31"),
        ("active", "2026-10-31"),
        ("lapsed", "2026-01-31"),
    ):
        text = pay(siti(state=state, until=until)).text
        assert "881234567890" in text
        assert "QRIS" in text
        assert "*Jangan transfer ke orang*" in text


def test_before_the_first_payment_the_rule_of_three_months_is_said() -> None:
    text = pay(siti()).text
    assert "Daftar saja belum cukup" in text
    assert "setelah 3 bulan iuran berturut-turut. Sebelum itu Rp10.000.000" in text
    assert "3 bulan iuran berturut-turut" not in pay(siti(state="active", until="2026-12-31")).text


def test_the_payment_code_can_be_copied_and_is_kept_from_forwarding() -> None:
    message = pay(siti())
    assert message.copy == "881234567890"
    assert message.private


def test_without_a_code_the_number_is_the_persons_own_nik_which_is_never_shown() -> None:
    message = pay(siti(code="", nik=NIK, kpj="12345678901"))
    assert "NIK *Siti* sendiri" in message.text
    assert NIK not in message.text
    assert "12345678901" not in message.text
    assert message.copy == ""


def test_nobody_is_asked_to_pay_before_the_agency_knows_them() -> None:
    for state in ("submitted", "in_review", "needs_correction", "approved", "batched", "handed_over"):
        message = pay(siti(state=state, code=""))
        assert "Belum ada yang perlu dibayar sekarang" in message.text
        assert "Nomor bayar" not in message.text
        assert not any(choice.value.startswith("paid") for choice in message.choices)


@pytest.mark.parametrize("state", ["refused", "duplicate", "withdrawn"])
def test_whoever_was_not_accepted_gets_no_bill(state: str) -> None:
    text = pay(siti(state=state)).text
    assert "tidak ada yang perlu dibayar" in text
    assert "Rp" not in text


@pytest.mark.parametrize("state", SAID)
def test_no_state_keeps_bayar_from_answering(state: str) -> None:
    assert pay(siti(state=state, until="2026-12-31")).text


def test_an_amount_that_is_no_longer_known_is_not_guessed() -> None:
    text = pay(siti(income=0, programme="")).text
    assert "*HITUNG*" in text
    assert "per bulan" not in text.split("Bayar lewat")[0]


def test_another_number_of_months_is_a_button_away() -> None:
    message = pay(siti())
    twelve = next(choice for choice in message.choices if choice.label == "12 bulan")
    asked = converse(HOUSE, MET, Inbound(Tapped(twelve.step, twelve.value), NOW, TODAY))
    assert asked.effects == (Wants("pay", {"receipt": RECEIPT, "months": 12}),)
    assert "untuk 12 bulan" in pay(siti(), receipt=RECEIPT, months=12).text


def test_of_several_people_one_is_asked_for_by_first_name() -> None:
    message = pay(siti(), siti(receipt="TK-1111-1111-1", name="Budi"))
    assert [choice.label for choice in message.choices[:2]] == ["Budi", "Siti"]
    chosen = pay(siti(), siti(receipt="TK-1111-1111-1", name="Budi"), receipt="TK-1111-1111-1")
    assert "Iuran *Budi*" in chosen.text


def test_two_of_one_name_are_told_apart_by_their_receipts() -> None:
    message = pay(siti(), siti(receipt="TK-1111-1111-1"))
    assert {choice.label for choice in message.choices} >= {RECEIPT, "TK-1111-1111-1"}


def test_a_tampered_button_is_answered_like_bayar() -> None:
    for value in ("pay:TK/abc", "pay:/9999999999", "pay:" + "9" * 64):
        asked = converse(HOUSE, MET, Inbound(Tapped("!", value), NOW, TODAY))
        [wants] = asked.effects
        assert isinstance(wants, Wants)
        assert pay(siti(), **wants.facts).text


# ---- SAYA SUDAH BAYAR ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["sudah bayar", "SAYA SUDAH BAYAR", "udah byr", "saya udah bayar kak", "I paid"])
def test_having_paid_is_said_in_many_ways(typed: str) -> None:
    command = parse(typed)
    assert command is not None
    assert command.name == "paid"


@pytest.mark.parametrize("typed", ["belum bayar", "saya gak bayar", "sudah bayar kok ditagih", "bayar zakat"])
def test_other_words_about_paying_report_nothing(typed: str) -> None:
    command = parse(typed)
    assert command is None or command.name not in ("paid", "pay")


def report(*answers: str, **more: Json) -> Spoken:
    talk = told(MET, "paid", {"people": [siti(**more)]}).talk
    last: Spoken | None = None
    for answer in answers:
        last = said(talk, answer)
        talk = last.talk
    assert last is not None
    return last


def test_a_report_is_three_answers_and_becomes_one_row() -> None:
    done = report("kemarin", "3 bulan", "sendiri")
    assert done.effects == (
        Record("payment_report", {"receipt": RECEIPT, "paid_on": "2026-11-23", "months": 3, "via": "self"}),
    )
    assert done.message is not None
    assert "Kakak melaporkan bayar 3 bulan, pada 23 November 2026" in done.message.text
    assert "belum bukti terlindungi" in done.message.text
    assert "payment" not in done.talk.sessions


def test_whoever_paid_through_somebody_is_warned_gently() -> None:
    done = report("20 november", "2", "iya", "2 bulan", "titip")
    assert done.message is not None
    [record] = done.effects
    assert isinstance(record, Record)
    assert record.facts["via"] == "collector"
    assert "minta bukti bayarnya" in done.message.text


def test_a_picture_of_the_receipt_is_not_needed_and_the_question_stays() -> None:
    opened = told(MET, "paid", {"people": [siti()]})
    assert opened.message is not None
    assert "Tidak perlu kirim foto struk" in opened.message.text
    pictured = converse(HOUSE, opened.talk, Inbound(Sent("photo"), NOW, TODAY))
    assert pictured.message is not None
    assert "Kapan iurannya dibayar?" in pictured.message.text


def test_beginning_the_report_again_still_knows_whose_it_is() -> None:
    talk = told(MET, "paid", {"people": [siti()]}).talk
    for answer in ("kemarin", "ulang", "hari ini", "sebulan"):
        talk = said(talk, answer).talk
    [record] = said(talk, "sendiri").effects
    assert isinstance(record, Record)
    assert record.facts == {"receipt": RECEIPT, "paid_on": "2026-11-24", "months": 1, "via": "self"}


def test_a_report_in_the_middle_of_a_registration_leads_back_to_it() -> None:
    talk = said(MET, "daftar").talk
    talk = told(talk, "paid", {"people": [siti()]}).talk
    for answer in ("kemarin", "3 bulan"):
        talk = said(talk, answer).talk
    done = said(talk, "sendiri")
    assert done.message is not None
    assert any(choice.value == "resume" for choice in done.message.choices)
    assert done.talk.active == "registration"


def test_without_a_registration_nothing_can_be_reported() -> None:
    none = told(MET, "paid", {"people": []})
    assert none.message is not None
    assert "dari chat ini" in none.message.text
    assert "payment" not in none.talk.sessions
