"""Reading labelled corpora: what people typed, what it means, and how far a field may be from it.

Expected readings are written as "took VALUE", "sure VALUE" (a yes is asked for), "problem CODE" or "half" (the next
part is asked). A silent wrong is an answer taken at once that the person did not give.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

from conversations.fields.field import Asking, Field, Forget, Narrowed, Problem, Reading, Took, Unsure
from conversations.turn import Offered

TODAY = date(2026, 11, 24)


def asking(**known: object) -> Asking:
    """A question of a made-up form, asked on the fixed day."""
    return replace(Asking("form.step", {}, TODAY), **known)  # type: ignore[arg-type]


def offering(*labels: tuple[str, str], **known: object) -> Asking:
    """A question with these (value, label) options on the screen."""
    return asking(offered=tuple(Offered("form.step", value, label) for value, label in labels), **known)


def told(reading: Reading) -> str:
    """Write a reading as the corpora do."""
    match reading:
        case Took(dict() as value):
            return f"took {value['code']}"
        case Unsure(dict() as value):
            return f"sure {value['code']}"
        case Took(value):
            return f"took {value}"
        case Unsure(value):
            return f"sure {value}"
        case Problem(code):
            return f"problem {code}"
        case Narrowed():
            return "half"
        case Forget(step):
            return f"forget {step}"


def corpus(name: str) -> list[tuple[str, str]]:
    """Read a labelled file: columns text, expected."""
    with (Path(__file__).parent / f"corpus_{name}.csv").open(newline="", encoding="utf-8") as lines:
        return [(row["text"], row["expected"]) for row in csv.DictReader(lines)]


def assert_understood(name: str, field: Field, asked: Asking, at_least: int) -> None:
    """Nothing is taken silently that was not said, and 95 of 100 readings are the labelled ones."""
    rows = corpus(name)
    readings = [(text, expected, told(field.read(text, asked))) for text, expected in rows]
    wrong = [row for row in readings if row[1] != row[2]]
    silent = [row for row in wrong if row[2].startswith("took")]
    share = 1 - len(wrong) / len(rows)
    print(f"{name}: {len(rows)} texts, {share:.1%} right, {len(silent)} silently wrong, off: {wrong}")
    assert len({text for text, _ in rows}) == len(rows) >= at_least
    assert not silent
    assert share >= 0.95, wrong
