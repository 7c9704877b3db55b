"""Hearing "I have none" where having none is an answer."""

from __future__ import annotations

import re

from conversations.fields.stance import NO
from conversations.rules.spelling import unstretched, words

_REFUSING = frozenset(
    (
        *NO,
        *("kosong", "nihil", "none", "tanpa", "skip", "lewat", "lewati"),
        *("gada", "gaada", "gapunya", "gausah", "ra"),
    )
)
_NOT_HERE = frozenset(words("t salah keliru wrong disagree not menolak nolak bukan bkn bukn jangan jgn"))
_HAVING = frozenset(
    words(
        "ada adaa ad usah punya pny pnya pegang pakai pake main bikin buat memiliki miliki have one any"
        " dont don i do s"
        " nih aja saja sama sekali dulu lagi lg kok memang emang ono nduwe duwe aya gadah gaptek"
    )
)
_AROUND = frozenset(
    words(
        "kak ka kakak min bang mas mba mbak bu pak nak saya sy aku gue gw mohon maaf sorry ya a"
        " makasih mksh trims thanks thx terima kasih terimakasih"
    )
)


def says_none(text: str, *things: str) -> bool:
    """Say whether somebody says that they have none. things: words for what they have none of, such as "email"."""
    if "," in text and "@" not in text and not any(c.isdigit() for c in text) and "pekerjaan" not in things:
        return says_none(text.partition(",")[0], *things) or says_none(text.replace(",", " "), *things)
    said = [word for word in words(unstretched(text.casefold())) if word not in _AROUND]
    if not said:
        return re.fullmatch(r"\s*[-–—]+\s*", text) is not None
    refusing = [word for word in said if word in _REFUSING - _NOT_HERE or word in ("dont", "don")]
    rest = [word for word in said if word not in refusing]
    return bool(refusing) and len(refusing) < 3 and all(word in _HAVING or word in things for word in rest)
