"""Blocks: a whole form in one message, typed or pasted where the signal is bad. `DAFTAR#Nama#NIK#tanggal lahir#…`, or
lines like "Nama: Siti", or both; in any order, with parts missing, several people in one message.

A part is taken for an answer only where it can be nothing else, or says what it is. What could be two things is left
to be asked: a wrong value is worse than a question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from conversations.fields.field import Asking, Problem, Reading, Took, Unsure
from conversations.fields.text import fold
from conversations.form import Form

LONGEST = 4000  # characters: some ten people
MOST_PEOPLE = 10
MOST_PARTS = 30  # of one person
MOST_WORDS = 5  # without a shape of their own, as names and places are

_START = re.compile(r"^\W*(?:daftar|daftarkan|reg)\s*#+", re.IGNORECASE)
_AGAIN = re.compile(r"\b(?:daftar|daftarkan|reg)\s*#+", re.IGNORECASE)
_NUMBERED = re.compile(r"^\s*[\[(]?[0-9]{1,2}[.)\]]\s+(?=\D)")
_LABELLED = re.compile(r"^\W*([A-Za-z][A-Za-z./\- ]{0,28}?)\s*[:=]\s*(.*)$")
_LABELS: Mapping[str, tuple[str, ...]] = {
    "full_name": ("nama", "nama lengkap", "nama sesuai ktp", "nm", "name", "full name", "nama ktp"),
    "nik": ("nik", "no nik", "nomor nik", "no ktp", "nomor ktp", "no. ktp", "nik ktp"),
    "born": (
        *("tgl lahir", "tanggal lahir", "tgl. lahir", "lahir", "ttl", "tempat tanggal lahir", "tempat/tgl lahir"),
        *("tempat tgl lahir", "birth date", "born", "tgl lhr", "tanggal lhr"),
    ),
    "sex": ("jk", "jenis kelamin", "kelamin", "sex", "j.k", "l/p", "gender"),
    "kelurahan": ("kelurahan", "kel", "kel.", "kel/desa", "tinggal di", "tempat tinggal", "alamat kelurahan"),
    "rw": ("rw", "rt/rw", "rt rw", "no rw", "nomor rw"),
    "phone": ("hp", "no hp", "no. hp", "nomor hp", "telp", "no telp", "telepon", "wa", "no wa", "phone", "nohp"),
    "email": ("email", "e-mail", "surel"),
    "occupation": ("pekerjaan", "kerja", "profesi", "usaha", "occupation", "job", "kerjaan"),
    "income": ("penghasilan", "pendapatan", "gaji", "income", "penghasilan per bulan", "penghasilan sebulan"),
    "programme": ("program", "paket", "programme", "pilihan program"),
    "months": ("bulan", "jumlah bulan", "berapa bulan", "lama", "untuk", "months", "bayar untuk"),
}
_BY_LABEL = {fold(label): step for step, labels in _LABELS.items() for label in labels}
_LONG_NUMBER = re.compile(r"[0-9OoIl][0-9OoIl .\-]{13,24}[0-9OoIl]")
_PHONE = re.compile(r"(?:\+?62|0)[ .\-]?8[0-9 .\-]{7,14}")
_RW = re.compile(r"(?:rt\W*[0-9]{1,3}\W*)?rw\W*[0-9]{1,3}", re.IGNORECASE)
_MONTHS = re.compile(r"[0-9]{1,2} ?(?:bln|bulan|months?)|setahun|1 tahun|setengah tahun|sebulan", re.IGNORECASE)
_PROGRAMME = re.compile(r"[23] ?prog\w*|(?:dua|tiga) program", re.IGNORECASE)
_MONEY = re.compile(r"(?:rp|jt|juta|rb|ribu)|\b[0-9]{1,3}(?:\.[0-9]{3})+\b", re.IGNORECASE)
_DATED = re.compile(r"[0-9]{1,2}\W+(?:[0-9]{1,2}|[A-Za-z]{3,9})\W+[0-9]{2,4}|\b[0-9]{8}\b")
_SEX = frozenset(("l", "p", "lk", "pr", "laki", "laki laki", "laki2", "perempuan", "wanita", "pria", "cewek", "cowok"))
_SMALL_TALK = frozenset(
    ("terima", "kasih", "makasih", "mohon", "minta", "tolong", "bantu", "dibantu", "belum", "tidak", "ada", "ya", "kak")
)
_WORDS = re.compile(r"[^\W\d_][^\d_]*")


@dataclass(frozen=True)
class Read:
    """One person of a block. parts: step → as it was written. loose: how many parts could not be told.

    twice: steps for which two different parts came; neither is taken.
    """

    parts: Mapping[str, str] = field(default_factory=dict)
    loose: int = 0
    twice: frozenset[str] = frozenset()


def is_block(text: str) -> bool:
    """Say whether a message is a form in one piece: DAFTAR# in front, or three labelled lines and more."""
    if _START.match(text):
        return True
    return len({_label_of(line)[0] for line in text.splitlines()} - {""}) >= 3


def read(text: str, form: Form, today: date) -> list[Read]:
    """Read everybody in a block. Nobody, where nothing in it can be told."""
    people = [_person(parts, form, today) for parts in _people(text[:LONGEST])[:MOST_PEOPLE]]
    return [person for person in people if person.parts or person.loose]


