"""Whatever we show as an example is understood when somebody types it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from bot.house import build_house
from conversations.commands import parse
from conversations.fields.field import Asking, Problem
from conversations.forms import FORMS
from conversations.standing import ReviewLine
from conversations.turn import Json, Offered

HOUSE = build_house()
SAID = re.compile(r"\*([^*]+)\*")
SHOWN = re.compile(r"(?:Contoh|Example)[^.:]*:(.*)|Ketik (.*)|[Tt]ype (.*)|For example (.*)|Contohnya: (.*)")
ANSWERS: dict[str, Json] = {"income": 2_000_000, "programme": "two", "months": "3"}
HALF: dict[str, Json] = {
    "income.period": {"amount": 100_000, "per": "?"},
    "income.days": {"amount": 100_000, "per": "day"},
    "income.weeks": {"amount": 500_000, "per": "week"},
    "occupation.type": {"other": True},
    "second_occupation.type": {"other": True},
    "confirm.which": {"change": True},
}


def shown_in(text: str) -> list[str]:
    """List what a text shows as something to type."""
    return [said for found in SHOWN.finditer(text) for part in found.groups() if part for said in SAID.findall(part)]


def examples() -> list[tuple[str, str, str]]:
    """Every example of every question: language, step and part, what to type."""
    return [
        (language, key, said)
        for language, words in HOUSE.words.items()
        for key, text in words.texts.items()
        if key.split(".")[0] in FORMS and re.search(r"\.(ask|ask_own|period|days|weeks|type|which|example)$", key)
        for said in shown_in(text)
    ]


def test_there_are_examples_of_every_question() -> None:
    steps = {tuple(key.split(".")[:2]) for _, key, _ in examples()}
    assert steps == {(form.name, ask.name) for form in FORMS.values() for ask in form.questions}
    assert len(examples()) > 100


@pytest.mark.parametrize(("language", "key", "said"), examples(), ids=lambda value: str(value))
def test_the_example_is_understood(language: str, key: str, said: str) -> None:
    if parse(said) is not None and said.upper() == said:
        return  # a command, shown in capitals: commands have tests of their own
    form, step, part = key.split(".")
    ask = FORMS[form].asks[step]
    lines = tuple(ReviewLine(n, a.name, {"n": n}) for n, a in enumerate(FORMS[form].questions[2:-1], 1))
    open_question = Asking(
        f"{form}.{step}", ANSWERS, date(2026, 11, 24), partial=HALF.get(f"{step}.{part}"), lines=lines
    )
    words = HOUSE.words[language]
    options = ask.field.question(open_question).options
    labelled = (o if o.key or o.label else replace(o, key=f"{form}.{step}.option.{o.value}") for o in options)
    offered = tuple(Offered(o.step, o.value, words.label(o)) for o in labelled)
    reading = ask.field.read(said, replace(open_question, offered=offered))
    assert not isinstance(reading, Problem), reading
