"""What a field is: it asks, reads what people type and says back what it understood. It never raises for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, TypeAlias

from conversations.turn import Fact, Json, Offered, Option


@dataclass(frozen=True, slots=True)
class Took:
    """Understood. flags: warnings for the reviewer, never told to the person."""

    value: Json
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Not an answer we can take. The text key is `<step>.retry.<code>`."""

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unsure:
    """Probably understood: ask yes or no first. The text key is `<step>.sure.<code>`. Facts must be JSON values,
    except that a date is given as its ISO string under a name ending in `_date` and rupiah as an int under a name
    ending in `_rp`: they are remembered between two messages and formatted when shown."""

    value: Json
    code: str
    facts: Mapping[str, Json] = field(default_factory=dict)
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Half understood: remember this and ask the next part."""

    partial: Json


@dataclass(frozen=True, slots=True)
class Forget:
    """The person wants to answer this other step again (review pages)."""

    step: str


Reading: TypeAlias = Took | Problem | Unsure | Narrowed | Forget


@dataclass(frozen=True, slots=True)
class Question:
    """How to ask now. The text key is `<step>.<part>`; option keys default to `<step>.option.<value>`."""

    part: str = "ask"
    facts: Mapping[str, Fact] = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    lines: tuple[tuple[str, Mapping[str, Fact]], ...] = ()
    share_contact: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """What a field may look at while asking or reading. answers: step → value of what is answered on this route."""

    step: str  # "registration.nik"
    answers: Mapping[str, Json]
    today: date
    partial: Json = None
    offered: tuple[Offered, ...] = ()
    can: frozenset[str] = frozenset()
    own_phone: str | None = None
    facts: Mapping[str, Json] = field(default_factory=dict)
    lines: tuple[ReviewLine, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One answered step as a review page shows it: number from 1, its step name, and the facts of its text."""

    number: int
    step: str
    facts: Mapping[str, Fact]


class Field(Protocol):
    """One kind of answer.

    reads_back: say what was understood (`<step>.took`) before the next question. problems, doubts, parts: every
    code this field can produce with sample facts at their longest, so that lint can render every message.
    """

    # Properties, because the fields are frozen: nobody may set these.
    @property
    def reads_back(self) -> bool: ...
    @property
    def problems(self) -> Mapping[str, Mapping[str, Fact]]: ...
    @property
    def doubts(self) -> Mapping[str, Mapping[str, Json]]: ...
    @property
    def parts(self) -> Mapping[str, Mapping[str, Fact]]: ...

    def question(self, asking: Asking) -> Question:
        """How to ask, given what is known."""
        ...

    def read(self, text: str, asking: Asking) -> Reading:
        """Read typed text (already NFKC, stripped, at most 500 characters)."""
        ...

    def pick(self, value: str, asking: Asking) -> Reading:
        """Read a tapped option's value."""
        ...

    def shown(self, value: Json) -> Mapping[str, Fact]:
        """Facts for `<step>.took` and the review page's `<step>.line`; always has "value"; masked where private."""
        ...

    def samples(self) -> tuple[Json, ...]:
        """Values this field can take, the longest among them, for lint and tests."""
        ...