def _people(text: str) -> list[list[str]]:
    """Part by part, and a new person where DAFTAR# or an answer comes again that one person has only once."""
    found: list[list[str]] = []
    for chunk in _AGAIN.split(text):
        seen: set[str] = set()
        parts: list[str] = []
        for part in _parts(chunk):
            label = _label_of(part)[0]
            if label in ("full_name", "nik") and label in seen:
                found.append(parts)
                parts, seen = [], set()
            seen.add(label)
            parts.append(part)
        found.append(parts)
    return [parts[:MOST_PARTS] for parts in found if parts]


def _parts(chunk: str) -> list[str]:
    pieces = re.split(r"[#\n;|]+", chunk)
    cleaned = (_NUMBERED.sub("", piece).strip(" \t*_~-•,") for piece in pieces)
    return [piece for piece in cleaned if piece]


def _label_of(part: str) -> tuple[str, str]:
    """A part's own name and what follows it, or "" and the part."""
    if found := _LABELLED.match(_NUMBERED.sub("", part)):
        step = _BY_LABEL.get(fold(found[1]), "")
        if step:
            return step, found[2].strip(" *_~")
    return "", part


def _person(parts: Sequence[str], form: Form, today: date) -> Read:
    claims: dict[str, list[str]] = {}
    words: list[tuple[str, frozenset[str]]] = []
    loose = 0
    for part in parts:
        step, said = _label_of(part)
        if step:
            if said:
                claims.setdefault(step, []).append(_trimmed(step, said))
            continue
        may_be = _may_be(part, form, today)
        if may_be and may_be <= {"full_name", "kelurahan", "occupation"}:
            words.append((part, may_be))
        elif len(may_be) == 1:
            claims.setdefault(next(iter(may_be)), []).append(part)
        else:
            loose += 1
    loose += _place_words(words, claims)
    twice = frozenset(step for step, said in claims.items() if len({fold(one) for one in said}) > 1)
    told = {step: said[0] for step, said in claims.items() if step not in twice}
    if fold(told.get("sex", "")) == "p":
        told["sex"] = "perempuan"  # on a form; said in a chat it is a greeting
    return Read(told, loose, twice)


def _trimmed(step: str, said: str) -> str:
    """Of "Jakarta, 17-8-1995" the place of birth is not asked for."""
    if step == "born" and (dated := _DATED.search(said)):
        return dated[0]
    return said


def _may_be(part: str, form: Form, today: date) -> frozenset[str]:
    """What an unlabelled part can be. Whatever has a shape of its own is that and nothing else."""
    if _LONG_NUMBER.fullmatch(part):
        return frozenset({"phone" if _PHONE.fullmatch(part) else "nik"})
    shapes = {
        "phone": _PHONE.fullmatch(part) is not None,
        "email": "@" in part and " " not in part,
        "rw": _RW.fullmatch(part) is not None,
        "programme": _PROGRAMME.fullmatch(part) is not None,
        "months": _MONTHS.fullmatch(part) is not None,
        "sex": fold(part) in _SEX,
        "born": _DATED.fullmatch(part) is not None and _reads(form, "born", part, today),
        "income": _MONEY.search(part) is not None and any(c.isdigit() for c in part),
    }
    if shaped := {step for step, fits in shapes.items() if fits}:
        return frozenset(shaped)
    if not _WORDS.fullmatch(part):
        return frozenset()
    if _reads(form, "occupation", part, today):
        return frozenset({"occupation"})  # people are called Kartini or Jati, as two kelurahan are; nobody Tukang Ojek
    # A kecamatan's name, or one misspelt, is a place too, and a misspelt trade a trade: they are asked about.
    near = {step for step in ("kelurahan", "occupation") if _nearly(_reading(form, step, part, today))}
    called = sum(map(str.isalpha, part)) > 2 and not _SMALL_TALK & set(fold(part).split())
    name = called and _reads(form, "full_name", part, today)
    return frozenset(near | ({"full_name"} if name else set()))


def _nearly(reading: Reading) -> bool:
    """Whether it is something we know, or close to it; any words at all can be a trade as typed."""
    return not isinstance(reading, Problem) and not (isinstance(reading, Unsure) and reading.code == "as_typed")


def _reads(form: Form, step: str, part: str, today: date) -> bool:
    return isinstance(_reading(form, step, part, today), Took)


def _reading(form: Form, step: str, part: str, today: date) -> Reading:
    return form.asks[step].field.read(part, Asking(step=f"{form.name}.{step}", answers={}, today=today))


def _place_words(words: Sequence[tuple[str, frozenset[str]]], claims: dict[str, list[str]]) -> int:
    """Place words that have no shape of their own where only one place is left for them. Returns how many stay loose.

    Every way of giving each word a place of its own is looked at; a word is placed where all of these agree. Where
    there is no such way, one of them is something else, and none is placed: it cannot be told which. A name comes first
    of all that may be one, or is asked for.
    """
    open_places = [sorted(step for step in may_be if step not in claims) for _, may_be in words]
    if len(words) > MOST_WORDS:
        return len(words)
    ways = [way for way in product(*open_places) if len(set(way)) == len(way)]
    loose = 0
    for number, (part, _) in enumerate(words):
        places = {way[number] for way in ways}
        earlier = any("full_name" in may_be for _, may_be in words[:number])
        if len(places) == 1 and not (places == {"full_name"} and earlier):
            claims[places.pop()] = [part]
        else:
            loose += 1
    return loose
