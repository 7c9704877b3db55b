"""One application's answers as a reviewer reads them: what was asked, what was understood, what the person typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias

from conversations.form import Ask, Form
from conversations.pricing import bill, sector
from conversations.rules.contributions import Price
from conversations.rules.spelling import fold
from conversations.standing import shown
from conversations.turn import Answer, Json, Rupiah
from conversations.wording import Words

Sight: TypeAlias = Literal["masked", "open"]
PERSONAL = frozenset({"full_name", "nik", "born", "phone", "email"})  # hidden until somebody asks to see them
DOTS = "•••"


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer on the page. said is "" where it adds nothing or may not be seen yet.

    before: what it was in an earlier version, None where it did not change.
    """

    step: str
    label: str
    question: str
    value: str
    said: str
    flags: tuple[str, ...]
    personal: bool
    before: str | None = None


def lay_out(
    form: Form,
    answers: Mapping[str, Answer],
    words: Words,
    asked: Words,
    sight: Sight,
    earlier: Mapping[str, Answer] | None = None,
) -> list[Shown]:
    """Lay out the answers in asking order; those to questions this form no longer has come last, as they were kept.

    words: the reviewer's; asked: those in which the person was asked; earlier: the answers of the version before.
    """
    known = [name for name, ask in form.asks.items() if name in answers and name == ask.name and _counts(ask)]
    gone = [name for name in answers if name not in form.asks]
    laid = [_lay_out_one(form, name, answers[name], words, asked, sight) for name in (*known, *gone)]
    if not earlier:
        return laid
    return [replace(one, before=_before(form, one, answers, earlier, words, sight)) for one in laid]


def changed(earlier: Mapping[str, Answer], answers: Mapping[str, Answer]) -> list[str]:
    """Name the answers that are not what they were, in asking order. Without earlier ones nothing is known."""
    if not earlier:
        return []
    return [name for name, answer in answers.items() if name not in earlier or earlier[name].value != answer.value]


def _before(
    form: Form, one: Shown, answers: Mapping[str, Answer], earlier: Mapping[str, Answer], words: Words, sight: Sight
) -> str | None:
    if one.step not in changed(earlier, answers):
        return None
    if one.step not in earlier:
        return words.text("engine.nothing")
    if one.personal and sight == "masked":
        return mask(one.step, earlier[one.step].value)
    return written(form, one.step, earlier[one.step].value, words)


def _counts(ask: Ask) -> bool:
    return ask.listed or bool(ask.consent)


def _lay_out_one(form: Form, name: str, answer: Answer, words: Words, asked: Words, sight: Sight) -> Shown:
    personal = name in PERSONAL or name not in form.asks
    hidden = personal and sight == "masked"
    value = mask(name, answer.value) if hidden else written(form, name, answer.value, words)
    said = "" if hidden or fold(answer.said) == fold(value) else answer.said.strip()
    key = f"admin.step.{form.name}.{name}"
    return Shown(
        step=name,
        label=words.text(key) if name in form.asks else name,
        question=_question(form, name, asked),
        value=value,
        said=said,
        flags=answer.flags,
        personal=personal,
    )


def written(form: Form, name: str, value: Json, words: Words) -> str:
    """Write an answer in full: what the field masks in a chat is open here."""
    ask = form.asks.get(name)
    if value is None:
        return words.text("engine.nothing")
    if ask is None or (name in PERSONAL and isinstance(value, str) and name != "born"):
        return str(value)
    return words.value(shown(form, ask, value)["value"])


def mask(name: str, value: Json) -> str:
    """Enough of a personal answer to recognise it, and not enough to use it."""
    text = value if isinstance(value, str) else ""
    match name:
        case "full_name":
            return " ".join(word[0] + DOTS for word in text.split())
        case "nik":
            return f"{text[:4]}••••••••{text[-4:]}" if len(text) == 16 else DOTS
        case "born":
            return f"{DOTS} {text[:4]}"
        case "phone":
            return f"{DOTS} {text[-3:]}" if text else "–"
        case "email":
            return f"{text[:1]}{DOTS}@{DOTS}" if text else "–"
    return DOTS


def contributions(answers: Mapping[str, Answer], submitted: date) -> Price | None:
    """What the person was told it costs, month by month from the one they signed up in; None where nobody can know."""
    values = {name: answer.value for name, answer in answers.items()}
    income, months = values.get("income"), str(values.get("months", ""))
    if not isinstance(income, int) or income <= 0 or not months.isdecimal() or not 1 <= int(months) <= 60:
        return None
    return bill(income, sector(values), str(values.get("programme", "")), None, submitted, int(months))


def total(priced: Price) -> Rupiah:
    return Rupiah(priced.total)


def _question(form: Form, name: str, words: Words) -> str:
    """The question in the words of its catalogue, without the parts that were filled in for the person."""
    key = f"{form.name}.{name}.ask"
    text = words.texts.get(key) or words.reference.get(key, "")
    return "" if "{" in text else text
