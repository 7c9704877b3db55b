"""Lint finds what it is for, and finds nothing in what we ship."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.channels.telegram import Telegram
from bot.channels.web import Web
from bot.channels.whatsapp import WhatsApp
from conversations.commands import WORDS
from conversations.fields.one_of import OneOf
from conversations.fields.text import PersonName
from conversations.form import Ask, Form
from conversations.forms import FORMS
from conversations.keys import expected
from conversations.lint import READ, lint, sentences
from conversations.organisation import Unnamed, introduced, organisation
from locales import LANGUAGES, catalogue

LIMITS = {channel.name: channel.limits for channel in (Telegram, WhatsApp, Web)}
TRIAL = Form("trial", (Ask("name", PersonName()), Ask("send", OneOf("send", "wait"), listed=False)))
SOURCES = Path(__file__).parents[2] / "conversations"


def trial() -> dict[str, dict[str, str]]:
    """Catalogues of a small form in which nothing is wrong."""
    of_forms = expected(FORMS.values()).keys() - expected([]).keys()
    texts = {key: text for key, text in catalogue("id").items() if key not in of_forms}
    for key, entry in expected([TRIAL]).items():
        if key.startswith("trial."):
            filled = " ".join(f"{{{name}}}" for name in entry.samples[0])
            texts[key] = filled if filled and entry.kind != "label" else "Contoh"
    return {"id": introduced(texts, "id"), "en": introduced({**texts, **_english(texts)}, "en")}


def _english(texts: dict[str, str]) -> dict[str, str]:
    return {key: catalogue("en").get(key, text.replace("Contoh", "Example")) for key, text in texts.items()}


def findings(language: str, key: str, text: str | None) -> list[str]:
    """Plant one text (or take it out) and list what lint says then."""
    texts = trial()
    if text is None:
        del texts[language][key]
    else:
        texts[language][key] = text
    return [str(finding) for finding in lint({"trial": TRIAL}, texts, LIMITS)]


def test_nothing_is_wrong_with_what_we_ship() -> None:
    assert [str(f) for f in lint(FORMS, {name: catalogue(name) for name in LANGUAGES}, LIMITS)] == []


def test_nothing_is_wrong_with_the_trial_form() -> None:
    assert [str(finding) for finding in lint({"trial": TRIAL}, trial(), LIMITS)] == []


@dataclass(frozen=True)
class Planted:
    """A defect, and the words lint finds for it."""

    language: str
    key: str
    text: str | None
    finding: str


DEFECTS = {
    "a text missing in one language": Planted("en", "trial.name.ask", None, "en trial.name.ask: is missing"),
    "a text nobody says": Planted("id", "trial.name.hello", "Halo", "id trial.name.hello: is never said"),
    "other placeholders than the reference": Planted("en", "trial.name.took", "Thanks", "uses none, id uses value"),
    "a placeholder nobody fills": Planted("id", "trial.name.took", "{value} {age}", "nobody fills {age}"),
    "a broken placeholder": Planted("id", "trial.name.took", "{value", "has a broken placeholder"),
    "a promise": Planted("id", "trial.name.help", "Dana pasti cair.", "says “pasti”"),
    "a threat": Planted("en", "trial.name.help", "You must pay.", "says “must”"),
    "an odd star": Planted("id", "trial.name.help", "Ketik *YA", "has an odd number of *"),
    "a link inside a line": Planted("id", "trial.name.help", "Buka https://x.id ya", "has a link inside a line"),
    "a sentence without end": Planted("id", "trial.name.help", "kata " * 21, "has a sentence of 21 words"),
    "long sentences": Planted("id", "trial.name.help", "kata " * 13, "averages 13.0 words a sentence"),
    "long sentences in a notice": Planted("id", "notice.approved", "kata " * 13, "averages 13.0 words a sentence"),
    "long sentences on a page": Planted("en", "pages.home.what.text", "word " * 13, "averages 13.0 words a sentence"),
    "long sentences on Telegram": Planted("id", "telegram.description", "kata " * 21, "has a sentence of 21 words"),
    "two questions": Planted("id", "trial.name.ask", "Contoh? Ya?", "asks more than one question"),
    "a question without an example": Planted("id", "trial.name.ask", "Siapa namanya?", "has no example"),
    "a label too long for three buttons": Planted("id", "trial.send.option.send", "W" * 21, "characters, over 20"),
    "a label too long for any list": Planted("id", "command.menu", "W" * 25, "on a button"),
    "a message too long for WhatsApp": Planted("id", "trial.name.ask", "Contoh. " * 200, "whatsapp takes 1600"),
    "a description too long for Telegram": Planted("id", "telegram.about", "W" * 121, "is longer than 120"),
}


@pytest.mark.parametrize("planted", DEFECTS.values(), ids=DEFECTS.keys())
def test_lint_finds(planted: Planted) -> None:
    found = findings(planted.language, planted.key, planted.text)
    assert any(planted.finding in finding for finding in found), found


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_a_person_reads_is_kept_short(language: str) -> None:
    """A new family of texts is either said by the conversation, or read on a page, or for the desk alone."""
    known = {key.partition(".")[0] for key in expected(FORMS.values())} | {*READ, "admin"}
    assert {key.partition(".")[0] for key in catalogue(language)} <= known


def test_a_link_on_its_own_line_and_a_url_in_words_are_told_apart() -> None:
    assert not any("link" in finding for finding in findings("id", "trial.name.help", "Buka ini:\nhttps://x.id/bpu"))


def test_sentences_end_at_signs_and_at_lines() -> None:
    assert sentences("Siapa nama Kakak?\nContoh: *Siti*. Satu kata juga boleh") == [
        "Siapa nama Kakak?",
        "Contoh: Siti.",
        "Satu kata juga boleh",
    ]


# ---- keys named in code --------------------------------------------------------------------------------------------


def _written_keys() -> set[str]:
    """Find every literal text key that our code says: the first argument of Reply and Phrase, and `key=`."""
    found = set()
    for path in SOURCES.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.id if isinstance(node.func, ast.Name) else ""
            given = [*node.args[:1]] if called in ("Reply", "Phrase") else []
            given += [k.value for k in node.keywords if k.arg == "key" and called == "Option"]
            found |= {arg.value for arg in given if isinstance(arg, ast.Constant) and isinstance(arg.value, str)}
    return found


def test_every_key_written_in_code_is_expected_by_lint() -> None:
    assert _written_keys() - set(expected(FORMS.values())) == set()
    assert len(_written_keys()) > 30


def test_every_command_has_a_label() -> None:
    names = {name for name in WORDS if ":" not in name and name not in ("hello", "open")}
    assert {f"command.{name}" for name in names} <= set(catalogue("id"))


# ---- who we are ----------------------------------------------------------------------------------------------------


def test_every_language_is_told_the_same_facts_about_us() -> None:
    assert {frozenset(organisation(language)) for language in LANGUAGES} == {frozenset(organisation("id"))}


def test_a_text_naming_what_the_table_lacks_is_our_mistake() -> None:
    with pytest.raises(Unnamed, match=r"organisation\.toml"):
        introduced({"trial": "Hubungi {our_fax}"}, "id")


def test_a_consents_version_covers_who_we_are() -> None:
    assert organisation("id")["unit"] in introduced(catalogue("id"), "id")["registration.consent.ask"]
