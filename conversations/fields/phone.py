"""A mobile number in Indonesia, one's own or another, or none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import phonenumbers
from phonenumbers import PhoneNumberType

from conversations.fields.choice import choose
from conversations.fields.field import Asking, Problem, Question, Reading, Took, Unsure
from conversations.fields.nothing import says_none
from conversations.fields.numbers import DIGITS
from conversations.fields.stance import NO
from conversations.fields.text import clip
from conversations.rules.spelling import fold, words
from conversations.turn import Fact, Json, Option

_OWN = (
    *("ya", "iya", "y", "ini", "sama", "nomor ini", "no ini", "nomer ini", "yang ini", "nomor yang ini", "no yang ini"),
    *("wa ini", "no wa ini", "nomor wa ini", "nomor saya ini", "pakai ini", "pake ini", "pakai yang ini", "ini aja"),
    *("pakai nomor ini", "pake nomor ini", "yang ini aja", "sama aja", "same", "this one", "this number"),
)
_THINGS = tuple(words("hp nomor no nomer telepon telp handphone wa whatsapp ponsel phone number"))
_WORDS: Mapping[str, tuple[str, ...]] = {"own": _OWN}
_LEAD = re.compile(
    r"(?:(?:no|nomor|nomornya|nomer|nmr|hp|wa|whatsapp|telp|telepon|tlp|handphone|saya|sy|aku|gue|ku|ini|nya|adalah|itu|kak)(?![a-z])"
    r"[\s.:=]*)+"
)
_ANOTHER = re.compile(r" ?/ ?| (?=(?:\+62|62|0)8)")  # a second number begins
_FIGURES = re.compile(r"\+?[0-9oOlI][0-9oOlI .\-()/]{5,24}[0-9oOlI](?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class Phone:
    """E.164, or nothing. The sender's own number is offered where the channel gives it."""

    reads_back: bool = True
    problems: Mapping[str, Mapping[str, Fact]] = field(
        default_factory=lambda: {
            "no_number": {},
            "too_short": {"n": 999},
            "too_long": {"n": 999},
            "not_mobile": {},
            "not_indonesian": {},
            "several": {},
        }
    )
    doubts: Mapping[str, Mapping[str, Json]] = field(
        default_factory=lambda: {code: {"phone": "0812-3456-78901"} for code in ("letters", "found")}
    )
    parts: Mapping[str, Mapping[str, Fact]] = field(default_factory=lambda: {"ask": {}, "ask_own": {}})
    options: Mapping[str, Mapping[str, Fact]] = field(
        default_factory=lambda: {"own": {"phone": "0812••••••890"}, "none": {}}
    )

    def question(self, asking: Asking) -> Question:
        """Offer the own number where it is known, else the platform's contact button where there is one."""
        none = Option(asking.step, "none")
        if asking.own_phone and read_mobile(asking.own_phone):
            own = Option(asking.step, "own", facts={"phone": mask(asking.own_phone)})
            return Question("ask_own", options=(own, none))
        return Question(options=(none,), share_contact="share_contact" in asking.can)

    def read(self, text: str, asking: Asking) -> Reading:
        """Read a number as typed; letters that look like digits are offered as digits."""
        typed = clip(text)
        if _refuses_own(typed, asking):
            return Problem("no_number")
        chosen = choose(typed, asking.offered, _WORDS)
        if chosen in ("own", "none"):
            return self.pick(str(chosen), asking)
        if asking.own_phone and (fold(typed) in _OWN or _means_this(typed)):
            return self.pick("own", asking)
        if says_none(typed, *_THINGS):
            return Took(None)
        lead = _LEAD.match(typed.casefold())
        bare = typed[lead.end() :] if lead else typed
        if told := _spoken(bare):
            return Unsure(told, "found", {"phone": spaced(told)})
        runs = _FIGURES.findall(bare)
        figures = [part for run in runs for part in ([run] if read_mobile(run) else _ANOTHER.split(run))]
        found = list(dict.fromkeys(figure for figure in figures if sum("0" <= c <= "9" for c in figure) >= 6))
        if len({read_mobile(figure) or figure for figure in found}) > 1:
            return Problem("several")
        if not found:
            digits = sum("0" <= c <= "9" for c in bare)
            return Problem("too_short", {"n": digits}) if 2 < digits < 9 else Problem("no_number")
        return _judged(found[0], bare)

    def pick(self, value: str, asking: Asking) -> Reading:
        """Take "own" or "none"."""
        if value == "none":
            return Took(None)
        number = read_mobile(asking.own_phone or "") if value == "own" else None
        return Took(number) if number else Problem("no_number")

    def shown(self, value: Json) -> Mapping[str, Fact]:
        """Show it masked in the middle."""
        return {"value": None if value is None else mask(str(value))}

    def samples(self) -> tuple[Json, ...]:
        """Made-up numbers, and none."""
        return (None, "+6281234567890", "+6281234567890123"[:15])


