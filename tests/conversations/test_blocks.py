"""Forms in one message: what can be told is told, in any order; what could be two things is asked."""

from __future__ import annotations

from datetime import date

import pytest

from benchmarks.blocks import score
from conversations import blocks
from conversations.registration import registration

TODAY = date(2026, 11, 24)


def parts(text: str) -> list[dict[str, str]]:
    return [dict(one.parts) for one in blocks.read(text, registration, TODAY)]


@pytest.mark.parametrize(
    "text",
    [
        "DAFTAR#Siti Aminah#3174055708950003#17-8-1995#Klender#rw 5",
        "daftar # rw 5 # 17-8-1995 # Siti Aminah # 3174055708950003 # Klender",
        "Nama: Siti Aminah\nNIK : 3174055708950003\nTTL: Jakarta, 17-8-1995\nKel: Klender\nRW: rw 5",
        "*DAFTAR#*\n1. Nama: Siti Aminah 🙏\n2. NIK: 3174055708950003\n3. Tgl lahir: 17-8-1995\n4. Kelurahan: Klender\n"
        "5. RW: rw 5",
    ],
)
def test_order_labels_and_numbers_do_not_matter(text: str) -> None:
    assert blocks.is_block(text)
    [read] = parts(text)
    assert read.pop("full_name").startswith("Siti Aminah")
    assert read == {"nik": "3174055708950003", "born": "17-8-1995", "kelurahan": "Klender", "rw": "rw 5"}


@pytest.mark.parametrize("text", ["daftar", "daftar hadir", "saya mau daftar # gimana", "nama: Siti", "#", "Klender"])
def test_an_ordinary_message_is_no_block(text: str) -> None:
    assert not blocks.is_block(text)


def test_several_people_in_one_message_are_several() -> None:
    assert [one["full_name"] for one in parts("DAFTAR#Siti Aminah#1-2-1990\nDAFTAR#Budi Santoso#3-4-1991")] == [
        "Siti Aminah",
        "Budi Santoso",
    ]
    assert len(parts("Nama: Siti\nRW: 5\nNama: Budi\nRW: 6\nNama: Ana\nRW: 7")) == 3


def test_a_word_that_is_a_name_and_a_place_is_asked_about_where_nothing_else_tells() -> None:
    [read] = blocks.read("DAFTAR#Jati#Kartini#3174055708950003", registration, TODAY)
    assert set(read.parts) == {"nik"}
    assert read.loose == 2


def test_a_name_behind_a_place_that_is_one_too_is_asked_for() -> None:
    [read] = blocks.read("DAFTAR#Klender#Siti Aminah", registration, TODAY)
    assert read.parts == {"kelurahan": "Klender"}


def test_two_different_answers_to_one_question_are_none() -> None:
    [read] = blocks.read("DAFTAR#Siti Aminah#17-8-1995#18-8-1995", registration, TODAY)
    assert "born" not in read.parts
    assert read.twice == {"born"}


def test_an_empty_form_is_nobody() -> None:
    assert parts("DAFTAR#") == []
    assert parts("DAFTAR#\nNama:\nNIK:\nTgl lahir:") == []


def test_a_hostile_block_is_read_quickly_and_bounded() -> None:
    assert len(parts("DAFTAR#" + "a:" * 3000)) <= blocks.MOST_PEOPLE
    assert len(blocks.read("DAFTAR#Siti#" * 400, registration, TODAY)) <= blocks.MOST_PEOPLE
    assert blocks.read("DAFTAR#" + "9 " * 1900, registration, TODAY)


def test_of_a_thousand_messages_none_is_taken_wrongly_and_most_are_read_fully() -> None:
    found = score(1000)
    assert found.wrong == ()
    people = sum(found.counts[kind] for kind in ("fully", "partly", "refused"))
    assert found.counts["fully"] > 0.4 * people
    assert found.counts["people counted otherwise"] == 0
