"""The pages' texts: the same in every language, all used, and every text a template says is there."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import bot
from bot.channels.telegram import Telegram
from bot.channels.whatsapp import WhatsApp
from bot.house import build_house
from conversations.lint import placeholders
from locales import HERE, catalogue

FILES = (
    *("pages.po", "admin.po", "desk.po", "batches.po", "notices.po", "helpdesk.po", "security.po"),
    *("dashboard.po", "decisions.po", "volunteers.po"),
)
ROOT = Path(bot.__file__).parent
TEMPLATES = sorted([*(ROOT / "pages" / "templates").glob("*.html"), *(ROOT / "admin" / "templates").glob("*.html")])
FOLDERS = ("admin", "pages", "posters", "public")
CODE = sorted(path for folder in FOLDERS for path in (ROOT / folder).glob("*.py"))


def texts(language: str, name: str) -> dict[str, str]:
    with (HERE / language / name).open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale=language) if m.id}


@pytest.mark.parametrize("name", FILES)
def test_both_languages_say_the_same_things_with_the_same_facts(name: str) -> None:
    indonesian, english = texts("id", name), texts("en", name)
    assert list(indonesian) == list(english)
    for key in indonesian:
        assert placeholders(indonesian[key]) == placeholders(english[key]), key
        assert indonesian[key] and english[key], key


def test_every_text_a_template_names_is_there() -> None:
    known = catalogue("id")
    for template in TEMPLATES:
        for key in re.findall(r"\bt\(\s*[\"']([a-z_.0-9]+)[\"']\s*[,)]", template.read_text()):
            assert key in known, f"{template.name} says {key}"


def test_every_text_is_said_somewhere() -> None:
    """A key counts as said when it, or a beginning of it that is put together with something, stands in the code."""
    written = "".join(path.read_text() for path in [*TEMPLATES, *CODE, ROOT / "notices.py", ROOT / "batches.py"])
    begun = set(re.findall(r"[\"'fF]((?:pages|admin|export|notice)\.[a-z_.0-9]*)[\"'{]", written))
    for name in FILES:
        for key in texts("id", name):
            parts = [key[: n + 1] for n, c in enumerate(key) if c == "."]
            assert key in begun or begun & set(parts), f"nobody says {key}"


def test_templates_and_code_hold_no_sentence_of_their_own() -> None:
    for template in TEMPLATES:
        text = re.sub(r"(home|body_class) %\}[^{]*", "%}", template.read_text())  # an address, a class
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]+>", " ", text, flags=re.DOTALL)
        assert re.findall(r"[A-Za-z]{4,}", text) == [], template.name


@pytest.mark.parametrize(("language", "key"), list(product(("id", "en"), texts("id", "notices.po"))))
def test_a_notice_fits_every_channel(language: str, key: str) -> None:
    said = build_house().words[language].text(key, {"receipt": "TK-7Q4F-92XM-C"})
    assert len(said) <= min(Telegram.limits.text, WhatsApp.limits.text, 1024)
