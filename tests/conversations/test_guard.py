"""What must not be sent to us is seen, told apart from what may, and leaves no trace in what is kept."""

from __future__ import annotations

import pytest

from benchmarks.guard import labelled, off, scores
from benchmarks.questions import ordinary_answers
from bot.house import build_house
from conversations.guard import HARMLESS, REFUSED, mask, refuse
from conversations.turn import Redact, Said
from tests.transcripts.replay import Chat

SECRETS = [(text, kind) for text, kind in labelled() if kind and kind not in HARMLESS]


def test_every_kind_is_found_and_hardly_anything_else() -> None:
    rows = labelled()
    assert len({text for text, _ in rows}) == len(rows) >= 150
    assert sum(not kind for _, kind in rows) >= 75
    for score in scores():
        print(score)
        assert score.precision >= 0.95, (score, off())
        assert score.recall >= 0.90, (score, off())
    assert {score.kind for score in scores()} == {*REFUSED, "anything"}


def test_no_ordinary_answer_is_refused() -> None:
    assert [(step, text) for step, text in ordinary_answers() if refuse(text)] == []


@pytest.mark.parametrize(("text", "kind"), SECRETS, ids=lambda value: str(value))
def test_of_a_secret_no_figure_is_kept(text: str, kind: str) -> None:
    kept = mask(text)
    assert not any(c.isdigit() for c in kept)
    if kind in ("password", "mother"):
        assert not any(c.isalnum() for c in kept)


def test_another_long_number_keeps_its_end_and_a_short_one_stands() -> None:
    assert mask("nik saya 3174 0557 0895 0003 rw 5") == "nik saya ••••••••••••0003 rw 5"
    assert mask("100rb sehari") == "100rb sehari"


@pytest.mark.parametrize(("text", "kind"), SECRETS[::4], ids=lambda value: str(value))
def test_a_secret_is_taken_out_of_the_chat_and_the_open_question_stays(text: str, kind: str) -> None:
    chat = Chat(build_house())
    for said in ("daftar", "dibantu", "setuju", "1"):
        chat.send(Said(said))
    before = chat.talk.sessions["registration"]
    spoken = chat.send(Said(text))
    assert Redact(kind) in spoken.effects
    assert chat.talk.sessions["registration"].answers == before.answers
    assert chat.talk.sessions["registration"].asked == "full_name"
    assert chat.talk.sessions["registration"].misses == 0
    assert spoken.message is not None
    figures = [word for word in text.split() if word.isdigit() and len(word) > 3]
    assert not [figure for figure in figures if figure in spoken.message.text]


@pytest.mark.parametrize("text", ["saya kirim foto ktp ya", "boleh transfer ke kakak"])
def test_an_offer_is_declined_without_taking_anything_out(text: str) -> None:
    spoken = Chat(build_house()).send(Said(text))
    assert not any(isinstance(effect, Redact) for effect in spoken.effects)
    assert spoken.message is not None
    assert "tidak" in spoken.message.text
