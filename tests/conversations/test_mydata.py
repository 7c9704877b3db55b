"""My data: shown masked with its reason, corrected until it is handed over, restricted, and erased with a proof."""

from __future__ import annotations

import pytest

from bot.channels.whatsapp import WhatsApp
from bot.house import build_house
from conversations.commands import parse
from conversations.conversation import converse
from conversations.keys import expected
from conversations.mydata import MOST_RECEIPTS, OWN, REASONS, which_number
from conversations.registration import registration
from conversations.turn import (
    Consented,
    EraseWanted,
    Inbound,
    Json,
    Offered,
    Option,
    Record,
    Reply,
    Said,
    Spoken,
    Tapped,
    Told,
    Wants,
)
from tests.transcripts.replay import Chat

HOUSE = build_house()


def text(spoken: Spoken) -> str:
    assert spoken.message is not None
    return spoken.message.text


def talking_at(*texts: str) -> Chat:
    chat = Chat(HOUSE)
    for said in texts:
        chat.send(Said(said))
    return chat


@pytest.fixture
def sent() -> Chat:
    """Somebody who has sent everything."""
    chat = talking_at("daftar", "dibantu", "setuju", "tidak ada yang cocok", "Siti Aminah", "3174055708950003")
    for said in ("17-8-1995", "perempuan", "klender", "rw 5", "tidak punya", "tidak punya", "pedagang sayur"):
        chat.send(Said(said))
    for said in ("gak ada", "2 juta", "2 program", "3 bulan", "boleh", "kirim"):
        chat.send(Said(said))
    assert len(chat.submitted) == 1
    return chat


def hears(chat: Chat, name: str, **facts: Json) -> Spoken:
    """Facts as storage knows them, told to this chat."""
    spoken = converse(HOUSE, chat.talk, Inbound(Told(name, facts), chat.at, chat.at.date(), fresh="TK-0000-0001-2"))
    chat.talk = spoken.talk
    return spoken


# ---- DATA SAYA -----------------------------------------------------------------------------------------------------


def test_every_answer_that_is_listed_has_a_reason() -> None:
    assert {ask.name for ask in registration.questions if ask.listed} == {
        s for steps in REASONS.values() for s in steps
    }


def test_data_is_shown_masked_and_protected_from_forwarding(sent: Chat) -> None:
    spoken = sent.send(Said("data saya"))
    assert "3174••••••••0003" in text(spoken)
    assert "3174055708950003" not in text(spoken)
    assert "*Supaya bisa didaftarkan*\n1. " in text(spoken)
    assert spoken.message is not None
    assert spoken.message.private


def test_reminders_are_said_to_be_on_or_off(sent: Chat) -> None:
    assert "Pengingat: *menyala*" in text(sent.send(Said("data saya")))
    sent.send(Said("berhenti"))
    assert "Pengingat: *mati*" in text(sent.send(Said("data saya")))


def test_consents_are_listed_with_their_days(sent: Chat) -> None:
    sent.send(Said("data saya"))
    said = text(sent.send(Tapped("!", "my_data:history")))
    assert "24 November 2026: setuju datanya dipakai mendaftar" in said
    assert "24 November 2026: mau diingatkan" in said


def test_open_requests_are_listed_with_their_deadline(sent: Chat) -> None:
    said = text(hears(sent, "my_data", page="history", requests=[{"kind": "restrict", "due": "2026-11-27"}]))
    assert "Pembatasan, paling lambat 27 November 2026" in said


def test_what_else_is_held_is_counted(sent: Chat) -> None:
    said = text(hears(sent, "my_data", page="history", payments=2, reports=1, helped=3, volunteer=1))
    for line in ("Laporan bayar dari Kakak: 2", "Laporan penipuan dari Kakak: 1", "Kakak bantu: 3", "sebagai relawan"):
        assert line in said


