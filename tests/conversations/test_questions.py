"""Questions people type: the right answer, or the nearest, or a person; and never instead of an answer of theirs."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from benchmarks.questions import SWALLOWED_FROM, Tally, judge, labelled, ordinary_answers, swallowed
from bot.house import build_house
from conversations.lint import sentences
from conversations.matching import NAMES, TOPICS, Topic, _plain, asks, find
from conversations.questions import A_PAGE, PAGES, answer, closed, facts, topics
from conversations.turn import Phrase, Redact, Said, Tapped
from tests.transcripts.replay import Chat

HOUSE = build_house()
HERE = Path(__file__).parent


# ---- how well ------------------------------------------------------------------------------------------------------


def test_of_the_labelled_questions_hardly_any_is_answered_wrongly() -> None:
    tally = Tally(judge(text, expected) for text, expected in labelled())
    print(tally)
    assert tally.asked >= 200
    assert tally.share("wrong") < 0.02
    assert tally.share("right") >= 0.75
    assert tally.share("right") + tally.share("among three") >= 0.95


def test_no_ordinary_answer_is_swallowed_as_a_question() -> None:
    answers = ordinary_answers()
    assert len(answers) >= 100
    assert len({step for step, _ in answers}) == len(SWALLOWED_FROM)
    assert [pair for pair in answers if swallowed(HOUSE, *pair)] == []


def test_questions_typed_later_fare_nearly_as_well() -> None:
    tally = Tally(judge(text, expected) for text, expected in labelled("questions_unseen"))
    assert tally.share("wrong") < 0.02
    assert tally.share("right") + tally.share("among three") >= 0.95


def test_slang_that_was_never_tuned_on_is_hardly_ever_answered_wrongly() -> None:
    tally = Tally(judge(text, expected) for text, expected in labelled("questions_fresh"))
    print(tally)
    assert tally.asked >= 120
    assert tally.share("wrong") < 0.02
    assert tally.share("right") >= 0.65
    assert tally.share("right") + tally.share("among three") >= 0.90


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("ape", "apa"), ("kartunye", "kartu"), ("nagihin", "tagih"), ("didaftarin", "daftarkan"), ("nyimpen", "simpan")],
)
def test_a_colloquial_word_is_read_as_its_plain_one(typed: str, meant: str) -> None:
    assert _plain(typed) == meant


def test_where_the_health_scheme_is_named_only_questions_about_it_are_answered() -> None:
    assert not find("bpjs kesehatan saya nunggak cara bayarnya gimana").sure
    assert find("bedanya dengan bpjs kesehatan apa").sure


def test_the_labels_name_questions_there_are_and_no_line_stands_twice() -> None:
    with (HERE / "corpus_questions.csv").open(newline="", encoding="utf-8") as lines:
        rows = [(row["text"], row["expected"]) for row in csv.DictReader(lines)]
    assert len({text for text, _ in rows}) == len(rows)
    assert {expected for _, expected in rows} == {*NAMES, "none"}


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_our_own_ways_of_asking_find_their_question(topic: Topic) -> None:
    found = {phrase: find(phrase) for phrase in topic.phrases}
    elsewhere = [phrase for phrase, heard in found.items() if not heard.topics or heard.topics[0][0] != topic.name]
    assert elsewhere == []


# ---- what looks like one -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["kenapa sih", "bisa ga ya", "ini penipuan bukan", "buat apa", "how much is it", "aman kah?"]
)
def test_a_text_that_asks_looks_like_a_question(text: str) -> None:
    assert asks(text, find(text))


@pytest.mark.parametrize(
    "text",
    ["Siti Aminah", "3174055708950003?", "apa", "klender", "100rb sehari", "17 agustus 1995", "0812 3456 7890 ya?"],
)
def test_a_text_that_answers_does_not(text: str) -> None:
    assert not asks(text, find(text))


def test_of_a_long_text_only_the_beginning_is_looked_at() -> None:
    strange = " ".join(f"zq{a}x{b}" for a in "abcdefgh" for b in "abcdefgh")
    assert find(f"{strange} kalau telat bayar gimana").topics == ()
    assert find("kalau telat bayar gimana").sure


# ---- in a chat -----------------------------------------------------------------------------------------------------


def talking_at(*texts: str) -> Chat:
    chat = Chat(HOUSE)
    for text in texts:
        chat.send(Said(text))
    return chat


def test_a_question_in_a_form_is_no_miss_and_the_open_question_stays() -> None:
    chat = talking_at("daftar", "dibantu", "setuju", "1", "Siti Aminah", "ini nik ku", "ini nik ku")
    before = chat.talk.sessions["registration"]
    spoken = chat.send(Said("nik nya buat apa sih?"))
    assert chat.talk.sessions["registration"].misses == before.misses == 2
    assert chat.talk.sessions["registration"].asked == "nik"
    assert spoken.message is not None
    assert "Satu NIK" in spoken.message.text
    assert spoken.message.text.index("Satu NIK") < spoken.message.text.index("Berapa NIK Kakak?")


def test_a_question_while_we_doubt_an_answer_keeps_the_doubt() -> None:
    chat = talking_at("daftar", "dibantu", "setuju", "1", "Siti Aminah", "3174055708950003", "17-8-1996")
    before = chat.talk.sessions["registration"].doubt
    assert before is not None
    spoken = chat.send(Said("emang nik buat apa?"))
    assert chat.talk.sessions["registration"].doubt == before
    assert spoken.message is not None
    assert "Satu NIK" in spoken.message.text


def test_a_question_typed_for_a_name_is_answered_and_not_taken_for_one() -> None:
    chat = talking_at("daftar", "dibantu", "setuju", "1")
    spoken = chat.send(Said("ini penipuan bukan ya kak"))
    assert chat.talk.sessions["registration"].doubt is None
    assert spoken.message is not None
    assert spoken.message.text.startswith("Curiga dulu itu bagus")


def test_a_private_number_with_a_question_is_still_taken_out_of_the_chat() -> None:
    chat = talking_at("daftar", "dibantu", "setuju", "1", "Siti Aminah")
    spoken = chat.send(Said("nik saya 31740557089 kenapa butuh nik?"))
    assert any(isinstance(effect, Redact) for effect in spoken.effects)


def test_where_the_chat_may_not_ask_for_a_nik_its_question_is_answered_all_the_same() -> None:
    chat = Chat(HOUSE, can=frozenset())
    for text in ("daftar", "dibantu", "setuju", "1", "Siti Aminah"):
        chat.send(Said(text))
    spoken = chat.send(Said("kenapa butuh nik?"))
    assert spoken.message is not None
    assert "Satu NIK" in spoken.message.text
    assert "https://contoh.id/isi/" in spoken.message.text


def test_a_question_after_days_away_is_answered_before_the_recap() -> None:
    chat = talking_at("daftar", "dibantu")
    chat.at = chat.at.replace(day=28)
    spoken = chat.send(Said("data saya aman gak?"))
    assert spoken.message is not None
    assert spoken.message.text.startswith("Wajar khawatir soal data")


def test_after_a_form_has_ended_a_question_is_answered_too() -> None:
    chat = talking_at("daftar", "sendiri")
    spoken = chat.send(Said("kalau telat bayar gimana"))
    assert spoken.message is not None
    assert spoken.message.text.startswith("Namanya rezeki")


def test_what_nobody_has_an_answer_to_goes_to_a_person() -> None:
    chat = talking_at("menu")
    spoken = chat.send(Said("cara bikin sim gimana kak?"))
    assert spoken.message is not None
    assert [choice.value for choice in spoken.message.choices] == ["help", "questions", "menu"]


def test_a_button_of_a_question_that_is_gone_says_so() -> None:
    chat = talking_at("menu")
    spoken = chat.send(Tapped("!", "question:horoscope"))
    assert spoken.message is not None
    assert spoken.message.text.startswith("Tombol itu")


# ---- the lists -----------------------------------------------------------------------------------------------------


def test_the_pages_list_every_topic_once_in_at_most_ten_rows() -> None:
    pages = [topics(page, "menu").options for page in range(1, PAGES + 1)]
    listed = [o.value.removeprefix("question:") for page in pages for o in page if o.value.startswith("question:")]
    assert listed == [*NAMES]
    assert all(len(page) <= A_PAGE + 2 == 10 for page in pages)
    assert topics(99, "menu") == topics(1, "menu")


def test_an_answer_offers_a_next_step_and_a_way_out() -> None:
    for topic in TOPICS:
        offered = [option.value for option in closed(topic.name, date(2026, 11, 24)).options]
        assert offered == [*filter(None, [topic.offers]), "questions", "menu"]


def test_answers_name_the_discounts_of_the_day() -> None:
    assert facts(date(2026, 12, 31))["discount"] == Phrase("question.now.both")
    assert facts(date(2027, 1, 1))["discount"] == Phrase("question.now.transport")
    assert facts(date(2027, 4, 1))["discount"] == Phrase("question.now.none")
    assert facts(date(2026, 2, 1))["least"] == 16_800


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_every_answer_admits_the_worry_and_leaves_room_to_say_no(name: str, language: str) -> None:
    words = HOUSE.words[language]
    reply = answer(name, date(2026, 11, 24))
    said = words.text(reply.key, reply.facts)
    assert 4 <= len(sentences(said)) <= 9
    assert len(said) <= 480


@pytest.mark.parametrize("said", ["gimana nih", "jadi gmn", "tidak", "gada"])
def test_a_word_that_names_nothing_is_not_guessed_at(said: str) -> None:
    assert find(said).topics == ()
