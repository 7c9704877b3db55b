"""Wording: replies become one message in one language. Values are put in by their type, with their markup taken out."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal

from conversations.turn import Choice, Fact, Message, Month, Offered, Option, Phrase, Reply, Rupiah

_MARKUP = re.compile(r"[*`~]")
_SPACES = re.compile(r"\s+")


class Unwritten(Exception):
    """A text key that no catalogue holds, or whose placeholder nobody fills: our mistake, caught by lint."""


@dataclass(frozen=True)
class Words:
    """The texts of one language, with the reference language behind it.

    zone: only for formatting moments, which reach wording as UTC.
    """

    language: str
    texts: Mapping[str, str]
    reference: Mapping[str, str]

    def number(self, n: int) -> str:
        """Write a number as the language does: 12.015."""
        return str(format_decimal(n, "#,##0", locale=self.language))

    def text(self, key: str, facts: Mapping[str, Fact] | None = None) -> str:
        """Say one text.

        Raises:
            Unwritten: the key or one of its placeholders is missing.
        """
        pattern = self.texts.get(key) or self.reference.get(key)
        if pattern is None:
            raise Unwritten(f"no text for {key} in {self.language}")
        if not facts or "{" not in pattern:
            return pattern
        try:
            plain_facts = {name: fact for name, fact in facts.items() if not isinstance(fact, Phrase)}
            written = {name: self.value(fact) for name, fact in plain_facts.items()}
            # A phrase may use the facts it is said among, but no other phrase.
            phrases = {name: self.text(fact, plain_facts) for name, fact in facts.items() if isinstance(fact, Phrase)}
            return pattern.format_map(written | phrases)
        except (KeyError, IndexError, ValueError) as error:
            raise Unwritten(f"{key} in {self.language}: nobody fills {error}") from None

    def value(self, fact: Fact) -> str:
        """Write a value by its type: rupiah as Rp16.800, a date as 31 Desember 2026, a phrase as its text."""
        match fact:
            case None:
                return ""
            case Rupiah():
                return _rupiah(int(fact), self.language)
            case int():
                return str(fact)
            case datetime():
                return format_date(fact.date(), "d MMMM y", locale=self.language)
            case Month():
                return format_date(fact, "MMMM y", locale=self.language)
            case date():
                return format_date(fact, "d MMMM y", locale=self.language)
            case Phrase():
                return self.text(fact)
            case str():
                return plain(fact)

    def label(self, option: Option) -> str:
        """Write an option's label."""
        return plain(option.label) if option.label else self.text(option.key, option.facts)

    def version(self, key: str) -> str:
        """Name the exact wording of a text, for the proof of a consent: language and the start of its SHA-256."""
        return f"{self.language}-{hashlib.sha256(self.text(key).encode()).hexdigest()[:12]}"

    def render(self, replies: Sequence[Reply], link: str = "") -> Message:
        """Put everything said in one turn into one message: paragraphs, then the options of all of them."""
        paragraphs = [self._paragraph(reply, link) for reply in replies]
        options = [option for reply in replies for option in reply.options]
        return Message(
            text="\n\n".join(p for p in paragraphs if p),
            choices=tuple(Choice(o.step, o.value, self.label(o)) for o in options),
            share_contact=self.text("engine.share_contact") if any(r.share_contact for r in replies) else "",
            private=any(reply.private for reply in replies),
            copy=next((reply.copy for reply in replies if reply.copy), ""),
            template=next((reply.template for reply in replies if reply.template), ""),
            variables=next((tuple(map(self.value, r.variables)) for r in replies if r.template), ()),
            paper=next((reply.paper for reply in replies if reply.paper), None),
        )

    def _paragraph(self, reply: Reply, link: str) -> str:
        facts = {**reply.facts, "link": link} if reply.link else reply.facts
        text = self.text(reply.key, facts)
        if reply.in_short:
            text = question_of(text)
        if reply.lines:
            text += "\n" + "\n".join(self.text(key, line) for key, line in reply.lines)
        if reply.progress:
            n, total = reply.progress
            text = self.text("engine.progress", {"n": n, "total": total}) + " " + text
        return text


def question_of(text: str) -> str:
    """The line of a text that asks, without what explains it; of one that asks nothing, its first line."""
    said = [line for line in text.split("\n") if line.strip()]
    return next((line for line in reversed(said) if "?" in line), said[0])


@lru_cache(maxsize=4096)
def _rupiah(amount: int, language: str) -> str:
    return "Rp" + format_decimal(amount, "#,##0", locale=language)


def offered(message: Message) -> tuple[Offered, ...]:
    """Remember a message's options as the person sees them."""
    return tuple(Offered(choice.step, choice.value, choice.label) for choice in message.choices)


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Take markup, control and direction characters out of a value, so that it is shown as what it is: text."""
    if text.isascii() and text.isalnum():
        return text
    kept = "".join(" " if c in "\n\r\t" else c for c in text if c in "\n\r\t" or unicodedata.category(c)[0] != "C")
    return _SPACES.sub(" ", _MARKUP.sub("", kept)).strip()
