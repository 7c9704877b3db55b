"""Occupations with their sector, and the finding of one in what people call their work.

Every occupation has a sector, because the discount on contributions depends on it: transport, or other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rapidfuzz import fuzz

from conversations.rules.spelling import fold, unstretched
from conversations.rules.spelling import words as split
from conversations.rules.tables import rows

Kind: TypeAlias = Literal["own", "either", "wage", "none"]
NEAR = 84  # rapidfuzz ratio
APART = 6  # a runner-up this close makes the choice open
TAIL = 75  # what follows "tukang" must be alike by itself
HELD = 90  # a known name between other words
COMMON = ("ojol", "kurir", "pedagang", "warung", "art", "sopir", "buruh_harian", "kreator")
"""The eight that sign up most, offered first: those the agreement of 2025 names, then the largest trades."""


@dataclass(frozen=True, slots=True)
class Occupation:
    """code: ours. ktp: its number in the list printed on KTPs. kind: own, either, wage (usually paid one), none."""

    code: str
    ktp: int
    name: str
    sector: Literal["transport", "other"]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Match:
    """An occupation that a text may mean. score: 100 where nothing had to be guessed."""

    occupation: Occupation
    score: float

    @property
    def exact(self) -> bool:
        """Whether nothing had to be guessed."""
        return self.score == 100


def _occupation(row: dict[str, str]) -> Occupation:
    sector: Literal["transport", "other"] = "transport" if row["sector"] == "transport" else "other"
    kinds: dict[str, Kind] = {"own": "own", "either": "either", "wage": "wage", "none": "none"}
    return Occupation(row["code"], int(row["ktp"]), row["name"], sector, kinds[row["kind"]])


def _key(words: Iterable[str]) -> str:
    return " ".join(words)


_ROWS = rows("occupations")
OCCUPATIONS: tuple[Occupation, ...] = tuple(_occupation(row) for row in _ROWS)
_BY_CODE = {occupation.code: occupation for occupation in OCCUPATIONS}
_PHRASES: dict[str, Occupation] = {
    _key(split(phrase)): occupation
    for row, occupation in zip(_ROWS, OCCUPATIONS, strict=True)
    for phrase in (*row["words"].split(";"), *row["name"].split(","), row["name"])
    if phrase.strip()
}
_SQUEEZED = {phrase.replace(" ", ""): occupation for phrase, occupation in _PHRASES.items()}
# Said alone, these name no single trade.
_OPEN: dict[str, tuple[str, ...]] = {
    "narik": ("ojol", "ojek_pangkalan", "sopir_angkot", "sopir_taksi", "sopir_bajaj", "tukang_becak"),
    "ojek": ("ojol", "ojek_pangkalan"),
    "ngojek": ("ojol", "ojek_pangkalan"),
    "narik ojek": ("ojol", "ojek_pangkalan"),
    "ojeg": ("ojol", "ojek_pangkalan"),
    "driver online": ("ojol", "taksi_online", "kurir"),
    "taksi": ("sopir_taksi", "taksi_online"),
    "taxi": ("sopir_taksi", "taksi_online"),
    "swasta": ("wiraswasta", "karyawan_swasta"),
    "kerja swasta": ("wiraswasta", "karyawan_swasta"),
    "tukang es": ("pedagang_keliling", "pedagang"),
}
# A trade named by its verb and its goods: "jualan cilok", "dagang sepatu", "sopir damri".
_HEADS: dict[str, str] = {
    **dict.fromkeys(split("dagang jualan jual pedagang penjual bakul berdagang berjualan jualin ngejual"), "pedagang"),
    **dict.fromkeys(split("sopir supir pengemudi nyopir nyupir"), "sopir"),
    **dict.fromkeys(split("kurir"), "kurir"),
    **dict.fromkeys(split("warung warteg warkop"), "warung"),
}
_WAYS: dict[str, str] = {
    **dict.fromkeys(
        split("online onlen shopee tokopedia tiktok lazada facebook instagram ig wa marketplace"), "pedagang_online"
    ),
    **dict.fromkeys(split("keliling kliling ngider"), "pedagang_keliling"),
    **dict.fromkeys(split("gerobak trotoar"), "kaki_lima"),
}
_SELLING = frozenset(("pedagang", "pedagang_keliling", "pedagang_online", "kaki_lima", "warung", "umkm", "perdagangan"))
_FILLER = frozenset(
    split(
        "saya sy aku gue gw kerja bekerja kerjanya kerjaan kerjaannya pekerjaan profesi sebagai sbg jadi adalah cuma"
        " cuman hanya sehari hari kak ka kakak min bang mas mbak bu pak ya aja saja doang sih nih lagi masih sekarang"
        " di ke pakai pake buka punya usaha nya ku biasa biasanya kadang i am a an as work my job is the tetap kecil"
        " kecilan an sendiri dari itu ini sudah udah menjadi"
    )
)
_BETWEEN = re.compile(r"[,;/+&\n]| dan | sama | plus | juga | & | sambil | nyambi | merangkap ")
_NOT = frozenset(split("bukan tidak gak ga nggak ngga tdk mantan dulu pernah belum blm eks mau pengen ingin calon"))


def named(code: str) -> Occupation | None:
    """Find an occupation by its code."""
    return _BY_CODE.get(code)


def find(text: str) -> tuple[Match, ...]:
    """Find the occupations a text may mean, the likeliest first. Two trades told at once are both found."""
    typed = unstretched(text[:500].casefold())
    whole = _one(split(typed))
    parts = [part for part in _BETWEEN.split(typed) if split(part)]
    if len(parts) < 2 or len(parts) > 4:
        return whole
    each = [_one(split(part)) for part in parts]
    if whole and whole[0].exact and not _holds_another(whole[0].occupation, each[1:]):
        return whole
    found: dict[Occupation, float] = {}
    most = 100 if all(each) else HELD
    for match in (match for matches in each for match in matches):
        found[match.occupation] = max(found.get(match.occupation, 0), min(match.score, most))
    working = {occupation: score for occupation, score in found.items() if occupation.kind != "none"}
    found = working or found  # "mahasiswa sambil ojol" works
    both = tuple(Match(occupation, score) for occupation, score in found.items())
    return both or whole


def _holds_another(trade: Occupation, others: Iterable[tuple[Match, ...]]) -> bool:
    """Say whether a second trade was told, and not only more goods: "dagang bakso dan ojol", "dagang sate dan kopi"."""
    exact = {match.occupation for matches in others for match in matches if match.exact} - {trade}
    return any(trade.code not in _SELLING or other.code not in _SELLING for other in exact)


def _one(typed: Sequence[str]) -> tuple[Match, ...]:
    """Find one trade: named as we know it, by verb and goods, between other words, or nearly."""
    if len(typed) > 40:
        return ()
    bare = _without_filler(typed)
    for said in (list(typed), bare):
        if found := _known(said):
            return tuple(Match(occupation, 100) for occupation in found)
    if denies(_key(typed)) or all(word in _FILLER for word in typed):
        return ()
    close = _nearly(bare)
    if (occupation := _by_head(bare)) and all(match.occupation == occupation for match in close):
        return (Match(occupation, 100),)
    return close if occupation and close else _held(bare) or close


def _without_filler(typed: Sequence[str]) -> list[str]:
    """Take "saya kerja sebagai" off the front and kind words off the end; a name keeps the words within it."""
    words = list(typed)
    while len(words) > 1 and words[0] in _FILLER:
        words = words[1:]
    while len(words) > 1 and words[-1] in _FILLER:
        words = words[:-1]
    return words


def _known(words: Sequence[str]) -> tuple[Occupation, ...]:
    said = _key(words)
    if said in _OPEN:
        return tuple(_BY_CODE[code] for code in _OPEN[said])
    occupation = _PHRASES.get(said) or _SQUEEZED.get(said.replace(" ", ""))
    return (occupation,) if occupation else ()


def _by_head(words: Sequence[str]) -> Occupation | None:
    """Understand selling and driving by their first word; what is sold decides nothing, how it is sold does."""
    if not words or words[0] not in _HEADS or len(words) > 6:
        return None
    code = _HEADS[words[0]]
    others = (occupation for occupation in _inner(words[1:]) if occupation.code != code)
    if any(occupation.kind != "own" or code not in _SELLING for occupation in others):
        return None
    if code == "pedagang":
        code = next((_WAYS[word] for word in words if word in _WAYS), code)
        code = "kaki_lima" if "kaki lima" in _key(words) else code
    return _BY_CODE[code]


def _inner(words: Sequence[str]) -> list[Occupation]:
    """List the trades whose names stand in a row of words, none inside a longer one."""
    found: list[tuple[int, int, Occupation]] = []
    for at in range(len(words)):
        for end in range(min(len(words), at + 4), at, -1):
            occupation = _PHRASES.get(_key(words[at:end]))
            if occupation and not any(start <= at and end <= stop for start, stop, _ in found):
                found.append((at, end, occupation))
                break
    return list(dict.fromkeys(occupation for _, _, occupation in found))


def _held(words: Sequence[str]) -> tuple[Match, ...]:
    """Find known names between other words: "driver gojek motor beat"."""
    return tuple(Match(occupation, HELD) for occupation in _inner(words)[:4] if occupation.kind != "none")


def _nearly(words: Sequence[str]) -> tuple[Match, ...]:
    """Find the names that differ by a slip or two."""
    said = _key(words)[:60]
    if len(said) < 4:
        return ()
    scored: dict[Occupation, float] = {}
    for phrase, occupation in _PHRASES.items():
        if len(phrase) < 4:
            continue
        score = _alike(said, phrase)
        if score >= (NEAR if len(said) > 5 else 80):
            scored[occupation] = max(scored.get(occupation, 0), min(score, 99))
    best = max(scored.values(), default=0)
    close = [Match(occupation, score) for occupation, score in scored.items() if score >= best - APART]
    return tuple(sorted(close, key=lambda match: (-match.score, match.occupation.code))[:8])


def _alike(said: str, phrase: str) -> float:
    """Compare two names; where both begin with the same word, "tukang", what follows decides."""
    score = max(fuzz.ratio(said, phrase), fuzz.ratio(said.replace(" ", ""), phrase.replace(" ", "")))
    head, _, tail = said.partition(" ")
    known_head, _, known_tail = phrase.partition(" ")
    return score if head != known_head or fuzz.ratio(tail, known_tail) >= TAIL else 0


def denies(text: str) -> bool:
    """Say whether a text tells what somebody is not, or not yet, or no longer."""
    words = split(text)
    return bool(_NOT & set(words)) or words[:1] == ["bekas"]


def tidy(text: str) -> str:
    """Write an occupation we do not know as it was told, at most sixty characters, without "saya kerja" before it."""
    words = text.split()
    while len(words) > 1 and fold(words[0]) in _FILLER:
        words = words[1:]
    return " ".join(words)[:60].strip(" .,;:!?-")