def _refuses_own(typed: str, asking: Asking) -> bool:
    """A bare no, where the own number is offered, may mean that it is another one."""
    bare = fold(typed) in NO
    return bare and any(option.value == "own" for option in asking.offered)


def _means_this(typed: str) -> bool:
    """Hear "iya pakai nomor ini saja": this one, with no other number and no "not" beside it."""
    said = words(typed)
    return "ini" in said and not set(said) & {*NO, "lain", "another"} and not any(c.isdigit() for c in typed)


def _spoken(typed: str) -> str | None:
    """Read a number told in words, digit by digit."""
    said = words(typed)
    if len(said) < 9 or not all(word in DIGITS for word in said):
        return None
    return read_mobile("".join(str(DIGITS[word]) for word in said))


def _judged(figure: str, typed: str) -> Reading:
    digits = figure.translate(str.maketrans("oOlI", "0011"))
    plain = re.sub(r"[^0-9+]", "", digits)
    number = read_mobile(plain)
    if number is None:
        return _trouble(plain)
    if re.search(r"[oOlI]", figure):
        return Unsure(number, "letters", {"phone": spaced(number)})
    others = typed.replace(figure, " ")
    if any(c.isalnum() for c in others) and not set(fold(others).split()) <= {"kak", "ya", "wa", "hp", "aktif", "ini"}:
        return Unsure(number, "found", {"phone": spaced(number)})
    return Took(number)


def read_mobile(text: str) -> str | None:
    """Read a mobile number in Indonesia as E.164, or None."""
    plain = re.sub(r"[^0-9+]", "", text)
    if plain.startswith("62"):
        plain = "+" + plain
    elif plain.startswith("8"):
        plain = "0" + plain
    elif plain.startswith("0062"):
        plain = "+" + plain[2:]
    plain = re.sub(r"^\+620", "+62", plain)
    try:
        number = phonenumbers.parse(plain, "ID")
    except phonenumbers.NumberParseException:
        return None
    if number.country_code != 62 or not phonenumbers.is_valid_number(number):
        return None
    if phonenumbers.number_type(number) != PhoneNumberType.MOBILE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _trouble(plain: str) -> Problem:
    """Say why this is not a mobile number in Indonesia."""
    digits = plain.lstrip("+")
    if plain.startswith("+") and not plain.startswith("+62"):
        return Problem("not_indonesian")
    national = re.sub(r"^(?:0062|62|0)?0?", "", digits)
    if not national.startswith("8"):
        return Problem("not_mobile")
    if len(national) < 9:
        return Problem("too_short", {"n": len(digits)})
    return Problem("too_long", {"n": len(digits)}) if len(national) > 12 else Problem("not_mobile")


def spaced(e164: str) -> str:
    """Write a number as people do: 0812-3456-7890."""
    national = "0" + e164.removeprefix("+62")
    return "-".join(part for part in (national[:4], national[4:8], national[8:]) if part)


def mask(e164: str) -> str:
    """Show the first four and last three digits: 0812••••890."""
    national = "0" + e164.removeprefix("+62").removeprefix("62")
    return (
        f"{national[:4]}{'•' * max(len(national) - 7, 2)}{national[-3:]}" if len(national) > 7 else "•" * len(national)
    )
