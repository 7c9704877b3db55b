"""By whose link a chat came, decided by the conversation itself: the mutated greeting, and what is no code."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.house import build_house
from conversations.conversation import converse
from conversations.rules.codes import INVITATION, VOLUNTEER
from conversations.turn import Inbound, Offered, Opened, Record, Said, Spoken, Talk, Wants
from tests.conversations.rules.mutations import mutants
from tests.conversations.rules.test_codes import CODES

HOUSE = build_house()
GREETING = HOUSE.words["id"].text("pages.landing.greeting", {"code": ""}).strip()
INBOUND = Inbound(
    Said(""), at=datetime(2026, 11, 24, 3, tzinfo=UTC), today=date(2026, 11, 24), fresh="TK-7Q4F-92XM-C",
    form_url="https://taruna.example/isi/x", can=frozenset({"take_full_id"}),
)  # fmt: skip


def hears(text: str, talk: Talk | None = None) -> Spoken:
    return converse(HOUSE, talk or Talk(), replace(INBOUND, content=Said(text)))


def came_by(spoken: Spoken) -> list[str]:
    return [str(e.facts["code"]) for e in spoken.effects if isinstance(e, Record) and e.name == "came_by"]


def test_the_prefilled_text_mutated_500_ways_is_attributed_rightly_or_not_at_all(
    capsys: pytest.CaptureFixture[str],
) -> None:
    volunteers = set(CODES)
    outcomes: Counter[str] = Counter()
    for mutant in mutants(CODES, GREETING, 510, seed=2026):
        spoken = hears(mutant.text)
        assert spoken.message is not None or spoken.effects, mutant  # nobody is left without an answer
        said = [code for code in came_by(spoken) if code in volunteers]
        assert said in ([mutant.code], []), mutant
        if mutant.whole:
            assert said == [mutant.code], mutant
        outcomes["rightly" if said else "to nobody"] += 1
    with capsys.disabled():
        print(f"\nof {sum(outcomes.values())} mutated greetings: {dict(outcomes)}, to somebody else: 0")


def test_a_code_comes_at_any_time_and_the_draft_goes_on() -> None:
    talk = hears("daftar").talk
    talk = hears("dibantu", talk).talk
    spoken = hears(f"kata bu RW kodenya {CODES[1]}", talk)
    assert came_by(spoken) == [CODES[1]]
    assert spoken.talk.active == "registration"
    assert spoken.talk.sessions["registration"].answers.keys() == {"path"}
    again = hears(f"eh salah, {CODES[2]}", spoken.talk)
    assert (again.talk.facts["first_code"], again.talk.facts["last_code"]) == (CODES[1], CODES[2])


def test_somebody_elses_code_in_a_report_is_whom_it_is_about() -> None:
    talk = hears("lapor").talk
    assert came_by(hears(f"yang minta uang itu relawan {CODES[0]}", talk)) == []


@pytest.mark.parametrize("payload", ["", "x", "TRN-TY7-K4Y-5J7", "TRN" * 50, "undangan", "UND-CW10-0000-0000"])
def test_a_payload_that_is_no_code_opens_the_chat(payload: str) -> None:
    spoken = converse(HOUSE, Talk(), replace(INBOUND, content=Opened(payload)))
    assert came_by(spoken) == []
    assert spoken.message is not None
    assert "Saya *Taruna*" in spoken.message.text


def test_an_invitation_is_asked_about_and_attributes_nobody() -> None:
    token = INVITATION.make(5)
    for content in (Opened(token), Said(f"Halo Taruna, saya diundang jadi relawan. Undangan: {token}")):
        spoken = converse(HOUSE, Talk(), replace(INBOUND, content=content))
        assert [e for e in spoken.effects if isinstance(e, Wants)] == [Wants("invitation", {"token": token})]
        assert came_by(spoken) == []


def test_a_number_of_a_volunteer_never_comes_out_of_ordinary_answers() -> None:
    for said in ("0812-3456-7890", "3174055708950003", "17-8-1995", "rw 5", "Jl. Mawar no 12 rt 3", "TK-7Q4F-92XM-C"):
        assert came_by(hears(said)) == []
    assert VOLUNTEER.find("pedagang sayur di pasar klender rw 005") is None


@pytest.mark.parametrize(
    "text",
    [
        f"Halo Taruna, saya mau daftar. Kode relawan: {CODES[1][:-1]}",
        f"mau daftar kak, kode relawannya {CODES[1][4:-1]}",
        f"daftar {CODES[1]} atau {CODES[2]}",
    ],
)
def test_a_damaged_code_or_two_are_said_to_be_unread_and_the_registration_begins_all_the_same(text: str) -> None:
    spoken = hears(text)
    assert spoken.message is not None
    assert "belum bisa saya baca" in spoken.message.text
    assert "cara yang mana" in spoken.message.text
    assert came_by(spoken) == []


def test_a_damaged_code_in_the_middle_of_a_form_is_no_answer_and_its_question_stays() -> None:
    talk = hears("setuju", hears("dibantu", hears("daftar").talk).talk).talk
    spoken = hears(f"katanya kode relawan {CODES[1][:-1]}", talk)
    assert spoken.message is not None
    assert "belum bisa saya baca" in spoken.message.text
    assert "apakah salah satu ini cocok" in spoken.message.text


@pytest.mark.parametrize("text", ["kode relawan saya apa ya", "trnsfer 50000", "kode pos 13470", "Trn ya"])
def test_what_is_no_code_is_not_taken_for_a_damaged_one(text: str) -> None:
    spoken = hears(text)
    assert spoken.message is not None
    assert "belum bisa saya baca" not in spoken.message.text


def test_the_bot_may_be_called_by_its_name() -> None:
    spoken = hears("Halo Taruna, saya mau daftar")
    assert spoken.message is not None
    assert "cara yang mana" in spoken.message.text


def test_a_bare_code_of_letters_alone_is_looked_up_and_attributed() -> None:
    spoken = hears("trn-rww-fhk-khx")
    assert Wants("volunteer", {"code": "TRN-RWW-FHK-KHX"}) in spoken.effects
    assert came_by(spoken) == ["TRN-RWW-FHK-KHX"]


def test_a_buttons_label_typed_is_no_code_though_it_could_be_one() -> None:
    assert VOLUNTEER.find("siti 2zqv-f")
    button = Offered("!", "print:TK-CZK0-2ZQV-F", "Siti 2ZQV-F")
    at = datetime(2026, 11, 24, 3, tzinfo=UTC)
    talk = Talk(offered=(button,), facts={"met": True})
    spoken = converse(build_house(), talk, Inbound(Said("siti 2zqv-f"), at=at, today=at.date()))
    assert [effect.name for effect in spoken.effects if isinstance(effect, Wants)] == ["print"]
