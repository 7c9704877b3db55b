"""`python -m benchmarks.guard`: what must not be sent to us, found among what may: precision and recall by kind."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from conversations.guard import refuse

CORPORA = Path(__file__).parent.parent / "tests" / "conversations"
SETS = ("guard", "guard_fresh")  # the second was typed when the detector was finished: it missed four of 57 then


@dataclass(frozen=True)
class Scored:
    """How well one kind is found. found: texts named so. right: those of them that are. there: all that are."""

    kind: str
    found: int
    right: int
    there: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.there if self.there else 1.0

    def __str__(self) -> str:
        return f"{self.kind:<9} precision {self.precision:6.1%}  recall {self.recall:6.1%}  of {self.there}"


def labelled(*sets: str) -> list[tuple[str, str]]:
    """Read the labelled texts: what was sent, and what it holds that we never take, or ""."""
    found = []
    for name in sets or SETS:
        with (CORPORA / f"corpus_{name}.csv").open(newline="", encoding="utf-8") as lines:
            found += [(row["text"], row["expected"]) for row in csv.DictReader(lines)]
    return found


def scores() -> list[Scored]:
    """Score every kind, and "anything": whether it was refused at all."""
    judged = [(expected, refuse(text)) for text, expected in labelled()]
    kinds = sorted({expected for expected, _ in judged} - {""})
    by_kind = [
        Scored(
            kind,
            sum(said == kind for _, said in judged),
            sum(expected == said == kind for expected, said in judged),
            sum(expected == kind for expected, _ in judged),
        )
        for kind in kinds
    ]
    found = [(expected, said) for expected, said in judged if said]
    there = sum(bool(expected) for expected, _ in judged)
    whole = Scored("anything", len(found), sum(bool(expected) for expected, _ in found), there)
    return [*by_kind, whole]


def off() -> list[tuple[str, str, str]]:
    """List the texts that are named otherwise than they are: text, expected, said."""
    return [(text, expected, said) for text, expected in labelled() if (said := refuse(text)) != expected]


def main() -> None:
    rows = labelled()
    print(f"{len(rows)} texts, {sum(not expected for _, expected in rows)} of them harmless")
    for score in scores():
        print(score)
    for text, expected, said in off():
        print(f"off: {text!r} is {expected or 'harmless'}, said {said or 'harmless'}")


if __name__ == "__main__":
    main()
