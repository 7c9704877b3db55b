"""How an answer is shown to a reviewer: enough to recognise, not enough to use, until it is opened."""

from __future__ import annotations

from datetime import date

import pytest

from bot.admin.answers import PERSONAL, contributions, lay_out, mask
from bot.house import build_house
from conversations.forms import FORMS
from conversations.turn import Answer, Json
from locales import LANGUAGES, catalogue

WORDS = build_house().words
FORM = FORMS["registration"]


@pytest.mark.parametrize(
    ("step", "value", "masked"),
    [
        ("full_name", "Siti Aminah", "S••• A•••"),
        ("full_name", "O'Neill", "O•••"),
        ("nik", "3174055708950003", "3174••••••••0003"),
        ("nik", "31", "•••"),
        ("born", "1995-08-17", "••• 1995"),
        ("phone", "+6281234567890", "••• 890"),
        ("phone", None, "–"),
        ("email", "siti@contoh.id", "s•••@•••"),
        ("email", None, "–"),
    ],
)
def test_a_masked_answer_can_be_recognised_but_not_used(step: str, value: Json, masked: str) -> None:
    assert mask(step, value) == masked


def test_answers_come_in_asking_order_with_labels_and_their_question() -> None:
    answers = {"rw": Answer(5, "rw 5"), "full_name": Answer("Siti Aminah", "nama saya siti aminah")}
    name, rw = lay_out(FORM, answers, WORDS["en"], WORDS["id"], "open")
    assert (name.label, name.value, name.said) == ("Name as on the KTP", "Siti Aminah", "nama saya siti aminah")
    assert name.question.startswith("Siapa nama lengkap Kakak")
    assert (rw.label, rw.value, rw.said) == ("RW", "5", "rw 5")


def test_what_was_typed_is_not_repeated_when_it_adds_nothing() -> None:
    answers = {"full_name": Answer("Siti Aminah", "siti aminah")}
    assert lay_out(FORM, answers, WORDS["id"], WORDS["id"], "open")[0].said == ""


def test_an_answer_to_a_question_that_is_gone_is_kept_and_hidden() -> None:
    answers = {"mother": Answer("Aminah", "aminah")}
    (hidden,) = lay_out(FORM, answers, WORDS["id"], WORDS["id"], "masked")
    (shown,) = lay_out(FORM, answers, WORDS["id"], WORDS["id"], "open")
    assert (hidden.label, hidden.value, shown.value) == ("mother", "•••", "Aminah")


def test_every_question_on_the_page_has_a_label_in_every_language() -> None:
    for language in LANGUAGES:
        for form in [form for form in FORMS.values() if form.closing]:  # the others only tell something
            for name, ask in form.asks.items():
                if ask.listed or ask.consent:
                    assert f"admin.step.{form.name}.{name}" in catalogue(language)


def test_what_is_private_in_the_chat_is_personal_at_the_desk() -> None:
    assert {name for form in FORMS.values() for name, ask in form.asks.items() if ask.private} <= PERSONAL


def trader(**more: Json) -> dict[str, Answer]:
    values: dict[str, Json] = {
        "income": 1_000_000,
        "programme": "two",
        "months": "3",
        "occupation": {"sector": "other"},
        **more,
    }
    return {step: Answer(value) for step, value in values.items()}


@pytest.mark.parametrize(
    ("answers", "total"),
    [
        (trader(), 33_600),
        (trader(occupation={"sector": "transport"}), 25_200),
        (trader(occupation={"sector": "transport"}, months="6"), 58_800),
    ],
)
def test_contributions_are_those_of_the_decrees_worked_examples(answers: dict[str, Answer], total: int) -> None:
    price = contributions(answers, date(2026, 11, 24))
    assert price is not None
    assert price.total == total


@pytest.mark.parametrize("broken", [{"income": None}, {"income": 0}, {"months": "0"}, {"months": None}])
def test_what_cannot_be_priced_shows_no_price(broken: dict[str, Json]) -> None:
    assert contributions(trader(**broken), date(2026, 11, 24)) is None
