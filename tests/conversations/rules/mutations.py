"""What becomes of a prefilled text on its way: 500 ways, each seeded, named by what happened to it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

KEYBOARD = {
    "Q": "W1",
    "T": "RY5",
    "R": "ET4",
    "N": "BM",
    "K": "JL",
    "F": "DG",
    "X": "ZC",
    "C": "XV",
    "J": "HK",
    "H": "GJ",
}
EMOJI = "🙏😊👍🏽❤️🔥🎉👨‍👩‍👧"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
DIGITS = {"0": "nol", "1": "satu", "2": "dua", "3": "tiga", "4": "empat", "5": "lima", "6": "enam", "7": "tujuh",
          "8": "delapan", "9": "sembilan"}  # fmt: skip
NAMES = {"C": "ce", "F": "ef", "H": "ha", "J": "je", "K": "ka", "N": "en", "P": "pe", "R": "er", "T": "te", "V": "ve",
         "W": "we", "X": "eks", "Y": "ye"}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A text as it arrived. code: the one it was made with. whole: the code itself came through readably."""

    how: str
    text: str
    code: str
    whole: bool


Change = Callable[[random.Random, str, str], str]


def mutants(codes: list[str], sentence: str, count: int, seed: int) -> Iterator[Mutant]:
    """Make mutants of a sentence that ends in a code, every way in turn."""
    chance = random.Random(seed)
    ways = (*KEEPING.items(), *HARMING.items())
    for number in range(count):
        how, change = ways[number % len(ways)]
        code = chance.choice(codes)
        yield Mutant(how, change(chance, sentence, code), code, how in KEEPING)


def _somewhere(chance: random.Random, text: str, put: str, instead_of: int = 0) -> str:
    at = chance.randrange(len(text))
    return text[:at] + put + text[at + instead_of :]


def _spoken(chance: random.Random, sentence: str, code: str) -> str:
    signs = [sign for sign in code if sign != "-"]
    return "kodenya " + chance.choice((" ", ", ", " - ")).join(DIGITS.get(s) or NAMES.get(s, s) for s in signs)


def _letter_for_look(chance: random.Random, sentence: str, code: str) -> str:
    looks = {"0": "OoQ", "1": "Il", "2": "Zz", "5": "Ss", "6": "G", "8": "B", "N": "Mm", "V": "Uu"}
    return f"{sentence} {code[:4]}" + "".join(chance.choice(looks.get(sign, sign)) for sign in code[4:])


def _misspelt(chance: random.Random, sentence: str, code: str) -> str:
    for _ in range(chance.randint(1, 4)):
        sentence = _somewhere(chance, sentence, chance.choice(LETTERS), chance.randint(0, 1))
    return f"{sentence} {code}"


def _two_lines(chance: random.Random, sentence: str, code: str) -> str:
    cut = chance.choice((4, 7, 8, 11, 12))
    return f"{sentence}\n{code[:cut]}\n{code[cut:]}"


def _cut(chance: random.Random, sentence: str, code: str) -> str:
    whole = f"{sentence} {code}"
    return whole[: len(whole) - chance.randint(1, 12)]


def _cut_in_front(chance: random.Random, sentence: str, code: str) -> str:
    return f"{sentence} {code}"[chance.randint(len(sentence) + 5, len(sentence) + 12) :]


def _neighbour_key(chance: random.Random, sentence: str, code: str) -> str:
    at = chance.randrange(4, len(code))
    return f"{sentence} {code[:at]}{chance.choice(KEYBOARD.get(code[at], '37KX'))}{code[at + 1 :]}"


def _swapped(chance: random.Random, sentence: str, code: str) -> str:
    at = chance.randrange(4, len(code) - 1)
    return f"{sentence} {code[:at]}{code[at + 1]}{code[at]}{code[at + 2 :]}"


def _left_out(chance: random.Random, sentence: str, code: str) -> str:
    at = chance.randrange(4, len(code))
    return f"{sentence} {code[:at]}{code[at + 1 :]} terima kasih"


