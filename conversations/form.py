"""What a form is: declared steps with conditions, which refuse to import when they contradict themselves."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol, TypeAlias

from conversations.conditions import ALWAYS, Answered, Condition, Flagged, Known, atoms, holds
from conversations.fields.field import Asking, Field, Problem, Took, Unsure
from conversations.turn import Answer, Fact, Json


class Contradiction(Exception):
    """A form that cannot work: it names the form, the step, and what to change."""


class Check(Protocol):
    """A judgement on an answer that needs the other answers. Declares every code it can produce, with samples."""

    @property
    def problems(self) -> Mapping[str, Mapping[str, Fact]]: ...

    @property
    def doubts(self) -> Mapping[str, Mapping[str, Json]]: ...

    @property
    def flags(self) -> tuple[str, ...]: ...

    def __call__(self, took: Took, asking: Asking) -> Took | Problem | Unsure: ...


class Facts(Protocol):
    """Further facts for a question's text. samples: what it can give, the longest among them, for lint."""

    samples: tuple[Mapping[str, Fact], ...]

    def __call__(self, asking: Asking) -> Mapping[str, Fact]: ...


@dataclass(frozen=True, eq=False)
class Ask:
    """One question. Two are the same only if they are one object.

    private: a channel that may not ask for it gets the secure form. optional: LEWATI answers it with nothing.
    consent: the purpose whose proof this answer is. listed: shown on the review page. was: earlier names of this step.
    facts: further facts for the question's text. raises: flags the field itself may raise.
    """

    name: str
    field: Field
    when: Condition = ALWAYS
    check: Check | None = None
    private: bool = False
    optional: bool = False
    consent: str = ""
    listed: bool = True
    was: tuple[str, ...] = ()
    facts: Facts | None = None
    raises: tuple[str, ...] = ()

    @property
    def flags(self) -> tuple[str, ...]:
        return self.raises + (self.check.flags if self.check else ())


@dataclass(frozen=True, eq=False)
class Stop:
    """An end that is not the end of the form: a dead end with a way out, or another way to finish.

    offers: the commands under it. A person can always take back the answer that led here. wipes: we may keep nothing
    of somebody who ends here, so every listed answer is dropped at once.
    """

    name: str
    when: Condition
    offers: tuple[str, ...] = ("help", "back", "menu")
    wipes: bool = False


Step: TypeAlias = Ask | Stop
Aside: TypeAlias = Literal["taken back", "written down"]


@dataclass(frozen=True)
class Route:
    """Where somebody stands: the questions on their way, the first unanswered one, or the stop they ran into."""

    asks: tuple[Ask, ...]
    current: Ask | None
    stop: Stop | None

    @property
    def complete(self) -> bool:
        return self.current is None and self.stop is None


@dataclass(frozen=True)
class Form:
    """A conversation that gathers answers. Steps are in asking order.

    flags: warnings about the form as a whole, from the values on the route. offers: the commands under its last words.
    The last step closes the form: it is answered only when everything before it is. tells: facts for the last words of
    a form that only tells something: nothing is handed over, and its answers go when the person goes on. aside: what
    the answers kept aside are: the person's own, taken back, or written down for them by somebody else. The latter have
    texts of the form's own, stand first, and a yes keeps them.

    Raises:
        Contradiction: at import, when the steps cannot work together.
    """

    name: str
    steps: tuple[Step, ...]
    flags: Callable[[Mapping[str, Json]], tuple[str, ...]] = lambda _values: ()
    offers: tuple[str, ...] = ("status", "menu")
    tells: Facts | None = None
    aside: Aside = "taken back"

    def __post_init__(self) -> None:
        for trouble in contradictions(self):
            raise Contradiction(f"form {self.name}: {trouble}")

    @cached_property
    def asks(self) -> Mapping[str, Ask]:
        """Every question by its name and by each name it had before."""
        named = {old: ask for ask in self.questions for old in ask.was}
        return named | {ask.name: ask for ask in self.questions}

    @cached_property
    def questions(self) -> tuple[Ask, ...]:
        """Every question once, in asking order."""
        return tuple(step for step in self.steps if isinstance(step, Ask))

    @cached_property
    def stops(self) -> Mapping[str, Stop]:
        """Every stop by its name."""
        return {step.name: step for step in self.steps if isinstance(step, Stop)}

    @cached_property
    def closing(self) -> Ask | None:
        """The question that hands the form over; a form that only tells has none."""
        last = self.steps[-1]
        return last if isinstance(last, Ask) and self.tells is None else None

    @cached_property
    def fingerprint(self) -> str:
        """Changes whenever the questions, their options or their conditions do; travels with each application."""
        text = "|".join(
            f"{type(step).__name__}:{step.name}:{step.when}"
            + (f":{type(step.field).__name__}{getattr(step.field, 'values', '')}" if isinstance(step, Ask) else "")
            for step in self.steps
        )
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @cached_property
    def _latest(self) -> list[tuple[Mapping[str, Answer], Mapping[str, Json], Route]]:
        """Where the last one asked about stands: a turn asks several times about the same answers."""
        return []

    def route(self, answers: Mapping[str, Answer], facts: Mapping[str, Json]) -> Route:
        """Derive where somebody stands from their answers alone."""
        for known_answers, known_facts, route in self._latest:
            if known_answers is answers and known_facts is facts:
                return route
        route = self._derive(answers, facts)
        self._latest[:] = [(answers, facts, route)]
        return route

    def _derive(self, answers: Mapping[str, Answer], facts: Mapping[str, Json]) -> Route:
        asks: list[Ask] = []
        current: Ask | None = None
        for step in self.steps:
            if step.when is not ALWAYS and not holds(step.when, answers, facts):
                continue
            if isinstance(step, Ask):
                asks.append(step)
                if current is None and step.name not in answers:
                    current = step
            elif current is None:
                return Route(tuple(asks), None, step)
        return Route(tuple(asks), current, None)


