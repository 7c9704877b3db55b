"""The trust kit: what we never ask, whose a code is as far as anybody may know, reports without personal numbers."""

from __future__ import annotations

import pytest

from bot.house import build_house
from conversations.commands import parse
from conversations.conversation import converse
from conversations.fields.field import Asking, Problem, Took
from conversations.fields.sentence import MOST, Sentence
from conversations.rules.codes import VOLUNTEER
from conversations.turn import Inbound, Json, Record, Redact, Said, Spoken, Talk, Tapped, Told
from tests.transcripts.replay import Chat

HOUSE = build_house()
CODE = VOLUNTEER.make(11)
STORY = "tadi ada yang ngaku petugas minta uang tunai"


def text(spoken: Spoken) -> str:
    assert spoken.message is not None
    return spoken.message.text


def told(**facts: Json) -> str:
    chat = Chat(HOUSE)
    inbound = Inbound(Told("volunteer", {"code": CODE, **facts}), chat.at, chat.at.date())
    return text(converse(HOUSE, Talk(facts={"met": True}), inbound))


def talking_at(*texts: str) -> Chat:
    chat = Chat(HOUSE)
    for said in texts:
        chat.send(Said(said))
    return chat


def recorded(chat: Chat) -> list[Record]:
    return [effect for effect in chat.happened if isinstance(effect, Record) and effect.name == "report"]


# ---- a volunteer's code --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [f"cek relawan {CODE}", f"CEK KODE {CODE.lower()}", CODE, CODE.replace("-", " ")])
def test_a_code_is_looked_up_however_it_is_typed(said: str) -> None:
    command = parse(said)
    assert command is not None
    assert command.name == "check_volunteer"
    assert VOLUNTEER.find(command.argument) == CODE


def test_of_an_active_volunteer_the_name_and_the_rw_are_said() -> None:
    said = told(state="active", name="Ratna Dewi", area="31.75.07.1003", rw="5")
    assert "Ratna Dewi" in said
    assert "RW 5" in said
    assert "tidak menerima uang" in said


@pytest.mark.parametrize(
    ("area", "where"), [("31.75", "wilayah "), ("", "wilayah Jakarta"), ("99.99", "wilayah Jakarta")]
)
def test_where_the_rw_is_not_known_the_area_is_said(area: str, where: str) -> None:
    assert where in told(state="active", name="Ratna Dewi", area=area, rw="")


@pytest.mark.parametrize("state", ["inactive", "unknown"])
def test_of_any_other_code_nothing_is_said_but_what_to_do(state: str) -> None:
    said = told(state=state)
    assert "LAPOR" in said
    assert "Jangan beri data atau uang" in said


@pytest.mark.parametrize(
    "said", ["cek relawan trn 123", "cek relawan siapa ini", "kode relawan 08123456789", "TRN-7K2M"]
)
def test_a_code_with_a_slip_is_nobodys(said: str) -> None:
    assert text(talking_at("menu").send(Said(said))).startswith("Kode itu belum pas")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("ada yg minta uang 50rb katanya dari taruna", True),
        ("kemarin relawan minta duit ke saya", True),
        ("apa relawan boleh minta uang?", False),
        ("saya dimintai uang sama orang", True),
        ("saya minta uang saya kembali", False),
    ],
)
def test_whoever_tells_of_somebody_wanting_money_may_report_it_at_once(said: str, told: bool) -> None:
    answered = text(talking_at("menu").send(Said(said))).startswith("Terima kasih sudah berani bilang")
    assert answered == told


# ---- LAPOR ---------------------------------------------------------------------------------------------------------


def test_a_report_takes_two_answers_and_goes_to_the_desk() -> None:
    chat = talking_at("lapor", "2", STORY)
    assert recorded(chat) == [Record("report", {"kind": "money", "what": STORY, "volunteer_code": ""})]
    assert "report" not in chat.talk.sessions


def test_words_behind_the_command_are_not_asked_for_again() -> None:
    chat = talking_at(f"lapor {STORY}", "1")
    assert [record.facts["what"] for record in recorded(chat)] == [STORY]


def test_a_volunteers_code_in_a_report_is_found() -> None:
    chat = talking_at("lapor", "iuran tidak disetor", f"relawan {CODE} tidak menyetor iuran saya")
    assert [record.facts["volunteer_code"] for record in recorded(chat)] == [CODE]


@pytest.mark.parametrize("said", ["dia minta transfer ke rekening kakak itu", "disuruh kirim foto ktp sama dia"])
def test_who_tells_of_a_demand_is_not_told_off_for_offering(said: str) -> None:
    assert [record.facts["what"] for record in recorded(talking_at("lapor", "2", said))] == [said]
    assert [record.facts["what"] for record in recorded(talking_at(f"lapor {said}", "2"))] == [said]


@pytest.mark.parametrize("said", ["nik saya 3174055708950003 dipakai orang", "ini otp saya 482913 diminta dia"])
def test_a_secret_in_a_report_is_taken_out_of_the_chat_and_not_kept(said: str) -> None:
    chat = talking_at("lapor", "2")
    spoken = chat.send(Said(said))
    assert any(isinstance(effect, Redact) for effect in spoken.effects)
    assert recorded(chat) == []
    assert chat.talk.sessions["report"].asked == "what"


def test_a_nik_outside_a_form_that_asks_for_one_does_not_stay_in_the_chat() -> None:
    spoken = talking_at("menu").send(Said("nik saya 3174055708950003"))
    assert any(isinstance(effect, Redact) for effect in spoken.effects)


def test_a_half_told_report_is_gone_once_the_person_goes_on() -> None:
    chat = talking_at("lapor", "1", "menu")
    assert "report" not in chat.talk.sessions


def test_a_report_in_the_middle_of_a_form_leads_back_to_its_question() -> None:
    chat = talking_at("daftar", "dibantu", "setuju", "1", "lapor", "1")
    spoken = chat.send(Said(STORY))
    assert spoken.message is not None
    assert "resume" in [choice.value for choice in spoken.message.choices]
    assert "Siapa nama lengkap Kakak" in text(chat.send(Tapped("!", "resume")))


def test_what_we_never_ask_is_said_in_the_middle_of_a_form_and_the_question_follows() -> None:
    chat = talking_at("daftar", "dibantu", "setuju", "1")
    said = text(chat.send(Said("tips aman")))
    assert said.index("OTP") < said.index("Siapa nama lengkap Kakak")


# ---- what happened, in words ---------------------------------------------------------------------------------------


def read(said: str) -> Took | Problem:
    reading = Sentence().read(said, Asking("report.what", {}, Chat(HOUSE).at.date()))
    assert isinstance(reading, Took | Problem)
    return reading


@pytest.mark.parametrize(
    "said", ["dia pakai nomor 0812-3456-7890", "minta Rp50.000 tanggal 12-11-2026", "nomor wa dia +62 812 3456 7890"]
)
def test_telephone_numbers_amounts_and_dates_may_be_told(said: str) -> None:
    assert read(said) == Took(said)


@pytest.mark.parametrize(
    "said", ["nik dia 3174 0557 0895 0003", "nomor kpj saya 12345678901", "kartu 4000000000000002 punya saya"]
)
def test_numbers_that_name_somebody_may_not(said: str) -> None:
    assert read(said) == Problem("has_number")


def test_a_word_is_too_little_and_a_novel_too_much() -> None:
    assert read("uang") == Problem("too_short")
    assert read("kata " * 99) == Problem("too_long", {"n": 494, "most": MOST})
