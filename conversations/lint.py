"""Lint for conversations: every text in every language, its placeholders, its tone, and whether it fits everywhere."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from conversations.fields.field import Field
from conversations.form import Form, contradictions
from conversations.keys import BEFORE, Expected, expected, options
from conversations.organisation import introduced
from conversations.standing import DOUBTED, KEEP, SKIP
from conversations.turn import Fact, Message, Option, Reply
from conversations.wording import Unwritten, Words

REFERENCE = "id"
WORDS_A_SENTENCE = 12
WORDS_AT_MOST = 20
FEW, FEW_LABEL, LIST_LABEL = 3, 20, 24  # WhatsApp: three quick replies of 20 characters, list titles of 24
SHORT = {"telegram.about": 120, "telegram.description": 512}  # Bot API: setMyShortDescription, setMyDescription
FORBIDDEN: Mapping[str, tuple[str, ...]] = {
    "id": ("pasti", "pasti cair", "gratis", "wajib", "didenda", "untung", "keuntungan", "investasi", "dasar upah"),
    "en": ("guaranteed", "guarantee", "free of charge", "for free", "must", "obliged", "profit", "investment"),
}
READ = ("notice", "result", "pages", "telegram", "whatsapp")  # said elsewhere, but people read them too
_EXAMPLE = {"id": "contoh", "en": "example"}
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_WORD = re.compile(r"[^\W_][\w'’.,/@:-]*")
_LINK = re.compile(r"https?://\S+|\{link\}")


class Room(Protocol):
    """What a channel's message may hold; `bot.channels.channel.Limits` is one."""

    @property
    def text(self) -> int: ...

    @property
    def buttons(self) -> int: ...

    @property
    def label(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: where, what, and how to mend it."""

    where: str
    trouble: str

    def __str__(self) -> str:
        return f"{self.where}: {self.trouble}"


def lint(
    forms: Mapping[str, Form], catalogues: Mapping[str, Mapping[str, str]], limits: Mapping[str, Room]
) -> list[Finding]:
    """Find everything that is wrong with the forms and the texts, in every language and for every channel."""
    texts = {language: introduced(catalogue, language) for language, catalogue in catalogues.items()}
    wanted = expected(forms.values())
    found = [Finding(name, trouble) for name, form in forms.items() for trouble in contradictions(form)]
    for language, said in texts.items():
        found += _keys(language, said, wanted)
        found += _placeholders(language, said, texts[REFERENCE], wanted)
        words = Words(language, said, texts[REFERENCE])
        for key, text in said.items():
            found += _tone(f"{language} {key}", language, text)
            found += _form_of(f"{language} {key}", language, key, words, wanted.get(key))
        if not any(finding.trouble.startswith(("is missing", "nobody fills", "has a broken")) for finding in found):
            found += _sizes(language, words, forms.values(), wanted, limits)
    return found


# ---- keys and placeholders ----------------------------------------------------------------------------------------


def _keys(language: str, said: Mapping[str, str], wanted: Mapping[str, Expected]) -> Iterator[Finding]:
    """Compare a catalogue with what is said. Texts of other families (pages., admin., …) are said by others."""
    for key in wanted:
        if key not in said:
            yield Finding(f"{language} {key}", "is missing; write it in locales/")
    families = {key.partition(".")[0] for key in wanted}
    for key in said:
        if key not in wanted and key.partition(".")[0] in families:
            yield Finding(f"{language} {key}", "is never said; delete it or name it in conversations/keys.py")


def _placeholders(
    language: str, said: Mapping[str, str], reference: Mapping[str, str], wanted: Mapping[str, Expected]
) -> Iterator[Finding]:
    for key, text in said.items():
        used, asked = placeholders(text), placeholders(reference.get(key, text))
        if used is None:
            yield Finding(f"{language} {key}", "has a broken placeholder; write a brace twice to say one")
            continue
        if asked is not None and used != asked and key in reference:
            yield Finding(f"{language} {key}", f"uses {_named(used)}, {REFERENCE} uses {_named(asked)}")
        given = [frozenset(sample) for sample in wanted[key].samples] if key in wanted else []
        for missing in sorted(used - frozenset.intersection(*given)) if given else ():
            yield Finding(f"{language} {key}", f"nobody fills {{{missing}}}")


def placeholders(text: str) -> set[str] | None:
    """Name the facts a text asks for; None where a brace stands alone."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return None


def _named(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"


# ---- tone ---------------------------------------------------------------------------------------------------------


def _tone(where: str, language: str, text: str) -> Iterator[Finding]:
    for word in FORBIDDEN.get(language, ()):
        if re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE):
            yield Finding(where, f"says “{word}”, which promises or frightens; say what happens instead")
    if text.count("*") % 2:
        yield Finding(where, "has an odd number of *; bold is *word*")
    for line in text.split("\n"):
        if (link := _LINK.search(line)) and line.strip() != link[0]:
            yield Finding(where, "has a link inside a line; a link stands on a line of its own")


def _form_of(where: str, language: str, key: str, words: Words, wanted: Expected | None) -> Iterator[Finding]:
    """Judge how a text is built: short sentences, one question, an example with it."""
    if key in SHORT and len(words.texts[key]) > SHORT[key]:
        yield Finding(where, f"is longer than {SHORT[key]} characters")
    if wanted.kind != "text" if wanted else key.partition(".")[0] not in READ:
        return
    lengths = [len(_WORD.findall(_LINK.sub("", sentence))) for sentence in sentences(words.texts[key])]
    lengths = [length for length in lengths if length]
    if lengths and sum(lengths) / len(lengths) > WORDS_A_SENTENCE:
        yield Finding(where, f"averages {sum(lengths) / len(lengths):.1f} words a sentence, over {WORDS_A_SENTENCE}")
    if lengths and max(lengths) > WORDS_AT_MOST:
        yield Finding(where, f"has a sentence of {max(lengths)} words, over {WORDS_AT_MOST}")
    last = key.rpartition(".")[2]
    if last.startswith("ask") and key.count(".") == 2:
        if words.texts[key].count("?") > 1:
            yield Finding(where, "asks more than one question")
        if last != "ask_form" and _EXAMPLE[language] not in words.texts[key].casefold():
            yield Finding(where, f"has no example; add one after “{_EXAMPLE[language].capitalize()}: ”")


def sentences(text: str) -> list[str]:
    """Cut a text into sentences; a line is one at least."""
    return [part for part in _SENTENCE.split(text.replace("*", "")) if part.strip()]


# ---- what is rendered, and where it fits --------------------------------------------------------------------------


def _sizes(
    language: str,
    words: Words,
    forms: Iterable[Form],
    wanted: Mapping[str, Expected],
    limits: Mapping[str, Room],
) -> Iterator[Finding]:
    """Render every message as it can come at its longest, and hold it against every channel."""
    before = max((_said(words, key, wanted[key]) for key in BEFORE), key=lambda reply: len(words.text(*_of(reply))))
    for form in forms:
        for name, replies in messages(form, words, wanted, before):
            try:
                message = words.render(replies, "https://contoh.id/isi/" + "W" * 22)
            except Unwritten as error:
                yield Finding(f"{language} {name}", str(error))
                continue
            yield from _held(f"{language} {name}", message, limits)
    for key, entry in wanted.items():
        if entry.kind == "text":
            yield from _held(f"{language} {key}", words.render((_said(words, key, entry),)), limits)
        if entry.kind == "label":
            yield from _label(f"{language} {key}", words, key, entry, LIST_LABEL)


def messages(
    form: Form, words: Words, wanted: Mapping[str, Expected], before: Reply
) -> Iterator[tuple[str, tuple[Reply, ...]]]:
    """Compose the longest messages of a form: every question after the longest remark, every retry with its example."""
    tooks = [f"{form.name}.{ask.name}.took" for ask in form.questions if ask is not form.closing]
    took = max((_said(words, key, wanted[key]) for key in tooks), key=lambda reply: len(words.text(*_of(reply))))
    lines = tuple(
        _of(_said(words, f"{form.name}.{ask.name}.line", wanted[f"{form.name}.{ask.name}.line"]))
        for ask in form.questions
        if ask.listed
    )
    if form.tells is not None:
        offers = tuple(Option("!", name, key=f"command.{name}") for name in form.offers)
        yield f"{form.name}.done", (took, _said(words, f"{form.name}.done", wanted[f"{form.name}.done"], offers))
    for ask in form.questions:
        step = f"{form.name}.{ask.name}"
        buttons = _buttons(step, ask.field)
        beside = (Option(step, KEEP, key="engine.keep"), Option("!", "help", key="command.help"))
        for part in ask.field.parts:
            question = _said(words, f"{step}.{part}", wanted[f"{step}.{part}"], buttons)
            if ask is form.closing:
                yield f"{step}.{part}", (took, Reply(question.key, question.facts, buttons, lines))
                continue
            leave = (Reply("engine.leave"),) if ask.listed else ()
            yield f"{step}.{part} after {took.key}", (took, question, *leave)
            yield f"{step}.{part} after {before.key}", (before, question, *leave)
        for code in (key for key in wanted if key.startswith(f"{step}.retry.")):
            retry = (_said(words, code, wanted[code]), Reply(f"{step}.example"), Reply(f"{step}.help"))
            yield f"{code} at the third time", (*retry[:2], Reply(retry[2].key, options=(*buttons, *beside)))
        for code in (key for key in wanted if key.startswith(f"{step}.sure.")):
            yes_no = tuple(Option(step + DOUBTED, value, key=f"engine.{value}") for value in ("yes", "no"))
            yield code, (_said(words, code, wanted[code], yes_no),)


def _buttons(step: str, field: Field) -> tuple[Option, ...]:
    return tuple(
        Option(step, value, key=f"{step}.option.{value}", facts=facts) for value, facts in options(field).items()
    )


def _said(words: Words, key: str, entry: Expected, buttons: tuple[Option, ...] = ()) -> Reply:
    """Say a text with the sample that makes it longest."""
    return Reply(key, max(entry.samples, key=lambda sample: len(words.text(key, sample))), buttons)


def _of(reply: Reply) -> tuple[str, Mapping[str, Fact]]:
    return reply.key, reply.facts


def _held(where: str, message: Message, limits: Mapping[str, Room]) -> Iterator[Finding]:
    menu = "".join(f"\n{number}. {choice.label}" for number, choice in enumerate(message.choices, 1))
    size = _width(message.text + (f"\n{menu}" if menu else ""))
    for channel, room in limits.items():
        if size > room.text:
            yield Finding(where, f"has {size} characters with its menu, {channel} takes {room.text}")
    most = FEW_LABEL if len(message.choices) <= FEW else LIST_LABEL
    most = min(most, *(room.label for room in limits.values() if room.buttons)) if limits else most
    for choice in message.choices:
        if _width(choice.label) > most and choice.value not in (KEEP, SKIP):
            yield Finding(where, f"has the label “{choice.label}” of {_width(choice.label)} characters, over {most}")


def _label(where: str, words: Words, key: str, entry: Expected, most: int) -> Iterator[Finding]:
    for sample in entry.samples:
        label = words.text(key, sample)
        if _width(label) > most:
            yield Finding(where, f"is {_width(label)} characters on a button (“{label}”), over {most}")


def _width(text: str) -> int:
    """The length as the platforms count it: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
