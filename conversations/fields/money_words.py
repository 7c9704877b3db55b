"""The words that stand around an amount of money: units, periods, "about", "at least", and how they are misspelt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from conversations.fields.numbers import WORDS, parted
from conversations.rules.spelling import nearest
from conversations.rules.spelling import words as split

Per: TypeAlias = Literal["", "hour", "day", "week", "month", "year", "job", "other"]

UNITS: Mapping[str, int] = {
    **dict.fromkeys(split("ribu rb rbu ribuan rebu rbn k rban rbuan rib"), 10**3),
    **dict.fromkeys(split("juta jt jta jutaan jtan jut jeti jtn million"), 10**6),
    **dict.fromkeys(split("miliar milyar miliyar"), 10**9),
}
ONES: Mapping[str, int] = {"seribu": 10**3, "serebu": 10**3, "sejuta": 10**6, "sejeti": 10**6, "semiliar": 10**9}
# Hokkien numbers of the markets; the smaller ones count rupiah or thousands, as bare figures do.
_MARKET: Mapping[str, str] = {"gocap": "50", "cepek": "100", "cepe": "100", "gopek": "500", "gope": "500"}
SLANG: Mapping[str, int] = {"seceng": 1_000, "goceng": 5_000, "ceban": 10_000, "noban": 20_000, "goban": 50_000}
PERIODS: Mapping[str, Per] = {
    **dict.fromkeys(split("hari harian hr sehari seharian perhari day daily"), "day"),
    **dict.fromkeys(
        split("minggu mingguan mg mgg mggu mnggu semingu seminggu perminggu week weekly pekan sepekan"), "week"
    ),
    **dict.fromkeys(split("bulan bulanan bln bl sebulan perbulan sebln perbln bulannya month monthly"), "month"),
    **dict.fromkeys(split("tahun tahunan thn th setahun pertahun year yearly"), "year"),
    **dict.fromkeys(split("jam sejam perjam hour"), "hour"),
    **dict.fromkeys(
        split("order orderan trip shift paket tarikan rit borongan proyek project pelanggan potong"), "job"
    ),
    **dict.fromkeys(
        split("bungkus kilo kg meter sesi penumpang sekali pcs biji lembar acara event job video mangkok porsi"), "job"
    ),
}
ABOUT = frozenset(
    split(
        "sekitar sekitaran kira kisaran kurleb rata ratarata an about around plus minus sekitarnya average paling"
        " kadang biasanya umumnya normalnya mungkin palingan approximately"
    )
)
BOUND = frozenset(
    split(
        "lebih kurang dibawah diatas bawah atas minimal maksimal max mentok hampir lebihan up keatas kebawah under over"
        " below above almost belum sampai nyampe tidak gak ga nggak bukan atau hingga dikurangi dipotong kotor"
    )
)
FILLER = frozenset(
    split(
        "rp idr rupiah perak per tiap setiap dalam saya sy aku gue gw penghasilan gaji pendapatan dapat dapet dpt"
        " income omzet sih kak ka min ya aja saja itu ini adalah nya ku untuk sebulannya segitu doang kerja kalau kalo"
        " kl buat di yang bang dah deh lah ada bisa total totalnya upah hasil uang bersih bersihnya my is a the i get"
        " earn dengan penghasilannya gajinya cuma cuman hanya upahnya sama pas narik ngojek dagang jualan"
        " dapetnya dapatnya"
    )
)
BETWEEN = frozenset(split("sampai sampe smp sampek sd hingga to until"))


def repaired(tokens: Sequence[str]) -> tuple[list[str], bool]:
    """Split words written together and put misspelt number words right; say whether anything was repaired."""
    words: list[str] = []
    near = False
    known = (*WORDS, "setengah", "sejuta", "seribu", *(unit for unit in UNITS if len(unit) >= 4))
    for token in (_MARKET.get(token, token) for token in tokens):
        if not token.isalpha() or _is_known(token):
            words.append(token)
            continue
        parts = parted(token)
        if len(parts) > 1:
            words.extend(parts)
            continue
        ends = next((u for u in ("juta", "ribu", "jt", "rb") if token.endswith(u) and token[: -len(u)] in WORDS), None)
        if ends:
            words += [token[: -len(ends)], ends]
            continue
        close = nearest(token, known) if len(token) >= 4 else []
        if close and (len(close) == 1 or close[0][0] < close[1][0]):
            words.append(close[0][1])
            near = True
        else:
            words.append(token)
    return _joined(words), near


def _is_known(token: str) -> bool:
    tables = (WORDS, UNITS, ONES, SLANG, PERIODS, ABOUT, BOUND, FILLER, BETWEEN, ("setengah", "koma", "dan"))
    return any(token in table for table in tables)


def _joined(words: Sequence[str]) -> list[str]:
    """Bring "se juta" and "se hari" together."""
    out: list[str] = []
    for word in words:
        if out and out[-1] == "se":
            out[-1] = f"se{word}"
        else:
            out.append(word)
    return out


def begins_number(word: str) -> bool:
    """Say whether an amount can begin with this word."""
    return (
        _is_figure(word[:1])
        or (word in WORDS and word not in UNITS)
        or word in ONES
        or word in SLANG
        or word == "setengah"
    )


def _is_figure(sign: str) -> bool:
    return sign.isascii() and sign.isdigit()
