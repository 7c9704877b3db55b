"""CETAK and BACAKAN: a receipt to hand to somebody without a phone, and to read out to who cannot read it.

It holds a first name and the receipt's number, and nothing else of the person. Of somebody helped it can be asked for
during some days: long enough to find a printer, too short for a register of the neighbourhood on one phone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from conversations.questions import buttons
from conversations.talking import Decided, House, leading_back
from conversations.turn import Fact, Inbound, Json, Option, Paper, Phrase, Reply, Talk, Wants

KEPT = timedelta(days=7)  # after the form of somebody helped was sent in
PICTURE = "picture"
SIZES = (PICTURE, "a6", "58mm", "80mm")  # a picture for the chat; the others are a PDF
LISTED = 8  # people whose receipts are offered at once: the newest
NAMED = 17  # letters of a name that share a button with the end of a number
_END = len("92XM-C")


def to_print(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """CETAK, or a button that says whose and on what: "TK-7Q4F-92XM-C/a6"."""
    receipt, _, size = argument.partition("/")
    asked: dict[str, Json] = {"receipt": receipt, "size": size if size in SIZES else PICTURE}
    return Decided(talk, effects=(Wants("print", asked),))


def to_read_out(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """BACAKAN, or a button that says whose."""
    return Decided(talk, effects=(Wants("aloud", {"receipt": argument}),))


def tell_print(house: House, talk: Talk, inbound: Inbound, facts: Mapping[str, Json]) -> Decided:
    """Send the receipt, or ask whose."""
    one = _only(facts)
    if one is None:
        return _instead(talk, facts, "print")
    size, receipt, who = str(facts["size"]), str(one["receipt"]), _who(one)
    file = Reply("printing.file", {"who": who, "paper": Phrase(f"printing.paper.{size}")})
    said = replace(Reply("printing.here", {"who": who}) if size == PICTURE else file, paper=Paper(receipt, size))
    if size != PICTURE and "caption_files" not in inbound.can:
        return Decided(talk, (said,))  # where the words may not be seen there are no buttons either
    until = (Reply("printing.until", {"until": _day(str(one["until"]), inbound)}),) if one.get("until") else ()
    others = tuple(Option("!", f"print:{receipt}/{s}", key=f"printing.size.{s}") for s in SIZES if s != size)
    options = (*others, Option("!", f"aloud:{receipt}", key="command.aloud"), *buttons("menu"))
    replies = [said, *until]
    replies[-1] = replace(replies[-1], options=options)
    return Decided(talk, leading_back(talk, tuple(replies)))


def tell_aloud(house: House, talk: Talk, inbound: Inbound, facts: Mapping[str, Json]) -> Decided:
    """Say it in words that one person reads to another, the number twice."""
    one = _only(facts)
    if one is None:
        return _instead(talk, facts, "aloud")
    number = (("aloud.number", spelled(str(one["receipt"]))),)
    told: dict[str, Fact] = {"who": _who(one), "day": _day(str(one["at"]), inbound)}
    options = (Option("!", f"print:{one['receipt']}", key="command.print"), *buttons("menu"))
    news = (Reply("aloud.news"),) if one.get("until") else ()
    said = (Reply("aloud.text", told, lines=number), Reply("aloud.again", lines=number), *news)
    return Decided(talk, leading_back(talk, (*said, Reply("aloud.then", options=options))))


def spelled(receipt: str) -> Mapping[str, Fact]:
    """A receipt's signs after its beginning, each as it is said: letters by themselves, digits as words."""
    signs = receipt.replace("-", "").removeprefix("TK")
    return {
        name: Phrase(f"aloud.digit.{sign}") if sign.isdigit() else sign
        for name, sign in zip("abcdefghi", signs, strict=True)
    }


def _only(facts: Mapping[str, Json]) -> Mapping[str, Json] | None:
    found = cast("list[Mapping[str, Json]]", facts["people"])
    return found[0] if len(found) == 1 else None


def _instead(talk: Talk, facts: Mapping[str, Json], command: str) -> Decided:
    """Nobody, or several: then it is asked whose, by first names, with the number's end where two are called alike."""
    found = cast("list[Mapping[str, Json]]", facts["people"])
    if not found:
        said = Reply("printing.gone", options=buttons("help", "menu"))
        none = Reply("printing.none", options=buttons("register", "help_other", "menu"))
        return Decided(talk, leading_back(talk, (said if facts["receipt"] else none,)))
    size = f"/{facts['size']}" if "size" in facts else ""
    names = [str(one["who"]) for one in found]
    options = tuple(
        Option("!", f"{command}:{one['receipt']}{size}", label=_label(one, alone=names.count(str(one["who"])) == 1))
        for one in found
    )
    return Decided(talk, leading_back(talk, (Reply("printing.whose", options=(*options, *buttons("menu"))),)))


def _label(one: Mapping[str, Json], *, alone: bool) -> str:
    who, receipt = str(one["who"]), str(one["receipt"])
    if who and alone:
        return who
    return f"{who[:NAMED]} {receipt[-_END:]}" if who else receipt


def _who(one: Mapping[str, Json]) -> Fact:
    return str(one["who"]) or Phrase("printing.somebody")


def _day(at: str, inbound: Inbound) -> date:
    """The day of a moment where the people are."""
    return datetime.fromisoformat(at).astimezone(ZoneInfo(inbound.zone)).date()
