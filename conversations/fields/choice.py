"""Choosing from what was offered: by the number, letter, label or nearly the label that the person saw, or by slang."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from conversations.fields.stance import NO, YES, bare_mark, stance
from conversations.rules.spelling import letters, slips, unstretched
from conversations.rules.spelling import words as split
from conversations.turn import Offered

YES_NO: Mapping[str, tuple[str, ...]] = {"yes": YES, "no": NO}
"""The slang for the options "yes" and "no": give it to `choose` where these are offered."""


@dataclass(frozen=True, slots=True)
class Near:
    """Probably this option: ask before believing it. label: as the person saw it."""

    value: str
    label: str


_POLITE_BEFORE = ("saya", "aku", "gue", "gw", "mau", "pilih", "pilihan", "ambil", "coba", "yang", "yg", "opsi", "i")
_POLITE_AFTER = frozenset(
    split("kak ka kakak min bang mas mbak bu pak aja saja deh dong ya lah dah nih bro sis dulu dlu nak mba ye")
)
_COUNTED = ("satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh")
_ORDINALS: Mapping[str, int] = {
    **{word: place for place, word in enumerate(_COUNTED, start=1)},
    **{f"ke{word}": place for place, word in enumerate(_COUNTED, start=1)},
    "pertama": 1,
    "first": 1,
    "second": 2,
    "third": 3,
    "one": 1,
    "two": 2,
    "three": 3,
    "atas": 1,
}
_NUMBER = re.compile(r"(?:(?:no|nomor|nomer|nmr|nmor|number|angka|ke|opsi|pilihan) ?)?([0-9]{1,2}|[a-z]+)")
_NUMBERED = re.compile(r"(?:no|nomor|nomer|nmr|nmor|number|ke|opsi|pilihan) .+")
_PRICE = re.compile(r"(?i:rp)(?=[0-9])|(?<=[0-9])\.(?=[0-9])")
_NOT = frozenset((*NO, "tanpa", "without"))
_LAST = ("terakhir", "paling bawah", "last", "bawah")


def choose(text: str, offered: Sequence[Offered], words: Mapping[str, tuple[str, ...]]) -> str | Near | None:
    """Find the option a text means: its value, or `Near` where the person should confirm, or None.

    words: slang by value, whole messages only. Numbers and letters count the options in the order they were shown.
    """
    if not offered:
        return None
    typed = " ".join(split(text))
    values = [option.value for option in offered]
    bare = bare_mark(text)
    mark = next((v for v in values if bare in words.get(v, ())), None)
    if mark is not None:
        return mark
    if not typed:
        return None
    typed = unstretched(typed)
    plain = _unwrapped(typed)
    for said in dict.fromkeys((typed, plain)):
        for value in values:
            if said in _all_said(words.get(value, ())):
                return value
    if found := _by_place(plain, offered) or _by_label(typed, plain, offered):
        return found
    heard = None if _NUMBERED.fullmatch(plain) else _by_stance(text, offered, words)
    if isinstance(heard, str):
        return heard
    return _by_held_label(plain, offered) or heard or _nearly(plain, offered, words)


@lru_cache(maxsize=4096)
def _said(text: str) -> str:
    """Fold a label or a word of ours. What people typed is never kept in this cache."""
    return " ".join(split(text))


@lru_cache(maxsize=256)
def _all_said(texts: tuple[str, ...]) -> frozenset[str]:
    """The words of ours for one option, folded."""
    return frozenset(map(_said, texts))


def _unwrapped(typed: str) -> str:
    """Take politeness off both ends: "saya pilih yang 2 aja kak" is "2"."""
    said = typed.split()
    while len(said) > 1 and said[0] in _POLITE_BEFORE:
        said = said[1:]
    while len(said) > 1 and said[-1] in _POLITE_AFTER:
        said = said[:-1]
    return " ".join(said)


def _by_stance(text: str, offered: Sequence[Offered], words: Mapping[str, tuple[str, ...]]) -> str | Near | None:
    """Where an option is said by yes or by no, hear how certain the person is."""
    yes = next((o for o in offered if "ya" in words.get(o.value, ())), None)
    no = next((o for o in offered if "tidak" in words.get(o.value, ())), None)
    heard = stance(text)
    option = yes if heard in ("yes", "yes?") else no if heard in ("no", "no?") else None
    if option is None:
        return None
    return option.value if heard in ("yes", "no") else Near(option.value, option.label)


def _by_place(plain: str, offered: Sequence[Offered]) -> str | Near | None:
    if plain in _LAST:
        return offered[-1].value
    if len(plain) == 1 and "a" <= plain < chr(ord("a") + len(offered)):
        return offered[ord(plain) - ord("a")].value
    found = _NUMBER.fullmatch(plain)
    if found is None:
        return None
    said = found[1]
    place = int(said) if said.isascii() and said.isdigit() else _ORDINALS.get(said, 0)
    at = offered[place - 1] if 1 <= place <= len(offered) else None
    bare = said == plain and (said.isdigit() or said in _COUNTED)
    if not bare or all(_amount(option) is None for option in offered):
        return at.value if at else None
    # Where the options are about numbers (1, 3, 6 months), a bare 2 might be the second or a wish for two.
    meant = next((option for option in offered if _amount(option) == place), None)
    if meant is not None and (at is None or at is meant):
        return meant.value
    either = meant or at
    return Near(either.value, either.label) if either else None


def _amount(option: Offered) -> int | None:
    """Tell the number that an option is about: "2 program Rp8.400" is about 2."""
    first = _said(option.label).split(" ", 1)[0]
    figure = option.value if option.value.isascii() and option.value.isdigit() else first
    return int(figure) if figure.isascii() and figure.isdigit() and len(figure) < 4 else None


def _by_label(typed: str, plain: str, offered: Sequence[Offered]) -> str | None:
    figures = " ".join(str(_COUNTED.index(w) + 1) if w in _COUNTED else w for w in plain.split())
    for said in dict.fromkeys((typed, plain, figures)):
        for option in offered:
            if said == _said(option.label) or said == _said(option.value):
                return option.value
    if squeezed := letters(plain):
        same = [o.value for o in offered if letters(o.label) == squeezed]
        if len(same) == 1 and not any(c.isdigit() for c in plain):
            return same[0]
    priced = [o.value for o in offered if plain.isdigit() and plain in _PRICE.sub("", o.label).split()]
    if len(priced) == 1 and len(plain) > 3:
        return priced[0]
    # A part of a label must keep its order and must not leave its "not" out: "WNI" is not "Saya bukan WNI".
    said_words = figures.split()
    holding = [option.value for option in offered if _is_part(said_words, _said(option.label).split())]
    return holding[0] if len(holding) == 1 and max(map(len, said_words)) >= 3 else None


def _is_part(said: Sequence[str], label: Sequence[str]) -> bool:
    rest = iter(label)
    return all(word in rest for word in said) and not (set(label) - set(said)) & _NOT


def _by_held_label(plain: str, offered: Sequence[Offered]) -> Near | None:
    """Find the only label that stands in a longer text, as in "tidak, saya sudah jadi peserta"."""
    labels = [(option, _said(option.label).split()) for option in offered]
    held = [option for option, label in labels if len(label) > 1 and _follows(plain.split(), label)]
    return Near(held[0].value, held[0].label) if len(held) == 1 else None


def _follows(said: Sequence[str], label: Sequence[str]) -> bool:
    """Say whether a label's words stand together in what was said, with no "not" before them."""
    size = len(label)
    at = next((n for n in range(len(said) - size + 1) if list(said[n : n + size]) == list(label)), None)
    return at is not None and not set(said[max(at - 1, 0) : at]) & _NOT


def _nearly(plain: str, offered: Sequence[Offered], words: Mapping[str, tuple[str, ...]]) -> Near | None:
    best: list[tuple[int, int]] = []
    for place, option in enumerate(offered):
        names = [_said(option.label), *(_said(word) for word in words.get(option.value, ()))]
        counts = [count for name in names if (count := slips(plain, name)) is not None]
        if counts:
            best.append((min(counts), place))
    best.sort()
    if not best or (len(best) > 1 and best[0][0] == best[1][0]):
        return None
    option = offered[best[0][1]]
    return Near(option.value, option.label)
