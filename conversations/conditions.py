"""Conditions as values: they can be listed, drawn, checked and evaluated, which a lambda cannot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from conversations.turn import Answer, Json


class _Combines:
    """Gives a condition `&`, `|` and `~`."""

    __slots__ = ()

    def __and__(self, other: Condition) -> Both:
        return Both(self, other)  # type: ignore[arg-type]  # every subclass here is a Condition

    def __or__(self, other: Condition) -> Either:
        return Either(self, other)  # type: ignore[arg-type]  # every subclass here is a Condition

    def __invert__(self) -> Not:
        return Not(self)  # type: ignore[arg-type]  # every subclass here is a Condition


@dataclass(frozen=True)
class Always(_Combines):
    """Holds for everybody."""

    def __str__(self) -> str:
        return "always"


@dataclass(frozen=True)
class Answered(_Combines):
    """The step was answered, with one of these values if any are given."""

    step: str
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.step} is {' or '.join(self.values)}" if self.values else f"{self.step} is answered"


@dataclass(frozen=True)
class Flagged(_Combines):
    """The step's answer raised this flag."""

    step: str
    flag: str

    def __str__(self) -> str:
        return f"{self.step} raised {self.flag}"


@dataclass(frozen=True)
class Known(_Combines):
    """A fact about the session is set, without having been asked."""

    fact: str

    def __str__(self) -> str:
        return f"{self.fact} is known"


@dataclass(frozen=True)
class Both(_Combines):
    left: Condition
    right: Condition

    def __str__(self) -> str:
        return f"{self.left} and {self.right}"


@dataclass(frozen=True)
class Either(_Combines):
    left: Condition
    right: Condition

    def __str__(self) -> str:
        return f"({self.left} or {self.right})"


@dataclass(frozen=True)
class Not(_Combines):
    inner: Condition

    def __str__(self) -> str:
        return f"not ({self.inner})"


Condition: TypeAlias = Always | Answered | Flagged | Known | Both | Either | Not
ALWAYS = Always()
Atom: TypeAlias = Answered | Flagged | Known


def answered(step: str, *values: str) -> Answered:
    return Answered(step, values)


def flagged(step: str, flag: str) -> Flagged:
    return Flagged(step, flag)


def known(fact: str) -> Known:
    return Known(fact)


def holds(condition: Condition, answers: Mapping[str, Answer], facts: Mapping[str, Json]) -> bool:
    """Say whether a condition holds, given the answers so far."""
    match condition:
        case Always():
            return True
        case Answered(step, values):
            return step in answers and (not values or answers[step].value in values)
        case Flagged(step, flag):
            return step in answers and flag in answers[step].flags
        case Known(fact):
            return bool(facts.get(fact))
        case Both(left, right):
            return holds(left, answers, facts) and holds(right, answers, facts)
        case Either(left, right):
            return holds(left, answers, facts) or holds(right, answers, facts)
        case Not(inner):
            return not holds(inner, answers, facts)
        case _:
            assert_never(condition)


def atoms(condition: Condition) -> Iterator[Atom]:
    """List what a condition looks at."""
    match condition:
        case Always():
            return
        case Answered() | Flagged() | Known():
            yield condition
        case Both(left, right) | Either(left, right):
            yield from atoms(left)
            yield from atoms(right)
        case Not(inner):
            yield from atoms(inner)
        case _:
            assert_never(condition)
