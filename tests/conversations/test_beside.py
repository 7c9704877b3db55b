"""What is said instead of an answer is met kindly, counted as no mistake, and never taken for the answer."""

from __future__ import annotations

import pytest

from bot.house import build_house
from conversations.lost import wishes
from conversations.turn import Consented, Said
from tests.conversations.people import FORM
from tests.conversations.test_thanks import asked_at
from tests.transcripts.replay import Chat


@pytest.mark.parametrize(
    ("step", "text", "said"),
    [
        ("consent", "saya takut datanya disalahgunakan", "Wajar khawatir soal data"),
        ("consent", "boleh tapi saya takut", "Curiga dulu itu bagus"),
        ("confirm", "udah bener tapi saya masih takut", "Curiga dulu itu bagus"),
        ("nik", "sebentar saya ambil KTP dulu", "Silakan, Kak, saya tunggu."),
        ("nik", "saya tidak hafal Nak", "NIK ada di KTP"),
        ("programme", "saya takut kemahalan", "iuran harus pas di kantong"),
        ("programme", "bedanya apa", "Bingung memilih itu biasa"),
        ("path", "apa bedanya itu Nak?", "*1. Dibantu*"),
        ("situation", "kenapa harus ditanya gini", "Ini supaya Kakak tidak salah jalur"),
        ("rw", "bot tolol", "Maaf sudah bikin repot"),
        ("kelurahan", "*FWD* sebarkan ke 10 grup: bantuan, klik http://contoh.test", "Pesan berantai itu bukan"),
        ("consent", "panjang banget", "Petugas kami bisa menjelaskan"),
    ],
)  # fmt: skip
def test_it_is_met_and_the_question_stays(step: str, text: str, said: str) -> None:
    talking = asked_at(step)
    before = talking.talk.sessions[FORM]
    spoken = talking.send(Said(text))
    after = talking.talk.sessions[FORM]
    assert spoken.message is not None
    assert said in spoken.message.text
    assert (after.answers, after.misses, after.doubt, after.asked) == (before.answers, 0, None, step)
    assert not [effect for effect in spoken.effects if isinstance(effect, Consented)]


@pytest.mark.parametrize(
    ("step", "text"),
    [
        ("nik", "KTP nya di rumah"), ("full_name", "gw lg di jln nih, ntar lanjut"), ("rw", "ntar ya bang"),
        ("consent", "saya pikir pikir dulu"), ("consent", "saya tanya suami dulu ya"), ("confirm", "ga jadi deh"),
        ("confirm", "boleh saya pikir dulu"), ("income", "nanti lanjut lagi"),
    ],
)  # fmt: skip
def test_who_puts_it_off_is_let_go_and_loses_nothing(step: str, text: str) -> None:
    talking = asked_at(step)
    before = talking.talk.sessions[FORM]
    spoken = talking.send(Said(text))
    after = talking.talk.sessions[FORM]
    assert spoken.message is not None
    assert spoken.message.text.startswith("Baik, Kak, kita berhenti dulu.")
    assert [choice.label for choice in spoken.message.choices] == ["Lanjutkan", "Menu utama"]
    assert (talking.talk.active, after.answers, after.misses) == ("", before.answers, 0)


@pytest.mark.parametrize(
    ("step", "text", "value"),
    [
        ("path", "iya saya mau dibantu", "helped"), ("path", "saya daftar sendiri saja", "self"),
        ("consent", "insya Allah setuju", "agree"), ("sex", "ibu", "female"), ("programme", "yang paling murah", "two"),
        ("programme", "yang ada tabungannya saja", "three"), ("months", "sebulan dulu Nak kalau boleh", "1"),
        ("reminders", "boleh, ingatkan saya ya Nak", "yes"),
        ("email", "saya tidak punya email Nak, tidak mengerti", None),
        ("second_occupation", "tidak ada lagi, itu saja Nak", None), ("phone", "gada makasih", None),
        ("full_name", "Sumarni Binti Ahmad, Nak", "Sumarni Binti Ahmad"),
    ],
)  # fmt: skip
def test_whole_sentences_are_answers_where_they_are(step: str, text: str, value: str | None) -> None:
    talking = asked_at(step)
    talking.send(Said(text))
    assert talking.talk.sessions[FORM].answers[step].value == value


@pytest.mark.parametrize("text", ["tidak bisa sendiri", "jangan dibantu", "sendiri atau dibantu ya"])
def test_a_denied_way_is_not_chosen(text: str) -> None:
    talking = asked_at("path")
    talking.send(Said(text))
    assert "path" not in talking.talk.sessions[FORM].answers


def _after(*said: str) -> Chat:
    talking = Chat(build_house())
    for text in said:
        talking.send(Said(text))
    return talking


def _last(talking: Chat, text: str) -> str:
    message = talking.send(Said(text)).message
    assert message is not None
    return message.text


def test_a_yes_takes_the_offer_under_our_last_words() -> None:
    assert "dengan cara yang mana" in _last(_after("halo", "syaratnya apa aja kak?"), "gas")
    assert "Siap, Kak." in _last(_after("halo"), "oke")


def test_who_is_not_understood_three_times_is_offered_a_person() -> None:
    talking = _after("halo", "qwrt", "zxcv")
    assert "masih belum paham" in _last(talking, "plmk")
    assert "belum paham" in _last(_after("halo", "qwrt", "zxcv", "makasih"), "plmk")


def test_what_a_form_ended_with_is_not_said_again_to_words_we_do_not_know() -> None:
    talking = _after("daftar", "daftar sendiri")
    assert "bpjsketenagakerjaan" not in _last(talking, "qwrt zxcv")
    assert talking.talk.sessions[FORM].done == "self_service"


def test_a_sentence_that_wants_to_sign_up_or_to_correct_does_so() -> None:
    assert "dengan cara yang mana" in _last(_after("halo"), "Baik Nak, saya mau didaftarkan, tolong ya")
    talking = asked_at("rw")
    assert "1. Keadaan" in _last(talking, "nama saya salah")


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("jangan diingetin lagi", "stop"), ("ga usah ngingetin saya", "stop"), ("udah gw bayar tadi", "paid"),
        ("sudah saya transfer kak", "paid"), ("saya udah bayar kok belum aktif", ""),
        ("sudah dibayarin pemerintah", ""),
        ("udah bayar tapi gagal", ""), ("nama saya salah", "correct"), ("rw seharusnya 5", "correct"),
        ("saya mau ikut daftar ya Nak", "register"), ("tolong daftarkan ibu saya", ""),
        ("jangan lupa ingatkan saya", ""),
        ("mau daftar berapa bayarnya", ""),
    ],
)  # fmt: skip
def test_a_wish_is_heard_in_a_sentence_or_not_at_all(text: str, wish: str) -> None:
    assert wishes(text) == wish


def test_whoever_has_sent_their_form_is_not_told_so_again_at_every_word() -> None:
    talking = asked_at("confirm")
    assert "sudah terkirim" in _last(talking, "kirim")
    assert "sudah terkirim" in _last(talking, "kirim")
    assert "belum paham" in _last(talking, "qwrt zxcv")
    assert "sudah terkirim" not in _last(talking, "qwrt zxcv")
