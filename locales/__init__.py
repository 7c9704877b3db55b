"""The words: gettext catalogues by language, read once. `id` is complete and the reference."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LANGUAGES = ("id", "en")
HERE = Path(__file__).parent


class Doubled(Exception):
    """A text key written twice in one language: it names the key and both files."""


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Read every catalogue of a language: text key → text."""
    texts: dict[str, str] = {}
    origin: dict[str, str] = {}
    for path in sorted((HERE / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language, abort_invalid=True):
                key = str(message.id)
                if not key or not message.string:
                    continue
                if key in texts:
                    raise Doubled(f"{key} is in {origin[key]} and in {path.name}; keep one")
                texts[key], origin[key] = str(message.string), path.name
    return texts