@pytest.mark.parametrize("language", ["id", "en"])
def test_even_the_longest_answers_fit_into_one_message(language: str) -> None:
    wanted, words = expected(HOUSE.forms.values()), HOUSE.words[language]

    def longest(key: str) -> tuple[str, dict[str, object]]:
        facts = max(wanted[key].samples, key=lambda sample: len(words.text(key, sample)))
        return key, dict(facts)

    replies = [Reply(key) for key in ("mydata.head", "mydata.sent", "mydata.reminders.on", "mydata.rights")]
    replies += [Reply(f"mydata.why.{why}") for why in REASONS]
    listed = [f"{OWN}.{ask.name}.line" for ask in registration.questions if ask.listed]
    lines = [longest(key) for key in (*listed, *["mydata.receipt"] * MOST_RECEIPTS)]
    options = tuple(
        Option("!", name, key=f"command.{name}") for name in ("correct", "restrict", "erase", "resume", "menu")
    )
    replies.append(Reply("mydata.sent", options=options, lines=tuple(lines)))  # type: ignore[arg-type]
    message = words.render(replies)
    menu = sum(len(choice.label) + 5 for choice in message.choices)
    assert len(message.text) + menu <= WhatsApp.limits.text


# ---- PERBAIKI ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["perbaiki 2", "ubah 2", "koreksi no 2"])
def test_a_sent_form_is_corrected_by_its_person_and_sent_anew_after_its_review(sent: Chat, said: str) -> None:
    assert "Siapa nama lengkap" in text(sent.send(Said(said)))
    review = text(sent.send(Said("Siti Aminah Putri")))
    assert "2. Nama: Siti Aminah Putri" in review
    assert "Kirim\n" not in review  # only the corrected answer is a former one
    assert len(sent.submitted) == 1
    sent.send(Said("kirim"))
    first, second = sent.submitted
    assert second.receipt == first.receipt
    assert second.answers["full_name"].value == "Siti Aminah Putri"


def test_the_number_alone_is_enough_after_the_list(sent: Chat) -> None:
    assert "Jawaban nomor berapa" in text(sent.send(Said("perbaiki")))
    assert "Siapa nama lengkap" in text(sent.send(Said("2")))


@pytest.mark.parametrize("number", ["99", "0"])
def test_a_number_that_is_not_listed_opens_nothing(sent: Chat, number: str) -> None:
    assert "Jawaban nomor berapa" in text(sent.send(Said(f"perbaiki {number}")))
    assert sent.talk.sessions[OWN].done == "submitted"


def test_in_an_open_form_an_answer_is_corrected_at_once() -> None:
    chat = talking_at("daftar", "dibantu", "setuju", "1", "Siti Aminah", "perbaiki")
    assert not [e for e in chat.happened if isinstance(e, Wants)]
    assert "Siapa nama lengkap" in text(chat.send(Said("2")))


def test_once_handed_over_an_officer_corrects_it_within_three_days(sent: Chat) -> None:
    receipt = sent.submitted[0].receipt
    assert "Petugas kami yang mengurusnya" in text(
        hears(sent, "correctable", state="sent", receipt=receipt, number="2")
    )
    spoken = sent.send(Said("RW seharusnya 7, bukan 5"))
    assert "paling lambat *27 November 2026*" in text(spoken)
    what = {"kind": "correct", "receipt": receipt, "what": "RW seharusnya 7, bukan 5"}
    assert Record("data_request", what) in spoken.effects
    assert sent.talk.sessions[OWN].done == "submitted"


def test_a_nik_is_not_taken_in_a_request_to_correct(sent: Chat) -> None:
    hears(sent, "correctable", state="sent", receipt=sent.submitted[0].receipt)
    spoken = sent.send(Said("nik seharusnya 3174055708950004"))
    assert not [e for e in spoken.effects if isinstance(e, Record)]


def test_without_a_registration_there_is_nothing_to_correct() -> None:
    assert text(talking_at("menu").send(Said("perbaiki"))).startswith("Belum ada pendaftaran")


