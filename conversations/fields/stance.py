"""Hearing yes and no as people type them, and hearing when a yes is not quite a yes."""

from __future__ import annotations

from typing import Literal, TypeAlias

from conversations.rules.spelling import fold, unstretched

Stance: TypeAlias = Literal["yes", "no", "yes?", "no?"]

YES = (
    *("ya", "y", "iya", "iyaa", "yaa", "iy", "iye", "iyah", "yah", "yup", "yep", "yap", "yoi", "yo", "yes", "yess"),
    *("ok", "oke", "okey", "okay", "okeh", "oks", "okk", "okee", "sip", "siip", "sipp", "siap", "boleh", "bole"),
    *("betul", "btul", "btl", "bener", "benar", "bnr", "bner", "setuju", "stuju", "mau", "lanjut", "gas", "gaskeun"),
    *("sudah", "udah", "udh", "sdh", "punya", "ada", "inggih", "nggih", "enggeh", "muhun", "ho oh", "hooh", "tentu"),
    *("cocok", "pas", "tepat", "bisa", "silakan", "silahkan", "monggo", "yoii", "yuk", "ayo", "ayok", "bersedia"),
    *(
        "true",
        "sure why not",
        "why not",
        "correct",
        "right",
        "sure",
        "agree",
        "yeah",
        "yea",
        "👍",
        "✅",
        "👌",
        "✔",
        "☑",
        "💯",
    ),
)
NO = (
    *(
        "tidak",
        "tdk",
        "tdak",
        "tida",
        "gak",
        "ga",
        "g",
        "gk",
        "nggak",
        "ngga",
        "ngak",
        "enggak",
        "engga",
        "egk",
        "ndak",
    ),
    *("nda", "ndk", "kagak", "kaga", "kgk", "ora", "mboten", "teu", "henteu", "bukan", "bkn", "bukn", "blm", "belum"),
    *("blom", "belom", "jangan", "jgn", "no", "n", "nope", "not", "t", "tak", "emoh", "ogah", "salah", "keliru"),
    *("no thanks", "no thank you", "nolak", "menolak", "wrong", "disagree", "👎", "❌", "✖", "🙅"),
)
_YES, _NO = frozenset(YES), frozenset(NO)
_EITHER = frozenset(
    (
        *("kak", "ka", "kakak", "min", "bang", "mas", "mbak", "bu", "pak", "gan", "om", "bos", "admin", "nak", "mba"),
        *("saya", "aku", "gue", "gw", "sy", "ini", "itu", "lah", "deh", "dong", "dung", "kok", "sih", "nih", "aja"),
        *(
            "saja",
            "terima",
            "kasih",
            "makasih",
            "mksh",
            "trims",
            "thanks",
            "dulu",
            "nya",
            "hehe",
            "hihi",
            "wkwk",
            "juga",
        ),
        *("banget", "sekali", "memang", "emang", "sudah", "udah", "udh", "sdh", "pun", "semua", "semuanya"),
    )
)
_WILLING = frozenset(
    (
        *(
            "mau",
            "setuju",
            "stuju",
            "ada",
            "punya",
            "bisa",
            "perlu",
            "usah",
            "boleh",
            "bersedia",
            "pernah",
            "benar",
            "betul",
        ),
        *("sesuai", "cocok", "pas", "tepat", "lanjut", "jadi", "dibayari", "dibayarin", "kirim", "i", "do", "it", "is"),
        *("am", "have", "a", "the", "please", "thank", "you", "yet", "bener"),
    )
)
_BESIDE = _WILLING | _EITHER  # words that may stand beside either
_BUT = frozenset(
    (
        *(
            "tapi",
            "tp",
            "tpi",
            "tetapi",
            "namun",
            "cuma",
            "cuman",
            "kecuali",
            "asal",
            "asalkan",
            "kalau",
            "kalo",
            "klo",
        ),
        *("kl", "mungkin", "kayaknya", "sepertinya", "kali", "ragu", "but", "maybe", "if", "except", "tau", "tahu"),
        *("yakin", "paham", "ngerti", "mengerti", "atau", "know", "sure", "jelas", "pikir", "mikir", "sebentar"),
        *("bentar", "tunggu", "soalnya", "karena", "krn"),
    )
)
_ASKING = frozenset(
    (
        *("kenapa", "knp", "gimana", "gmn", "bagaimana", "apa", "apakah", "berapa", "brp", "siapa", "kapan", "dimana"),
        *("mana", "what", "why", "how", "when", "who", "tanya", "nanya", "bertanya", "maksudnya", "gunanya"),
    )
)
_FINE = (
    *(
        "gapapa",
        "gpp",
        "ga papa",
        "gak papa",
        "ga apa apa",
        "gak apa apa",
        "tidak apa apa",
        "tdk apa apa",
        "nggak apa apa",
    ),
    *("tidak masalah", "gak masalah", "ga masalah", "tidak keberatan", "ga keberatan", "gak keberatan", "no problem"),
)


def bare_mark(text: str) -> str:
    """Take skin tones, emoji variants and repetition off, so that every row of thumbs up is one thumb up."""
    marked = not text.isascii()
    bare = "".join(c for c in text if c != "\ufe0f" and not "\U0001f3fb" <= c <= "\U0001f3ff") if marked else text
    bare = bare.strip()
    return bare[0] if bare and len(set(bare)) == 1 and not bare[0].isalnum() else bare


def stance(text: str) -> Stance | None:
    """Hear a yes or a no. "yes?" and "no?" mean: ask again before believing it. None: neither was said."""
    bare = bare_mark(text)
    if bare in _YES or bare in _NO:
        return "yes" if bare in _YES else "no"
    said = unstretched(fold(text))
    if said in _YES or said in _NO:
        return "yes" if said in _YES else "no"
    if said in _FINE:
        return "yes?"
    words = said.split()
    if not words:
        return None
    asks = "?" in text
    first = next((word for word in words if word not in _EITHER or word in _YES), words[0])
    rest = [word for word in words if word is not first]
    if first in _NO:
        return _weigh("no", rest, _NO, _YES, asks)
    if first in _YES:
        return _weigh("yes", rest, _YES, _NO, asks)
    return None


def _weigh(
    side: Literal["yes", "no"], rest: list[str], own: frozenset[str], other: frozenset[str], asks: bool
) -> Stance | None:
    """Believe a stance only when everything else that was said goes with it."""
    against = [word for word in rest if word in other and word not in _BESIDE]
    twice = [word for word in rest if word in own and word not in _BESIDE]
    if against or (side == "no" and twice):
        return None
    if any(word in _ASKING for word in rest):
        return None
    if any(word in _BUT for word in rest) or asks:
        return "yes?" if side == "yes" else None
    if all(word in _BESIDE or word in own for word in rest):
        return side
    return "yes?" if side == "yes" else "no?"