def contradictions(form: Form) -> Iterator[str]:
    """Name everything that keeps a form from working."""
    names = [name for step in form.steps for name in (step.name, *(step.was if isinstance(step, Ask) else ()))]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"two steps are called {name}; names and earlier names must differ"
    seen: dict[str, Ask] = {}
    for step in form.steps:
        for atom in atoms(step.when):
            match atom:
                case Known():
                    continue
                case Answered(name) | Flagged(name) if name not in seen:
                    yield f"{step.name} depends on {name}, which is not asked before it"
                case Answered(name, values):
                    offered = getattr(seen[name].field, "values", None)
                    for value in values:
                        if offered is not None and value not in offered:
                            yield f"{step.name} depends on {name} being {value}, which is never offered"
                case Flagged(name, flag) if flag not in seen[name].flags:
                    yield f"{step.name} depends on {name} raising {flag}, which it never does"
        if isinstance(step, Ask):
            seen[step.name] = step
    if not any(isinstance(step, Ask) for step in form.steps):
        yield "it asks nothing"
        return
    if not list(dead_steps(form)):
        return
    for name in dead_steps(form):
        yield f"{name} can never be reached"


def dead_steps(form: Form) -> Iterator[str]:
    """Name the steps no combination of answers leads to, and "the end" where none completes the form."""
    reached: set[str] = set()
    for answers, facts in walks(form):
        route = form.route(answers, facts)
        reached.update(ask.name for ask in route.asks)
        reached.add(route.stop.name if route.stop else "the end")
    for name in [step.name for step in form.steps] + ["the end"]:
        if name not in reached:
            yield name


def walks(form: Form) -> Iterator[tuple[dict[str, Answer], dict[str, Json]]]:
    """Answer the whole form in every way that its conditions can tell apart."""
    mentioned = {atom for step in form.steps for atom in atoms(step.when)}
    choices: dict[str, list[Answer]] = {}
    for ask in form.questions:
        values = {v for a in mentioned if isinstance(a, Answered) and a.step == ask.name for v in a.values}
        flags = {a.flag for a in mentioned if isinstance(a, Flagged) and a.step == ask.name}
        offered = set(getattr(ask.field, "values", ()))
        kinds: list[Json] = [*sorted(values)]
        if not offered or offered - values:
            kinds.append(min(offered - values, default="(anything)"))
        options = [Answer(kind) for kind in kinds]
        options += [Answer(kinds[-1], flags=(flag,)) for flag in sorted(flags)]
        choices[ask.name] = options
    known = sorted({atom.fact for atom in mentioned if isinstance(atom, Known)})
    # Answers nobody's condition looks at do not multiply the ways: one each is enough.
    for answers in itertools.product(*choices.values()):
        for truths in itertools.product((False, True), repeat=len(known)):
            yield dict(zip(choices, answers, strict=True)), dict(zip(known, truths, strict=True))
