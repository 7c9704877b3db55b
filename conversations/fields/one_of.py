"""One answer out of a few that we name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from conversations.fields.choice import YES_NO, Near, choose
from conversations.fields.field import Asking, Problem, Question, Reading, Took, Unsure
from conversations.turn import Fact, Json, Offered, Option, Phrase

Priced = Callable[[str, Asking], Mapping[str, Fact]]
_LONGEST_LABEL = "W" * 40


@dataclass(frozen=True, slots=True, init=False)
class OneOf:
    """Options in the order they are written here.

    words: slang for a value, whole messages only. hears: the value that a sentence means here, "" for none; asked
    before all else. yes, no: the values that a plain yes or no means. priced: facts for each option's label, such as an
    amount; then the answer is shown back as `<step>.named.<value>`, without them.
    """

    values: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]
    hears: Callable[[str], str]
    priced: Priced | None
    reads_back: bool
    problems: Mapping[str, Mapping[str, Fact]]
    doubts: Mapping[str, Mapping[str, Json]]
    parts: Mapping[str, Mapping[str, Fact]]

    def __init__(
        self,
        *values: str,
        words: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
        yes: str = "",
        no: str = "",
        hears: Callable[[str], str] = lambda _text: "",
        priced: Priced | None = None,
        reads_back: bool = False,
    ) -> None:
        """Declare the options.

        Raises:
            ValueError: fewer than two options, one twice, or words for an option that is not there.
        """
        if len(values) < 2 or len(set(values)) != len(values):
            raise ValueError(f"OneOf{values}: name at least two options, each once")
        for name in (*words, *filter(None, (yes, no))):
            if name not in values:
                raise ValueError(f"OneOf{values}: words are given for {name}, which is not an option")
        slang = {value: words.get(value, ()) for value in values}
        for value, side in ((yes, "yes"), (no, "no")):
            if value:
                slang[value] = (*slang[value], *YES_NO[side])
        fields = {
            "values": values,
            "words": MappingProxyType(slang),
            "hears": hears,
            "priced": priced,
            "reads_back": reads_back,
            "problems": MappingProxyType({"unclear": {}}),
            "doubts": MappingProxyType({"near": {"choice": _LONGEST_LABEL}}),
            "parts": MappingProxyType({"ask": {}}),
        }
        for name, given in fields.items():
            object.__setattr__(self, name, given)

    def question(self, asking: Asking) -> Question:
        """Offer every option."""
        facts = self.priced or (lambda _value, _asking: {})
        return Question(options=tuple(Option(asking.step, value, facts=facts(value, asking)) for value in self.values))

    def read(self, text: str, asking: Asking) -> Reading:
        """Read a choice as it was typed."""
        if meant := self.hears(text):
            return Took(meant)
        # An edited message is read without its options in sight: then they stand in their declared order, unlabelled.
        seen = asking.offered or tuple(Offered(asking.step, value, value) for value in self.values)
        match choose(text, seen, self.words):
            case Near(value) if not asking.offered:
                return Problem("unclear")
            case Near(value, label) if value in self.values:
                return Unsure(value, "near", {"choice": label})
            case str(value) if value in self.values:
                return Took(value)
            case _:
                return Problem("unclear")

    def pick(self, value: str, asking: Asking) -> Reading:
        """Take a tapped option."""
        return Took(value) if value in self.values else Problem("unclear")

    def shown(self, value: Json) -> Mapping[str, Fact]:
        """Show the option by its label."""
        return {"value": Phrase(f".{'named' if self.priced else 'option'}.{value}")}

    def samples(self) -> tuple[Json, ...]:
        """Every option."""
        return self.values


def YesNo(  # noqa: N802 - reads as the field it makes
    *,
    words: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    hears: Callable[[str], str] = lambda _text: "",
    reads_back: bool = False,
) -> OneOf:
    """Make a field answered "yes" or "no"."""
    return OneOf("yes", "no", words=words, yes="yes", no="no", hears=hears, reads_back=reads_back)
