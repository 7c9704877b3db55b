"""The claims guide: the next hour first, a checklist that waits for days, and no paper is ever taken."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.house import build_house
from conversations.claims import CLAIMS, happened, several
from conversations.commands import parse
from conversations.turn import Offered, Said, Sent, Spoken, Tapped
from locales import LANGUAGES, catalogue
from tests.transcripts.replay import Chat

HOUSE = build_house()
FORM = ("daftar", "dibantu", "setuju", "1")


def talking_at(*texts: str) -> Chat:
    chat = Chat(HOUSE)
    for text in texts:
        chat.send(Said(text))
    return chat


def text(spoken: Spoken) -> str:
    assert spoken.message is not None
    return spoken.message.text


def ticked(chat: Chat) -> dict[str, list[str]]:
    return chat.talk.facts.get("ticked", {})  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("KLAIM", "claims"),
        ("saya kecelakaan", "accident"),
        ("Kecelakaan!!", "accident"),
        ("suami saya meninggal", "death"),
        ("cairkan JHT", "savings"),
        ("beasiswa anak", "scholarship"),
        ("kembali ke daftar", "checklist"),
    ],
)
def test_what_people_type_opens_the_guide(said: str, name: str) -> None:
    command = parse(said)
    assert command is not None
    assert command.name == name


def test_to_somebody_new_the_next_hour_comes_before_who_we_are() -> None:
    said = text(Chat(HOUSE).send(Said("saya kecelakaan")))
    assert said.startswith("Semoga Kakak selamat. Ini dulu untuk satu jam ke depan")
    assert said.index("IGD") < said.index("Taruna")
    assert "2 kali 24 jam" in said
    assert "175" in said


def test_after_a_death_the_first_words_are_warm() -> None:
    assert text(talking_at("menu").send(Said("meninggal"))).startswith("Kami turut berduka")


@pytest.mark.parametrize("name", CLAIMS)
def test_every_claim_says_that_it_costs_nothing_and_where_to_ask(name: str) -> None:
    for language in LANGUAGES:
        said = catalogue(language)[f"claims.{name}.now"]
        assert ("tidak dipungut biaya" if language == "id" else "costs nothing") in said
        assert "{our_hotline}" in said or "lapakasik" in said


@pytest.mark.parametrize("name", CLAIMS)
def test_every_step_can_be_ticked_and_a_checklist_fits_a_list_of_ten(name: str) -> None:
    chat = talking_at(name if name != "savings" else "cairkan jht", "daftar surat")
    for step in CLAIMS[name].steps:
        spoken = chat.send(Tapped("!", f"tick:{name}.{step}"))
        assert spoken.message is not None
        assert len(spoken.message.choices) <= 10
    assert ticked(chat)[name] == [*CLAIMS[name].steps]
    assert "Semuanya sudah dicentang" in text(spoken)


@pytest.mark.parametrize(
    ("said", "event"),
    [
        ("suami saya kecelakaan tadi pagi", "accident"),
        ("kak saya abis ketabrak mobil", "accident"),
        ("temen gw jatoh dari motor barusan", "accident"),
        ("my husband had an accident", "accident"),
        ("bapak saya meninggal kemarin", "death"),
        ("bapak saya meninggal kemarin ketabrak", "death"),
        ("gw abis nabrak mobil kaki gw patah", "accident"),
        ("kalau saya kecelakaan gimana", ""),
        ("suami saya meninggal dapat berapa", ""),
        ("tetangga saya meninggal cuma dapat 10 juta", ""),
        ("syarat klaim kalau istri kecelakaan", ""),
        ("saya takut kecelakaan", ""),
        ("tukang tambal ban", ""),
    ],
)
def test_what_has_happened_is_told_from_what_is_only_asked(said: str, event: str) -> None:
    assert happened(said) == event


def test_whoever_says_that_it_has_happened_is_guided_at_once_even_in_a_form() -> None:
    chat = talking_at(*FORM)
    assert text(chat.send(Said("suami saya kecelakaan tadi pagi"))).startswith("Semoga Kakak selamat")
    assert chat.talk.sessions["registration"].asked == "full_name"


def test_in_a_report_an_accident_is_part_of_the_story() -> None:
    chat = talking_at("lapor", "4", "saya kecelakaan lalu ada calo yang datang")
    assert "report" not in chat.talk.sessions


def test_a_number_ticks_and_the_same_number_takes_the_tick_off() -> None:
    chat = talking_at("kecelakaan", "1")
    assert "✅ 2. e-KTP" in text(chat.send(Said("2")))
    assert "⬜ 2. e-KTP" in text(chat.send(Said("2")))
    assert ticked(chat) == {"accident": []}


def test_several_numbers_tick_several_steps() -> None:
    chat = talking_at("kecelakaan", "1", "1, 3 dan 5")
    assert ticked(chat) == {"accident": ["card", "story", "forms"]}


@pytest.mark.parametrize("said", ["1, 99", "17 8 1995", "1,5jt", "9, 10", "rumah 1 2"])
def test_other_numbers_are_no_ticks(said: str) -> None:
    offered = (*(Offered("!", f"tick:accident.{step}", step) for step in CLAIMS["accident"].steps),)
    offered += (Offered("!", "help", "Bantuan"), Offered("!", "menu", "Menu"))
    assert several(said, offered) == ""


def test_the_ticks_are_still_there_days_later() -> None:
    chat = talking_at("kecelakaan", "1", "2", "menu")
    chat.at += timedelta(days=9)
    said = text(chat.send(Said("kembali ke daftar")))
    assert "✅ 2. e-KTP" in said
    assert "1 dari 8" in said


def test_coming_back_without_a_list_asks_which_claim() -> None:
    assert text(talking_at("menu").send(Said("kembali ke daftar"))).startswith("Mau urus yang mana")


@pytest.mark.parametrize("kind", ["photo", "document", "album", "video"])
def test_papers_sent_in_the_middle_are_not_taken_and_the_list_stands(kind: str) -> None:
    chat = talking_at("kecelakaan", "1", "2")
    said = text(chat.send(Sent(kind)))
    assert said.startswith("Suratnya jangan dikirim ke sini")
    assert "✅ 2. e-KTP" in said


def test_a_photo_elsewhere_gets_the_usual_answer() -> None:
    chat = talking_at("kecelakaan", "1", "menu")
    assert text(chat.send(Sent("photo"))).startswith("Foto tidak saya buka")


def test_a_claim_in_the_middle_of_a_form_does_not_lose_its_question() -> None:
    chat = talking_at(*FORM)
    spoken = chat.send(Said("kecelakaan"))
    assert spoken.message is not None
    assert "resume" in [choice.value for choice in spoken.message.choices]
    assert chat.talk.sessions["registration"].asked == "full_name"
    assert chat.talk.sessions["registration"].misses == 0
    assert "NIK" in text(chat.send(Said("Siti Aminah")))


def test_of_what_was_ticked_nothing_is_left_when_somebody_is_forgotten() -> None:
    chat = talking_at("kecelakaan", "1", "2", "hapus data", "1")
    assert "ticked" not in chat.talk.facts
    assert "claim" not in chat.talk.facts


@pytest.mark.parametrize("value", ["tick:accident.gone", "tick:gone.card", "tick:accident", "tick:"])
def test_a_button_of_a_step_that_is_gone_says_so(value: str) -> None:
    chat = talking_at("kecelakaan", "1")
    assert text(chat.send(Tapped("!", value))).startswith("Tombol itu")
    assert ticked(chat) == {}
