"""What holds for every field, whatever people send: it answers, at once, with codes that the wording knows."""

from __future__ import annotations

import importlib
import json
import pkgutil
import time
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import conversations.fields
from conversations.fields.field import Asking, Field, Forget, Narrowed, Problem, Reading, ReviewLine, Took, Unsure
from conversations.fields.one_of import OneOf, YesNo
from conversations.standing import remembered_facts
from conversations.turn import Fact, Json, Offered, Phrase
from tests.conversations.fields.labelled import asking

PARTS = ("question", "read", "pick", "shown", "samples")
WITH_OPTIONS = (
    OneOf("agree", "decline", yes="agree", no="decline"),
    OneOf("1", "3", "6", "12", priced=lambda value, _asking: {"amount": int(value)}),
    YesNo(reads_back=True),
)
SECONDS = 0.25  # of processor time for one reading, whatever else runs; the slow patterns this looks for take seconds

HOSTILE = (
    *(
        "a" * 29,
        "a" * 29 + "!",
        "0" * 500,
        "1" * 16,
        "9" * 500,
        "1." * 250,
        "1 " * 250,
        "-" * 500,
        " " * 500,
        "/" * 500,
    ),
    *("\0", "\0" * 500, "Siti\0Aminah", "\u202e3000 8 71", "\u200f" * 500, "a\u0301" * 250, "\u0301" * 500),
    *(
        "👍" * 500,
        "👨‍👩‍👧‍👦" * 70,
        "1️⃣",
        "🇮🇩",
        "１７－８－１９９５",
        "１２３４５６７８９０１２３４５６",
        "٣١٧٤٠٥٥٧٠٨٩٥٠٠٠٣",
    ),
    *("١٧-٨-١٩٩٥", "፩-፪-፫", "፩", "²³¹", "①②③", "½", "Ⅷ", "੩੧੭੪੦੫੫੭੦੮੯੫੦੦੦੩", "०८१२३४५६७८९०", "一九九五年八月"),
    *(
        "\ud800",
        "\ufffe\uffff",
        "\x1b[31m",
        "\r\n\r\n",
        "\t",
        "",
        "<script>",
        "{value}",
        "{0}",
        "%s",
        "=1+1",
        "*" * 500,
    ),
    *("rt " * 166, "rw" * 250, "rt/rw" * 100, "se" * 250, "satu" * 125, "satu " * 100, "sejuta" * 83, "seratus " * 62),
    *("juta " * 100, "setengah " * 55, "1,5" * 166, "1.000." * 83, "rp" * 250, "100rb" * 100, "a@" * 250, "@" * 500),
    *("a@a." * 125, "a@" + "a." * 240, "nama saya " * 50, "nik " * 125, "nomor hp saya " * 35, "o0" * 250, "l1" * 250),
    *(
        "oil0" * 125,
        "ya tapi " * 62,
        "tidak " * 83,
        "kel. " * 100,
        "jalan " * 83,
        "ojek " * 100,
        "+62" * 166,
        "(" * 500,
    ),
    *(
        "tanggal " * 62,
        "agustus " * 62,
        "agustuss" * 62,
        "17 agustus " * 45,
        "ß" * 500,
        "ﷺ" * 500,
        "İ" * 500,
        "'" * 500,
    ),
)


def found() -> Iterator[type]:
    """Every class in conversations/fields that can do what a field does."""
    for module in pkgutil.iter_modules(conversations.fields.__path__):
        for thing in vars(importlib.import_module(f"conversations.fields.{module.name}")).values():
            here = isinstance(thing, type) and thing.__module__ == f"conversations.fields.{module.name}"
            if here and all(hasattr(thing, part) for part in PARTS) and thing is not Field:
                yield thing


FIELDS: tuple[Field, ...] = (*WITH_OPTIONS, *(make() for make in found() if make is not OneOf))
every_field = pytest.mark.parametrize("field", FIELDS, ids=lambda field: type(field).__name__)


def situations(field: Field) -> Iterator[Asking]:
    """The question asked for the first time, with its options on the screen, with all that a channel can do."""
    first = asking(lines=(ReviewLine(1, "full_name", {"value": "Siti Aminah"}), ReviewLine(2, "rw", {"value": 5})))
    rich = replace(first, can=frozenset(("take_full_id", "share_contact")), own_phone="+6281234567890")
    for bare in (first, rich, replace(rich, own_phone="not a number")):
        yield bare
        options = field.question(bare).options
        yield replace(bare, offered=tuple(Offered(o.step, o.value, o.label or o.value) for o in options))
    yield replace(rich, offered=(Offered("form.step", "gone", "1"), Offered("form.step", "=keep", "Tetap")))


def width(fact: Fact | Json) -> int:
    return 0 if isinstance(fact, Phrase | date | datetime | type(None)) else len(str(fact))


def assert_declared(
    kind: str, code: str, facts: Mapping[str, object], known: Mapping[str, Mapping[str, object]]
) -> None:
    assert code in known, f"{kind} {code} is not declared"
    assert set(facts) == set(known[code]), f"{kind} {code} gives {set(facts)}"
    for name, fact in facts.items():
        longest = known[code][name]
        assert width(fact) <= width(longest), f"{kind} {code}: {name} can be longer than its sample"  # type: ignore[arg-type]


