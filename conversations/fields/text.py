"""A person's name, kept as typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from conversations.fields.field import Asking, Problem, Question, Reading, Took, Unsure
from conversations.fields.stance import stance
from conversations.rules.spelling import LONGEST, fold, words
from conversations.turn import Fact, Json

NAME_MOST = 100
_LEAD = re.compile(
    r"(?:(?:nama|nm|name)(?: lengkap| panjang)?(?: saya| aku| sy| gue| gw| ku| is)?(?: adalah| itu| is| yaitu)?"
    r"|namaku|perkenalkan(?: nama)?(?: saya)?|kenalkan(?: nama)?(?: saya)?|my name is"
    r"|(?:saya|aku|gue|gw|sy|i am|i'm)(?: adalah)?)(?: ?[:=,]+ ?| +)",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"https?:|www\.|[a-z0-9-]+\.(?:com|net|org|id|me|io|co|link|xyz|info)\b|@[a-z0-9_]{3,}", re.IGNORECASE
)
_GREETINGS = frozenset(
    words(
        "halo hallo hai hi hello helo hey hei p pp tes test cek permisi misi kak kakak min admin bang mas mbak pagi"
        " siang sore malam assalamualaikum assalamu ass salam selamat punten siap makasih terimakasih thanks thx"
        " lanjut daftar next nama saya aku ktp nik asdf qwerty bot hehe wkwk"
    )
)
_SENTENCE = frozenset(
    # Two lists, because folding reads no more than 500 characters at once.
    words(
        "mba mbak nak bro sis what why how where need does should maaf sorry salah maksud maksudnya eh ralat"
        " koreksi typo"
    )
    + words(
        "mau ingin pengen daftar tanya gimana bagaimana berapa apa apakah kenapa bisa tidak gak ga nggak belum blm"
        " sudah udah cara tolong bantu bpjs ktp nik kalau kalo untuk buat yang ini itu dong karena kapan dimana harus"
        " bayar iuran sesuai sama seperti lupa rahasia ngapain emang tapi siapa tinggal panggil panggilan dipanggil"
        " umur usia alamat lahir kerja saya aku gue gw sy gua kami kita adalah namanya suami istri ibunya bapaknya kak"
        " kakak min admin ya deh aja"
    )
)
_CALLING = re.compile(
    r"(?:[ ,]+(?:kak|kakak|min|admin|ya|yah|deh|aja|gan|bang|mba|mbak|nak|bro|sis)[.!]*)+$", re.IGNORECASE
)


_CALLED = re.compile(r", ?(?:nak|kak|kakak|bang|mas|mbak|bu|pak|min)[.!]*$", re.IGNORECASE)


def clip(text: str) -> str:
    """Bring text to one line of at most 500 characters, without control and direction characters."""
    normal = unicodedata.normalize("NFKC", text[:LONGEST])
    kept = "".join(" " if c in "\n\r\t" else c for c in normal if c in "\n\r\t" or unicodedata.category(c)[0] != "C")
    return " ".join(kept.split())[:LONGEST]


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name as printed on the KTP: single names, titles, apostrophes and slashes are all real."""

    reads_back: bool = True
    problems: Mapping[str, Mapping[str, Fact]] = field(
        default_factory=lambda: {
            "too_long": {"n": LONGEST, "most": NAME_MOST},
            "no_letter": {},
            "has_digits": {},
            "has_link": {},
            "looks_like_command": {},
            "other_letters": {},
        }
    )
    doubts: Mapping[str, Mapping[str, Json]] = field(
        default_factory=lambda: {
            code: {"name": "W" * NAME_MOST} for code in ("greeting", "sentence", "short", "without_signs")
        }
    )
    parts: Mapping[str, Mapping[str, Fact]] = field(default_factory=lambda: {"ask": {}})

    def question(self, asking: Asking) -> Question:
        """Ask for the name."""
        return Question()

    def read(self, text: str, asking: Asking) -> Reading:
        """Read a name, kept as typed but for "nama saya" in front of it."""
        typed = clip(text)
        if typed.startswith(("/", "!")):
            return Problem("looks_like_command")
        if _LINK.search(typed):
            return Problem("has_link")
        lead = _LEAD.match(typed)
        name = typed[lead.end() :].strip() if lead else typed
        name = _CALLED.sub("", name.strip(' "“”*_~;:=!?[]<>')).rstrip(",")
        if name.startswith("(") and name.find(")") in (-1, len(name) - 1):
            name = name.strip("() ")
        bare = " ".join("".join(c for c in name if unicodedata.category(c) not in ("So", "Sk", "Sm", "Sc")).split())
        if any(c.isnumeric() for c in bare):
            return Problem("has_digits")
        if not any(c.isalpha() for c in bare):
            return Problem("no_letter")
        if any(c.isalpha() and not unicodedata.name(c, "").startswith(("LATIN", "MODIFIER", "FEMININE")) for c in bare):
            return Problem("other_letters")
        if len(bare) > NAME_MOST:
            return Problem("too_long", {"n": len(bare), "most": NAME_MOST})
        code = _doubted(bare, typed) or ("without_signs" if bare != name else "")
        if code == "sentence" and _doubted(without := _CALLING.sub("", bare), without) == "":
            bare = without  # "Ana ya kak": a name and a way of speaking; asked about without it
        return Unsure(bare, code, {"name": bare}) if code else Took(bare)

    def pick(self, value: str, asking: Asking) -> Reading:
        """There is nothing to tap."""
        return Problem("no_letter")

    def shown(self, value: Json) -> Mapping[str, Fact]:
        """Show the name."""
        return {"value": str(value)}

    def samples(self) -> tuple[Json, ...]:
        """Names as they come, up to the longest."""
        return ("Ana", "Siti Aminah", "H. Muh. Nur'aini, S.Pd.", ("Siti Aminah " * 9)[:NAME_MOST].strip())


def _doubted(name: str, typed: str) -> str:
    """Say why this may not be a name after all, or ""."""
    said = words(name)
    if len([c for c in name if c.isalpha()]) < 2:
        return "short"
    if all(word in _GREETINGS for word in said) or said[0] in ("assalamualaikum", "halo", "hallo", "selamat"):
        return "greeting"
    if said[0] in ("ibu", "bapak", "bpk") and len(said) > 1:
        return "greeting"  # how one is called, hardly what the card says
    if stance(name) is not None and len(said) < 3 and name == name.lower():
        return "greeting"
    if any(word in _SENTENCE for word in said) or "?" in typed or len(said) > 8:
        return "sentence"
    return ""


__all__ = ["NAME_MOST", "PersonName", "clip", "fold"]