def _doubled(chance: random.Random, sentence: str, code: str) -> str:
    at = chance.randrange(4, len(code))
    return f"{sentence} {code[:at]}{code[at]}{code[at:]} makasih ya"


def _scrambled(chance: random.Random, sentence: str, code: str) -> str:
    signs = list(code[4:].replace("-", ""))
    chance.shuffle(signs)
    return f"{sentence} TRN-{''.join(signs)}"


def _several_typos(chance: random.Random, sentence: str, code: str) -> str:
    text = f"{sentence} {code}"
    for _ in range(3):
        at = chance.randrange(len(sentence) + 1, len(text))
        text = text[:at] + chance.choice(LETTERS + "0123456789") + text[at + chance.randint(0, 1) :]
    return text


KEEPING: dict[str, Change] = {
    "as it was": lambda chance, sentence, code: f"{sentence} {code}",
    "lower case": lambda chance, sentence, code: f"{sentence} {code}".lower(),
    "no dashes": lambda chance, sentence, code: f"{sentence} {code.replace('-', '')}",
    "spaces": lambda chance, sentence, code: f"{sentence} {code.replace('-', ' ')}",
    "long dashes": lambda chance, sentence, code: f"{sentence} {code.replace('-', chance.choice('–—‑−'))}",
    "only the code": lambda chance, sentence, code: code if chance.random() < 0.5 else code.lower().replace("-", " "),
    "without its beginning": lambda chance, sentence, code: f"{sentence} {code[4:]}",
    "look-alikes": _letter_for_look,
    "spoken": _spoken,
    "a misspelt sentence": _misspelt,
    "two lines": _two_lines,
    "emoji around": lambda chance, sentence, code: f"{chance.choice(EMOJI)}{sentence} {code}{chance.choice(EMOJI)}",
    "emoji between": lambda chance, sentence, code: f"{sentence} {code.replace('-', chance.choice(EMOJI))}",
    "bold": lambda chance, sentence, code: f"{sentence} *{code}*",
    "quoted": lambda chance, sentence, code: f'"{sentence} {code}"\nini kode dari pak RW ya min',
    "forwarded": lambda chance, sentence, code: f"[24/11 10.15] Bu Ratna: {sentence} {code}\nsaya ikut, 081234567890",
    "words before": lambda chance, sentence, code: f"assalamualaikum kak saya 45 th tukang sayur. {sentence} {code}",
    "words after": lambda chance, sentence, code: f"{sentence} {code} {chance.choice(('ya', 'makasih', 'NIK nanti'))}",
    "glued": lambda chance, sentence, code: f"{sentence}{code}{chance.choice(('terima kasih', 'ya', 'kak'))}",
    "wide": lambda chance, sentence, code: f"{sentence} " + "".join(chr(ord(c) + 0xFEE0) for c in code),
    "invisible signs": lambda chance, sentence, code: f"{sentence} " + "\u200b".join(code),
    "twice": lambda chance, sentence, code: f"{sentence} {code}\n{sentence} {code.lower()}",
    "autocorrected words": lambda chance, sentence, code: f"Hal, Taruna mau daftar kode relawan Turun {code}",
    "the link instead": lambda chance, sentence, code: f"https://taruna.example/r/{code} ini ya kak",
}  # fmt: skip
HARMING: dict[str, Change] = {
    "cut short": _cut,
    "cut in front": _cut_in_front,
    "a neighbouring key": _neighbour_key,
    "two signs swapped": _swapped,
    "a sign left out": _left_out,
    "a sign doubled": _doubled,
    "scrambled": _scrambled,
    "several typos": _several_typos,
    "two codes": lambda chance, sentence, code: f"{sentence} {code} atau TRN-C0F-FRT-T3X TRN-000-000-000",
    "no code": lambda chance, sentence, code: sentence,
}