def assert_well_formed(field: Field, reading: Reading) -> None:
    """A reading is one that the engine can store, say and remember."""
    match reading:
        case Problem(code, facts):
            assert_declared("problem", code, facts, field.problems)
        case Unsure(value, code, facts, flags):
            assert_declared("doubt", code, facts, field.doubts)
            assert json.loads(json.dumps([value, facts, flags])) == [value, dict(facts), list(flags)]
            remembered_facts(facts)
            assert set(flags) <= set(getattr(field, "flags", ()))
        case Took(value, flags):
            assert json.loads(json.dumps(value)) == value
            assert value is None or field.shown(value)["value"] is not None
            assert set(flags) <= set(getattr(field, "flags", ()))
        case Narrowed(partial):
            assert json.loads(json.dumps(partial)) == partial
            assert partial is not None
        case Forget(step):
            assert step


def assert_answers(field: Field, text: str, asked: Asking) -> None:
    """Read a text, and where that is half an answer, read the same text as the other half too."""
    for _ in range(4):
        question = field.question(asked)
        assert question.part in field.parts, f"part {question.part} is not declared"
        assert set(question.facts) <= set(field.parts[question.part])
        before = time.thread_time()
        reading = field.read(text, asked)
        picked = field.pick(text, asked)
        assert time.thread_time() - before < SECONDS, f"{type(field).__name__} is slow on {text[:40]!r}"
        assert reading == field.read(text, asked)
        assert_well_formed(field, reading)
        assert_well_formed(field, picked)
        if not isinstance(reading, Narrowed):
            return
        asked = replace(asked, partial=reading.partial)


def test_every_field_is_looked_at() -> None:
    names = {type(field).__name__ for field in FIELDS}
    assert {"OneOf", "PersonName", "Email", "Rw", "Day", "Phone", "NationalId"} <= names


@every_field
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_hostile_text_is_answered_at_once(field: Field, text: str) -> None:
    for asked in situations(field):
        assert_answers(field, text, asked)
        assert_answers(field, unicodedata.normalize("NFKC", text).strip()[:500], asked)


PIECES = (
    *(
        "ya",
        "tidak",
        "tapi",
        "1",
        "2",
        "17",
        "8",
        "95",
        "1995",
        "agustus",
        "satu",
        "lima",
        "belas",
        "puluh",
        "se",
        "juta",
    ),
    *("rb", "rt", "rw", "nik", "3174055708950003", "0812", "3456789", "+62", "@", "gmail", ".com", "nama", "saya", "/"),
    *(
        "-",
        ".",
        ",",
        " ",
        " ",
        " ",
        "?",
        "o",
        "l",
        "👍",
        "\n",
        "'",
        "½",
        "٣",
        "sehari",
        "ojek",
        "kel",
        "palmerah",
        "agt",
    ),
)
typed = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=st.characters(categories=("Nd", "Nl", "No", "Po", "Pd", "Zs")), max_size=40),
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join),
)


@every_field
@settings(max_examples=150, deadline=None, derandomize=True)
@given(text=typed, data=st.data())
def test_any_text_at_all_is_answered(field: Field, text: str, data: st.DataObject) -> None:
    assert_answers(field, text, data.draw(st.sampled_from(list(situations(field)))))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@every_field
@settings(max_examples=60, deadline=None, derandomize=True)
@given(text=typed, partial=json_values)
def test_half_an_answer_from_an_older_version_breaks_nothing(field: Field, text: str, partial: Json) -> None:
    asked = asking(partial=partial, lines=(ReviewLine(1, "full_name", {"value": "Siti Aminah"}),))
    assert_answers(field, text, asked)


@every_field
def test_every_option_offered_can_be_tapped(field: Field) -> None:
    for asked in situations(field):
        for option in field.question(asked).options:
            assert option.step == asked.step
            assert not isinstance(field.pick(option.value, asked), Problem), option.value


@every_field
def test_every_option_that_has_a_text_is_declared_with_its_longest_facts(field: Field) -> None:
    declared = getattr(field, "options", None) or dict.fromkeys(getattr(field, "values", ()), None)
    for asked in situations(field):
        for option in field.question(asked).options:
            if option.label or option.key:
                continue
            assert option.value in declared, option.value
            for name, fact in option.facts.items() if declared[option.value] is not None else ():
                assert width(fact) <= width(declared[option.value][name])


@every_field
def test_every_sample_can_be_stored_and_shown(field: Field) -> None:
    assert field.samples()
    for value in field.samples():
        assert json.loads(json.dumps(value)) == (list(value) if isinstance(value, tuple) else value)
        if value is not None:
            shown = field.shown(value)
            assert "value" in shown
            assert all(isinstance(fact, str | int | date | None) for fact in shown.values())


@every_field
def test_every_sample_fact_can_be_said(field: Field) -> None:
    for facts in field.doubts.values():
        remembered_facts(facts)
        assert json.loads(json.dumps(dict(facts))) == dict(facts)
    for codes in (field.problems, field.parts):
        for facts in codes.values():
            assert all(isinstance(fact, str | int | date | None) for fact in facts.values())
    assert "ask" in field.parts
    assert field.problems
