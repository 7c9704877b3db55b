"""The words in which somebody hears what the agency said of them. NIK and member number are never in one message."""

from __future__ import annotations

import re

from bot.channels.channel import Outgoing
from bot.inert import inert
from bot.notices import TEMPLATE
from bot.results.line import meaning
from bot.results.outcome import News
from conversations.rules.protection import last_chance
from conversations.turn import Fact
from conversations.wording import Words
from storage.memberships import Membership

LONGEST_REASON = 200
_ADVICE = ("member", "identity", "age", "incomplete")
_LONG_NUMBER = re.compile(r"[0-9][0-9 .\-]{6,}[0-9]")


def news(words: Words, what: News, after: Membership, receipt: str, name: str, nik: str) -> Outgoing:
    """What a line of the list brings, as a message. name: first name, "" where it is gone; nik: theirs, "" likewise."""
    code = after.payment_code if after.payment_code != nik else ""
    key = what
    facts: dict[str, Fact] = {"name": name or receipt, "receipt": receipt, "kpj": after.kpj, "code": code}
    parts = []
    match what:
        case "registered":
            key_parts = ("registered", "kpj" if after.kpj else "", "code" if code else "nik", "unpaid")
            parts = [f"result.{part}" for part in key_parts if part]
        case "active" | "member":
            facts["until"] = after.paid_until
            parts = [f"result.{key}"]
        case "late":
            facts["until"] = after.paid_until
            facts["last"] = last_chance(after.paid_until) if after.paid_until else None
            parts = ["result.late", "result.code" if code else "result.nik"]
        case "ended":
            parts = ["result.ended"]
        case "refused":
            facts["reason"] = said_why(after.reason)
            about = meaning(after.reason)
            advice = about if about in _ADVICE else "other"
            parts = ["result.refused", *(["result.reason"] if facts["reason"] else []), f"result.advice.{advice}"]
    text = "\n\n".join(words.text(part, facts) for part in parts)
    return Outgoing(text, copy=code or after.kpj, template=TEMPLATE, variables=(receipt,))


def taken_back(words: Words, receipt: str, name: str) -> Outgoing:
    """What we told was wrong."""
    facts: dict[str, Fact] = {"name": name or receipt, "receipt": receipt}
    return Outgoing(words.text("result.taken_back", facts), template=TEMPLATE, variables=(receipt,))


def contradicted(words: Words, receipt: str, name: str, listed_on: Fact) -> Outgoing:
    """The list does not show a payment that was reported to us."""
    facts: dict[str, Fact] = {"name": name or receipt, "receipt": receipt, "listed_on": listed_on}
    return Outgoing(words.text("result.not_listed", facts), template=TEMPLATE, variables=(receipt,))


def said_why(remark: str) -> str:
    """The agency's reason as it may be read in a chat: one line, without long numbers."""
    short = inert(remark)[:LONGEST_REASON].strip()
    return _LONG_NUMBER.sub("•••", short)
