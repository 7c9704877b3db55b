"""What people hear of the agency's answers: complete in both languages, within every channel, and never too much."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.pofile import read_po

from bot.channels.channel import Outgoing
from bot.channels.telegram import Telegram
from bot.channels.whatsapp import WhatsApp
from bot.house import build_house
from bot.results import telling
from bot.results.outcome import News
from bot.results.tables import rows
from conversations.lint import placeholders
from locales import HERE, LANGUAGES, catalogue
from storage.memberships import Membership, State
from storage.queue import STATES
from tests.bot.results.lists import NOW, SITI

STATE: dict[str, State] = {"refused": "refused", "ended": "ended", "registered": "registered"}
RECEIPT = "TK-7Q4F-92XM-C"


def said(what: News, language: str = "id", **changes: object) -> Outgoing:
    given: dict[str, object] = {
        "kpj": "26012345678", "payment_code": "8100123456", "reason": "NIK TIDAK SESUAI",
        "paid_until": date(2026, 12, 31), **changes,
    }  # fmt: skip
    membership = Membership(1, 1, STATE.get(what, "active"), NOW, **given)  # type: ignore[arg-type]
    return telling.news(build_house().words[language], what, membership, RECEIPT, "Siti", SITI)


EVERY: list[News] = [what for what in get_args(News) if what]


def texts(language: str) -> dict[str, str]:
    with (HERE / language / "results.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale=language) if m.id}


def test_both_languages_say_the_same_things_with_the_same_facts() -> None:
    indonesian, english = texts("id"), texts("en")
    assert list(indonesian) == list(english)
    for key in indonesian:
        assert placeholders(indonesian[key]) == placeholders(english[key]), key


@pytest.mark.parametrize(("what", "language"), list(product(EVERY, LANGUAGES)))
def test_every_news_fits_every_channel_and_holds_no_nik(what: News, language: str) -> None:
    for nik_as_code in ("8100123456", SITI, ""):
        outgoing = said(what, language, payment_code=nik_as_code, reason=f"{SITI} " * 30)
        assert len(outgoing.text) <= min(Telegram.limits.text, WhatsApp.limits.text, 1024)
        assert SITI not in outgoing.text + outgoing.copy
        assert (outgoing.template, outgoing.variables) == ("result_ready", (RECEIPT,))


def test_the_payment_code_is_what_can_be_copied_and_else_the_member_number() -> None:
    assert said("registered").copy == "8100123456"
    assert said("registered", payment_code="").copy == "26012345678"


def test_who_is_late_hears_until_when_paying_still_continues_it() -> None:
    assert "sebelum *31 Maret 2027*" in said("late").text


def test_a_reason_is_read_as_one_line_without_long_numbers() -> None:
    assert telling.said_why(f"NIK {SITI} a.n. Budi 0812 3456 7890\u202e") == "NIK ••• a.n. Budi •••"
    assert telling.said_why("USIA 65 TAHUN") == "USIA 65 TAHUN"
    assert len(telling.said_why("x" * 5000)) == telling.LONGEST_REASON


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_told_wrongly_and_what_is_not_listed_are_said_plainly(language: str) -> None:
    words = build_house().words[language]
    for outgoing in (
        telling.taken_back(words, RECEIPT, ""),
        telling.contradicted(words, RECEIPT, "Siti", date(2026, 11, 23)),
    ):
        assert RECEIPT in outgoing.text or "Siti" in outgoing.text
        assert len(outgoing.text) <= 1024


def test_every_meaning_of_a_refusal_has_its_advice_and_every_state_its_decision() -> None:
    meanings = {row["means"] for row in rows("words") if row["column"] == "remark"} - {"eligible"}
    outcomes = {"registered", "waiting_for_payment", "active", "late", "lapsed", "refused"}
    assert outcomes <= set(STATES)
    for language in LANGUAGES:
        known = catalogue(language)
        assert {f"result.advice.{one}" for one in (*meanings, "other")} <= set(known)
        assert {f"admin.decision.result_{one}" for one in (*outcomes, "undone")} <= set(known)
        assert {f"admin.state.{one}" for one in outcomes} <= set(known)


def test_no_text_of_the_catalogue_is_never_said() -> None:
    code = "".join(
        path.read_text()
        for folder in ("bot/results", "bot/admin", "bot/admin/templates")
        for path in sorted(Path(folder).glob("*.*"))
        if path.suffix in (".py", ".html")
    )
    for key in texts("id"):
        beginnings = [key[: n + 1] for n, sign in enumerate(key) if sign == "."] + [f"{key.rpartition('_')[0]}_"]
        last = key.rpartition(".")[2]
        assert key in code or (
            any(f'"{one}' in code for one in beginnings[1:]) and (last in code or "decision" in key)
        ), key
