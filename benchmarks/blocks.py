"""`python -m benchmarks.blocks`: a thousand forms in one message, as people would write them, and how many are read.

Made by lot from a fixed seed: any order, parts missing, labels or none, typing slips, emoji, several people. Fully:
every part given became an answer. Partly: the rest is asked. Refused: nothing was taken, and so it says. Wrong: a value
the person did not write; there must be none. A slip of the finger that reads as another value is what they wrote.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from conversations import blocks
from conversations.pasting import fill
from conversations.registration import registration
from conversations.rules.areas import AREAS
from conversations.turn import Inbound, Json, Said, Session

TODAY = date(2026, 11, 24)
AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
NAMES = ("Siti Aminah", "Budi Santoso", "Ana Lestari", "Muhammad Rizki", "Sri Wahyuni", "H. Abdul Rahman", "Nur'aini")
ALSO_PLACES = ("Jati", "Kartini", "Melawai")  # people and kelurahan are called so
BIRTHS = {
    "1995-08-17": ("17-8-1995", "17/08/1995", "17 Agustus 1995", "17 agt 95", "17.8.95"),
    "1988-02-03": ("3-2-1988", "03/02/1988", "3 Februari 1988", "3 feb 88"),
    "1979-12-30": ("30-12-1979", "30 Desember 1979", "30 des 79"),
}
PLACES = {
    area.code: (area.name, area.name.lower())
    for area in AREAS
    if area.level == "kelurahan" and area.name in ("Klender", "Duren Sawit", "Pasar Minggu", "Kebon Kacang", "Ancol")
}
TRADES = ("pedagang", "ojol", "asisten rumah tangga", "kurir", "penjahit")
INCOMES = {2_000_000: ("2jt", "2 juta", "Rp2.000.000", "2.000.000"), 3_500_000: ("3,5jt", "3,5 juta", "3.500.000")}
LABELS = {
    "full_name": ("Nama", "nama lengkap"),
    "nik": ("NIK", "no ktp"),
    "born": ("Tgl lahir", "TTL", "lahir"),
    "sex": ("JK", "jenis kelamin"),
    "kelurahan": ("Kelurahan", "kel"),
    "rw": ("RW",),
    "phone": ("HP", "no hp", "WA"),
    "occupation": ("Pekerjaan", "kerja"),
    "income": ("Penghasilan",),
    "programme": ("Program",),
    "months": ("Bulan",),
}
NOISE = ("🙏", "mohon dibantu ya kak", "terima kasih", "belum ada", "😀😀", "12", "alamat gang mawar no 7")


@dataclass(frozen=True)
class Made:
    """A message, and what was written of each person: step → (the true value, as it was written); None: mistyped."""

    text: str
    people: tuple[Mapping[str, tuple[Json, str]], ...]


def make(lot: random.Random) -> Made:
    """One message, as somebody may write it."""
    people = tuple(_person(lot) for _ in range(lot.choices((1, 2, 3), (85, 10, 5))[0]))
    return Made("\n".join(_written(lot, person) for person in people), people)


def _person(lot: random.Random) -> dict[str, tuple[Json, str]]:
    name = lot.choice(NAMES) if lot.random() < 0.9 else lot.choice(ALSO_PLACES)
    born, dates = lot.choice(list(BIRTHS.items()))
    place, kelurahans = lot.choice(list(PLACES.items()))
    income, amounts = lot.choice(list(INCOMES.items()))
    year, month, day = born.split("-")
    female = lot.random() < 0.5
    nik = f"317405{int(day) + 40 * female:02d}{month}{year[2:]}{lot.randrange(1, 9999):04d}"
    spaced = f"{nik[:4]} {nik[4:8]} {nik[8:12]} {nik[12:]}"
    rw = lot.randrange(1, 20)
    phone = f"0812{lot.randrange(10_000_000, 99_999_999)}"
    whole: dict[str, tuple[Json, str]] = {
        "full_name": (name, name),
        "nik": (nik, lot.choice((nik, spaced))),
        "born": (born, lot.choice(dates)),
        "sex": ("female" if female else "male", lot.choice(("P", "perempuan") if female else ("L", "laki-laki"))),
        "kelurahan": (place, lot.choice(kelurahans)),
        "rw": (rw, lot.choice((f"rw {rw}", f"RW{rw:02d}", f"rt 3/rw {rw}"))),
        "phone": ("+62" + phone[1:], lot.choice((phone, "+62" + phone[1:]))),
        "occupation": (None, lot.choice(TRADES)),
        "income": (income, lot.choice(amounts)),
        "programme": ("two", "2 program") if lot.random() < 0.5 else ("three", "3 program"),
        "months": ("3", "3 bulan") if lot.random() < 0.5 else ("12", "12 bln"),
    }
    return {step: pair for step, pair in whole.items() if step == "full_name" or lot.random() < 0.8}


def _written(lot: random.Random, person: dict[str, tuple[Json, str]]) -> str:
    steps = list(person)
    if lot.random() < 0.4:
        lot.shuffle(steps)
    labelled = lot.random() < 0.4
    parts = []
    for number, step in enumerate(steps, start=1):
        said = person[step][1]
        if lot.random() < 0.05:
            said = _slipped(lot, said)
            person[step] = (None, said)
        name = f"{lot.choice(LABELS[step])}{lot.choice((': ', ':', ' : '))}" if labelled else ""
        parts.append(f"{f'{number}. ' if labelled and lot.random() < 0.3 else ''}{name}{said}")
    if lot.random() < 0.25:
        parts.insert(lot.randrange(len(parts) + 1), lot.choice(NOISE))
    return "DAFTAR#" + ("\n" if labelled else lot.choice(("#", "# ", " #"))).join(parts)


def _slipped(lot: random.Random, said: str) -> str:
    """A slip of the finger: a letter or digit left out, doubled or swapped."""
    place = lot.randrange(len(said))
    match lot.randrange(3):
        case 0:
            return said[:place] + said[place + 1 :]
        case 1:
            return said[:place] + said[place] + said[place:]
        case _:
            return said[:place] + said[place : place + 2][::-1] + said[place + 2 :]


@dataclass(frozen=True)
class Score:
    """How many people were read fully, partly, not at all; and every wrong value."""

    counts: Counter[str]
    wrong: tuple[str, ...]


def score(messages: int = 1000, seed: int = 20261124) -> Score:
    """Read this many messages and compare with what was meant."""
    lot = random.Random(seed)
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for _ in range(messages):
        made = make(lot)
        read = blocks.read(made.text, registration, TODAY)
        if len(read) != len(made.people):
            counts["people counted otherwise"] += 1
        for one, person in zip(read, made.people, strict=False):
            inbound = Inbound(Said(made.text), AT, TODAY, can=frozenset({"take_full_id"}))
            session, _ = fill(registration, Session("registration"), one.parts, inbound)
            taken = session.answers
            counts["fully" if set(person) <= set(taken) else "partly" if taken else "refused"] += 1
            counts.update(f"asked: {s}" for s, (meant, _) in person.items() if meant is not None and s not in taken)
            for step, answer in taken.items():
                meant = person[step][0] if step in person else "nothing"
                if meant is not None and answer.value != meant:
                    wrong.append(f"{step}: {answer.value!r} for {meant!r} in {made.text!r}")
    return Score(counts, tuple(wrong))


def main() -> None:
    found = score()
    total = sum(found.counts[kind] for kind in ("fully", "partly", "refused"))
    for kind in ("fully", "partly", "refused"):
        print(f"{kind:<8} {found.counts[kind]:5} of {total} people ({found.counts[kind] / total:.1%})")
    for kind, times in sorted(found.counts.items()):
        if kind.startswith("asked"):
            print(f"  {kind} {times} times, though it was written without a slip")
    print(f"people counted otherwise: {found.counts['people counted otherwise']}; wrong values: {len(found.wrong)}")
    print(*found.wrong[:20], sep="\n")


if __name__ == "__main__":
    main()
