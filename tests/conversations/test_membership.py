"""STATUS and CEK: every state has its words, the agency's word stands apart from one's own, time passes by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.house import build_house
from conversations.commands import Command, parse
from conversations.conversation import converse
from conversations.membership import A_PAGE, SAID, checked, standing
from conversations.turn import Inbound, Json, Message, Said, Talk, Tapped, Told, Wants
from storage.queue import STATES

HOUSE = build_house()
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
MET = Talk(facts={"met": True})
RECEIPT = "TK-0000-0000-0"


def known(**more: Json) -> dict[str, Json]:
    """Siti, as storage knows her."""
    return {"application": 1, "receipt": RECEIPT, "state": "active", "at": "2026-11-20", "name": "Siti", **more}


def told(name: str, facts: dict[str, Json], today: date = TODAY, language: str = "id") -> Message:
    talk = Talk(language=language, facts={"met": True})
    said = converse(HOUSE, talk, Inbound(Told(name, facts), NOW, today))
    assert said.message is not None
    return said.message


def status(*people: dict[str, Json], today: date = TODAY, page: int = 1, language: str = "id") -> Message:
    return told("status", {"page": page, "people": list(people)}, today, language)


# ---- every state --------------------------------------------------------------------------------------------------


def test_every_state_that_storage_knows_has_its_words() -> None:
    assert set(SAID) == set(STATES)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("state", [*STATES, "a state of next year"])
def test_no_state_keeps_status_or_cek_from_answering(state: str, language: str) -> None:
    said = status(known(state=state), language=language).text
    assert RECEIPT in said
    assert "{" not in said
    assert RECEIPT in told("check", {"receipt": RECEIPT, "state": state}, language=language).text


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("state", STATES)
def test_no_word_is_said_of_anybody_whose_answers_are_gone(state: str, language: str) -> None:
    said = status(known(state=state, name="", until="2026-12-31"), language=language).text
    assert "**" not in said
    assert "Siti" not in said


# ---- time -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "stands"),
    [
        (date(2026, 12, 31), "active"),
        (date(2027, 1, 1), "late"),
        (date(2027, 3, 31), "late"),
        (date(2027, 4, 1), "lapsed"),
    ],
)
@pytest.mark.parametrize("state", ["registered", "waiting_for_payment", "active", "late", "lapsed"])
def test_whoever_was_paid_for_until_a_day_grows_late_and_lapses_without_any_further_list(
    state: str, today: date, stands: str
) -> None:
    assert standing(state, date(2026, 12, 31), today) == stands


@pytest.mark.parametrize("state", ["submitted", "handed_over", "refused", "withdrawn", "erased"])
def test_only_members_grow_late(state: str) -> None:
    assert standing(state, date(2020, 1, 31), TODAY) == state


def test_a_protected_person_reads_until_when_and_by_whose_word() -> None:
    said = status(known(until="2026-12-31", listed="2026-11-18")).text
    assert "Terlindungi sampai *31 Desember 2026*, menurut daftar kantor cabang tanggal 18 November 2026." in said
    assert "*BAYAR*" in said


def test_a_late_person_reads_until_when_the_membership_can_be_continued() -> None:
    said = status(known(until="2026-10-31", listed="2026-11-18")).text
    assert "Perlindungan habis *31 Oktober 2026*" in said
    assert "sampai 31 Januari 2027" in said


def test_a_list_without_a_day_is_as_fresh_as_the_news_of_it() -> None:
    assert "menurut kabar kantor cabang 20 November 2026" in status(known(until="2026-12-31")).text


# ---- what the person says of themselves -----------------------------------------------------------------------------


def reported(state: str) -> dict[str, Json]:
    return {"on": "2026-11-22", "months": 3, "via": "self", "state": state, "at": "2026-11-23"}


def test_a_reported_payment_protects_nobody() -> None:
    said = status(known(state="waiting_for_payment", listed="2026-11-18", reported=reported("waiting"))).text
    agency, own = said.split("Kakak melaporkan sendiri", 1)
    assert "Belum terlindungi" in agency
    assert "bayar 3 bulan pada 22 November 2026" in own
    assert "belum dicocokkan" in own


def test_a_report_the_list_contradicts_says_what_to_do() -> None:
    said = status(known(state="waiting_for_payment", reported=reported("contradicted"))).text
    assert "Daftar kantor cabang belum mencatatnya" in said
    assert "*BANTUAN*" in said


@pytest.mark.parametrize("state", ["confirmed", "withdrawn"])
def test_a_report_that_is_settled_is_not_told_again(state: str) -> None:
    assert "melaporkan" not in status(known(until="2026-12-31", reported=reported(state))).text


# ---- several people -------------------------------------------------------------------------------------------------


def test_many_people_are_told_page_by_page_newest_first_and_everybody_once() -> None:
    crowd = [known(application=n, name=f"Orang{n}", until="2026-12-31", listed="2026-11-18") for n in range(10)]
    seen: list[str] = []
    page = 1
    for _ in range(3):
        message = status(*crowd, page=page)
        assert len(message.text) < 1600 - 200, "WhatsApp's message with its menu"
        seen += [word.strip("*") for word in message.text.split() if word.startswith("*Orang")]
        more = next(choice for choice in message.choices if choice.value.startswith("status:"))
        page = int(more.value.partition(":")[2])
    assert seen == [f"Orang{n}" for n in reversed(range(10))]
    assert page == 1
    assert A_PAGE < 10


def test_the_button_of_the_next_page_asks_for_it() -> None:
    said = converse(HOUSE, MET, Inbound(Tapped("!", "status:2"), NOW, TODAY))
    assert said.effects == (Wants("status", {"page": 2}),)


# ---- CEK ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["CEK TK-7Q4F-92XM-C", "cek tk 7q4f 92xm c", "tk7q4f92xmc", "TK-7Q4F-92XM-C", "check TK-7Q4F-92XM-C"]
)
def test_a_receipt_is_looked_up_however_it_is_typed(typed: str) -> None:
    command = parse(typed)
    assert command is not None
    assert command.name == "check"


@pytest.mark.parametrize("typed", ["cek dulu ya", "cek", "tk", "TK Pelita Harapan", "guru TK"])
def test_other_words_that_begin_alike_are_no_receipt(typed: str) -> None:
    assert parse(typed) is None or parse(typed) == Command("status")


def test_a_receipt_tells_the_state_and_nothing_of_its_person() -> None:
    facts: dict[str, Json] = {"receipt": RECEIPT, "state": "active", "until": "2026-12-31"}
    said = told("check", facts).text
    assert said == f"*{RECEIPT}*: terlindungi menurut daftar kantor cabang."
    assert checked(facts, date(2027, 1, 1)).key == "check.state.late"


def test_a_mistyped_receipt_is_told_so_without_looking_anything_up() -> None:
    said = converse(HOUSE, MET, Inbound(Said("cek TK-7Q4F-92XM-D"), NOW, TODAY))
    assert said.message is not None
    assert "satu huruf yang tertukar" in said.message.text
    assert said.effects == ()


def test_looking_a_receipt_up_in_the_middle_of_a_form_asks_the_open_question_again() -> None:
    talk = converse(HOUSE, MET, Inbound(Said("daftar"), NOW, TODAY)).talk
    question = talk.offered
    said = converse(HOUSE, talk, Inbound(Told("check", {"receipt": RECEIPT, "state": "submitted"}), NOW, TODAY))
    assert said.message is not None
    assert said.talk.offered == question
    assert said.message.text.startswith(f"*{RECEIPT}*: sudah kami terima")
