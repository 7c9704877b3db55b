"""Markup, menus as text and what a button carries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.channel import Limits, Outgoing
from bot.channels.rendering import clean, fits, numbered, pack, to_html, to_plain, unpack, width
from conversations.turn import Choice, Said, Sent, Tapped
from tests.doubles.telegram_html import read_html

TWO = (Choice("f.s", "a", "Ya"), Choice("f.s", "b", "Tidak"))


@pytest.mark.parametrize(
    ("text", "html", "plain"),
    [
        ("*Halo* kak", "<b>Halo</b> kak", "Halo kak"),
        ("*Iuran per bulan:* Rp16.800", "<b>Iuran per bulan:</b> Rp16.800", "Iuran per bulan: Rp16.800"),
        ("a < b & c", "a &lt; b &amp; c", "a < b & c"),
        ("2*3*4 dan * bintang *", "2*3*4 dan * bintang *", "2*3*4 dan * bintang *"),
        ("*tak ditutup", "*tak ditutup", "*tak ditutup"),
        ("*dua\nbaris*", "*dua\nbaris*", "*dua\nbaris*"),
        ("*<b>*", "<b>&lt;b&gt;</b>", "<b>"),
        ("*satu* *dua*", "<b>satu</b> <b>dua</b>", "satu dua"),
    ],
)
def test_bold_is_the_only_markup(text: str, html: str, plain: str) -> None:
    assert to_html(text) == html
    assert to_plain(text) == plain


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_any_text_becomes_html_telegram_takes_and_reads_as_the_plain_text(text: str) -> None:
    assert read_html(to_html(text))[0] == to_plain(text)


def test_a_menu_as_text_numbers_its_choices_from_one() -> None:
    assert numbered("Setuju?", TWO) == "Setuju?\n\n1. Ya\n2. Tidak"
    assert numbered("Halo", ()) == "Halo"


def test_length_counts_as_the_platforms_count() -> None:
    assert [width(text) for text in ("abc", "é", "😀")] == [3, 1, 2]


@pytest.mark.parametrize(
    ("limits", "fit"),
    [
        (Limits(text=20, buttons=3, label=5), True),
        (Limits(text=20, buttons=1, label=5, rows=10), True),
        (Limits(text=20, buttons=1, label=5), False),
        (Limits(text=20, buttons=3, label=4), False),
        (Limits(text=6, buttons=3, label=5), False),
    ],
)
def test_a_message_fits_or_its_choices_are_numbered(limits: Limits, fit: bool) -> None:
    assert fits(limits, Outgoing("Setuju?", TWO)) is fit


@given(st.text(st.characters(exclude_characters="|"), min_size=1, max_size=12), st.text(max_size=80))
def test_a_button_brings_back_its_step_and_value_or_its_label(step: str, value: str) -> None:
    step, value = clean(step) or "s", clean(value)
    data = pack(step, value, 64)
    assert len(data.encode()) <= 64
    whole = len(f"1|{step}|{value}".encode()) <= 64 and not value.startswith("#")
    assert unpack(data, "Ya") == (Tapped(step, value) if whole else Said("Ya"))


def test_values_that_share_a_beginning_get_different_buttons() -> None:
    assert pack("f.s", "x" * 90, 64) != pack("f.s", "x" * 91, 64)


@pytest.mark.parametrize("step", ["a|b", "s" * 60])
def test_a_step_that_cannot_be_on_a_button_is_our_mistake(step: str) -> None:
    with pytest.raises(ValueError, match="step"):
        pack(step, "value-" * 10, 64)


@pytest.mark.parametrize("data", ["", "1", "1|", "1||x", "2|f.s|a", "agree", "1|f.s", "1|f.s|#0a"])
def test_a_button_of_another_age_counts_as_its_label(data: str) -> None:
    assert unpack(data, "Ya") == Said("Ya")
    assert unpack(data, "") == Sent("button")


def test_text_that_cannot_be_stored_is_mended() -> None:
    assert clean("a\ud83db\0c é") == "a?bc é"