@pytest.mark.parametrize(
    ("said", "heard"), [("2", "2"), ("no 2", "2"), ("nomor 12", "12"), ("2 juta", ""), ("siti", ""), ("123", "")]
)
def test_only_a_bare_number_names_a_line(said: str, heard: str) -> None:
    assert which_number(said, (Offered("!", "menu:which", "Menu"),)) == heard
    assert which_number(said, (Offered("!", "menu", "Menu"),)) == ""


# ---- BATASI --------------------------------------------------------------------------------------------------------


def test_restricting_takes_a_yes_and_stops_reminders_at_once(sent: Chat) -> None:
    assert not [e for e in sent.send(Said("batasi data saya")).effects if isinstance(e, Record)]
    spoken = sent.send(Tapped("!", "restrict:yes"))
    assert "paling lambat *27 November 2026*" in text(spoken)
    assert [e.name for e in spoken.effects if isinstance(e, Record)] == [
        *("reminders_stopped", "restricted", "data_request"),
    ]
    assert [(e.purpose, e.granted) for e in spoken.effects if isinstance(e, Consented)] == [("reminders", False)]
    assert sent.talk.facts["reminders_off"]


# ---- HAPUS DATA ----------------------------------------------------------------------------------------------------


def test_an_erasure_has_a_number_that_its_person_keeps(sent: Chat) -> None:
    sent.send(Said("hapus data"))
    spoken = sent.send(Tapped("!", "erase_yes"))
    [erased] = [e for e in spoken.effects if isinstance(e, EraseWanted)]
    assert erased.number in text(spoken)
    assert spoken.message is not None
    assert spoken.message.copy == erased.number
    assert erased.number != sent.happened and sent.talk.sessions == {}
    assert "tercatat tanggal *24 November 2026*" in text(sent.send(Said(f"cek hapus {erased.number}")))


def test_a_number_nobody_was_given_proves_nothing() -> None:
    assert "Tidak ada penghapusan" in text(talking_at("menu").send(Said("cek hapus TK-0000-0001-2")))


def test_a_mistyped_number_is_asked_for_again() -> None:
    assert text(talking_at("menu").send(Said("cek hapus TK-0000-0001-9"))).startswith("Ketik *CEK HAPUS*")


@pytest.mark.parametrize(
    ("said", "name"),
    [("PERBAIKI DATA", "correct"), ("batasi", "restrict"), ("hapus data", "erase"), ("data saya", "my_data")],
)
def test_each_right_has_its_word(said: str, name: str) -> None:
    command = parse(said)
    assert command is not None
    assert command.name == name


def test_an_answer_that_is_being_changed_is_held_and_so_it_is_shown(sent: Chat) -> None:
    sent.send(Said("perbaiki 3"))
    said = text(hears(sent, "my_data", page=""))
    assert "Yang sedang diganti" in said
    assert "NIK: 3174••••••••0003" in said
    sent.send(Said("3174055708950003"))
    assert "Yang sedang diganti" not in text(hears(sent, "my_data", page=""))


def test_an_answer_that_is_asked_about_once_more_is_held_and_so_it_is_shown(sent: Chat) -> None:
    sent.send(Said("perbaiki 4"))
    sent.send(Said("18-8-1995"))  # not the day in the NIK
    assert sent.talk.sessions[OWN].doubt is not None
    assert "Tanggal lahir: 18 Agustus 1995" in text(hears(sent, "my_data", page=""))


def test_who_restricted_their_data_is_offered_the_way_back(sent: Chat) -> None:
    sent.send(Said("batasi"))
    sent.send(Said("ya"))
    assert "sedang ditahan" in text(hears(sent, "my_data", page=""))
    assert "sedang ditahan" in text(sent.send(Said("batasi")))
    spoken = sent.send(Said("1"))
    assert "jalan lagi" in text(spoken)
    assert [e for e in spoken.effects if isinstance(e, Record)] == [Record("restriction_lifted")]
    assert "Kalau dibatasi" in text(sent.send(Said("batasi")))
