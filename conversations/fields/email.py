"""An e-mail address, which a person may well not have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from conversations.fields.field import Asking, Problem, Question, Reading, Took, Unsure
from conversations.fields.nothing import says_none
from conversations.fields.text import clip
from conversations.rules.spelling import fold, words
from conversations.turn import Fact, Json, Option

MOST = 254
_KNOWN = (
    *("gmail.com", "yahoo.com", "yahoo.co.id", "ymail.com", "hotmail.com", "outlook.com", "icloud.com", "live.com"),
    *("rocketmail.com", "outlook.co.id", "mail.com", "proton.me", "protonmail.com", "gmx.com", "aol.com", "me.com"),
    "email.com",
)
_ADDRESS = re.compile(r"[a-z0-9._%+'-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}", re.IGNORECASE)
_FILLER = frozenset(words("email e mail saya aku sy ini nya itu alamat adalah kak gue gw pakai pake my is the ku"))
_SPOKEN = ((" at ", "@"), ("(at)", "@"), ("[at]", "@"), (" dot ", "."), (" titik ", "."), ("(dot)", "."), (",", "."))


@dataclass(frozen=True, slots=True)
class Email:
    """An address, or nothing: "tidak punya" is an answer."""

    reads_back: bool = True
    problems: Mapping[str, Mapping[str, Fact]] = field(
        default_factory=lambda: {"no_at": {}, "not_email": {}, "several": {}, "too_long": {"most": MOST}}
    )
    doubts: Mapping[str, Mapping[str, Json]] = field(
        default_factory=lambda: {"meant": {"email": "w" * 60 + "@gmail.com"}}
    )
    parts: Mapping[str, Mapping[str, Fact]] = field(default_factory=lambda: {"ask": {}})
    options: Mapping[str, Mapping[str, Fact]] = field(default_factory=lambda: {"none": {}})

    def question(self, asking: Asking) -> Question:
        """Ask for the address and offer to have none."""
        return Question(options=(Option(asking.step, "none"),))

    def read(self, text: str, asking: Asking) -> Reading:
        """Read one address; its domain is lower case and, where misspelt, doubted."""
        typed = clip(text)
        if says_none(typed, "email", "e", "mail", "alamat") or _is_first(fold(typed), asking):
            return Took(None)
        found = [word.lstrip(",;:<(\"'").rstrip(".,;:>)\"'!?") for word in typed.split() if "@" in word]
        whole = [word for word in found if _ADDRESS.fullmatch(word)]
        if len(whole) > 1 or len(found) > 1:
            return Problem("several")
        if whole:
            others = fold(typed.replace(whole[0], " ")).split()
            return _judged(whole[0], certain=all(word in _FILLER for word in others))
        return _mended(typed)

    def pick(self, value: str, asking: Asking) -> Reading:
        """Take "none"."""
        return Took(None) if value == "none" else Problem("not_email")

    def shown(self, value: Json) -> Mapping[str, Fact]:
        """Show the address."""
        return {"value": None if value is None else str(value)}

    def samples(self) -> tuple[Json, ...]:
        """Addresses as they come, up to the longest that a message should carry."""
        return (None, "siti@gmail.com", "w" * 64 + "@" + "w" * 60 + ".co.id")


def _is_first(said: str, asking: Asking) -> bool:
    """The only option may be chosen by its number or its label too."""
    own = [o for o in asking.offered if not o.value.startswith("=")]
    return len(own) == 1 and own[0].value == "none" and said in ("1", "no 1", "nomor 1", fold(own[0].label))


def _judged(address: str, *, certain: bool) -> Reading:
    local, _, domain = address.rpartition("@")
    domain = domain.lower()
    if len(address) > MOST:
        return Problem("too_long", {"most": MOST})
    labels = domain.split(".")
    if (
        local.startswith(".")
        or local.endswith(".")
        or ".." in local
        or any(p[:1] == "-" or p[-1:] == "-" for p in labels)
    ):
        return Problem("not_email")
    meant = _meant(domain)
    if meant != domain or not certain:
        return Unsure(f"{local}@{meant}", "meant", {"email": f"{local}@{meant}"})
    if len(labels[-1]) < 2 or not labels[-1].isalpha():
        return Problem("not_email")
    return Took(f"{local}@{domain}")


def _meant(domain: str) -> str:
    """Name the well-known domain that this one misspells, or the domain itself."""
    if domain in _KNOWN:
        return domain
    close = sorted((OSA.distance(domain, known), known) for known in _KNOWN[:8])
    return close[0][1] if close[0][0] <= (2 if len(domain) >= 8 else 1) else domain


def _mended(typed: str) -> Reading:
    """Try the ways people write an address when they tell it: at, dot, spaces, or no @ before a known domain."""
    told = f" {typed.lower()} "
    for spoken, sign in _SPOKEN:
        told = told.replace(spoken, sign)
    lead = re.match(r"\s*(?:alamat )?(?:e-?mail)?(?: ?saya| ?nya)? ?[:=]? ?", told)
    tight = re.sub(r"\s+", "", told[lead.end() :] if lead else told)
    if _ADDRESS.fullmatch(tight):
        return _judged(tight, certain=False)
    if "@" in tight:
        local, _, domain = tight.rpartition("@")
        for known in _KNOWN[:8]:
            if domain in (known.partition(".")[0], known.replace(".", "")) and _ADDRESS.fullmatch(f"{local}@{known}"):
                return Unsure(f"{local}@{known}", "meant", {"email": f"{local}@{known}"})
        return Problem("not_email")
    for known in _KNOWN[:8]:
        local = tight.removesuffix(known)
        if local != tight and _ADDRESS.fullmatch(f"{local}@{known}"):
            return Unsure(f"{local}@{known}", "meant", {"email": f"{local}@{known}"})
    return Problem("no_at")
