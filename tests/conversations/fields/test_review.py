"""The review page: send it, or answer one of the lines again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conversations.fields.field import Forget, Narrowed, Problem, ReviewLine, Took
from conversations.fields.review import Review
from conversations.turn import Offered
from tests.conversations.fields.labelled import asking, assert_understood, told

STEPS = (
    *("situation", "full_name", "nik", "born", "sex", "kelurahan", "rw", "phone", "email", "occupation"),
    *("second_occupation", "income", "programme", "months", "reminders"),
)
LINES = tuple(ReviewLine(n, step, {"n": n, "value": step}) for n, step in enumerate(STEPS, start=1))
STEP = "registration.confirm"
SHOWN = replace(
    asking(lines=LINES),
    step=STEP,
    offered=(Offered(STEP, "send", "Kirim"), Offered(STEP, "change", "Ubah jawaban")),
)
CHANGING = replace(SHOWN, partial={"change": True}, offered=tuple(Offered(STEP, str(n.number), "x") for n in LINES))


def test_the_review_page_is_understood() -> None:
    assert_understood("review", Review(), SHOWN, at_least=170)


def test_every_answer_is_listed_in_its_own_words() -> None:
    question = Review().question(SHOWN)
    assert question.part == "ask"
    assert question.lines == tuple((f"registration.{line.step}.line", line.facts) for line in LINES)
    assert [option.value for option in question.options] == ["send", "change"]


def test_changing_offers_every_answer_by_name_in_the_same_order() -> None:
    assert Review().pick("change", SHOWN) == Narrowed({"change": True})
    question = Review().question(CHANGING)
    assert question.part == "which"
    assert [option.value for option in question.options] == [str(line.number) for line in LINES]
    assert question.options[3].key == "registration.born.name"


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.step)
def test_a_line_is_changed_by_tapping_or_typing_its_number(line: ReviewLine) -> None:
    assert Review().pick(str(line.number), CHANGING) == Forget(line.step)
    assert Review().read(str(line.number), CHANGING) == Forget(line.step)
    assert Review().read(f"ubah {line.number}", SHOWN) == Forget(line.step)


def test_while_choosing_one_may_still_send_or_leave_everything_as_it_is() -> None:
    assert Review().read("kirim", CHANGING) == Took("send")
    assert Review().read("gak jadi", CHANGING) == Narrowed({})
    assert Review().question(replace(CHANGING, partial={})).part == "ask"
    assert told(Review().read("ya", CHANGING)) == "problem unclear"


def test_a_name_that_is_not_on_the_page_is_not_guessed() -> None:
    short = replace(SHOWN, lines=LINES[:2])
    assert told(Review().read("ganti email", short)) == "half"
    assert Review().read("5", short) == Problem("no_such_number", {"n": 5, "total": 2})


def test_without_lines_there_is_nothing_to_change() -> None:
    empty = asking()
    assert [option.value for option in Review().question(empty).options] == ["send"]
    assert isinstance(Review().pick("change", empty), Problem)


def test_a_number_that_may_mean_a_button_or_a_line_does_not_send_by_itself() -> None:
    for text in ("1", "satu", "no 1", "yang 1"):
        assert not isinstance(Review().read(text, SHOWN), Took), text
