"""Who runs this helper: names, contacts and hours from `rules/data/organisation.toml`, put into the texts once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_OURS = re.compile(r"\{our_([a-z_]+)\}")


class Unnamed(Exception):
    """A text names something about the organisation that its table does not hold."""


@cache
def organisation(language: str) -> Mapping[str, str]:
    """Read what people are told about us in one language."""
    table = tomllib.loads(
        (files("conversations.rules") / "data" / "organisation.toml").read_text(encoding="utf-8"),
    )
    return {name: str(value) for name, value in {**table["everywhere"], **table.get(language, {})}.items()}


def introduced(texts: Mapping[str, str], language: str) -> dict[str, str]:
    """Put the organisation's own facts into every text, so that a consent's version covers them too.

    Raises:
        Unnamed: a text asks for a fact that organisation.toml lacks.
    """
    ours = organisation(language)

    def put_in(key: str, text: str) -> str:
        try:
            return _OURS.sub(lambda found: ours[found[1]].replace("{", "{{").replace("}", "}}"), text)
        except KeyError as missing:
            raise Unnamed(f"{key} uses {{our_{missing.args[0]}}}; add it to organisation.toml [{language}]") from None

    return {key: put_in(key, text) for key, text in texts.items()}
