"""Transcripts: conversations as plain text. Read here, replayed by whoever has a channel, written back by --rewrite.

    language: id                       what holds throughout: language, date, can (capabilities), own (own phone number)
    date: 2026-11-24

    # a remark                         kept as it is
    > 1,5jt                            the person types
    > [Ya, benar]                      taps the latest button of this label; "… (lama)": an earlier message's
    > (sticker)                        sends something without words: voice, photo, document, location …
    > (contact)                        shares their own contact; "> (contact lain)": somebody else's
    > (isi nik) 3174…                  fills the secure form
    > (ubah) 17-8-1995                 edits their last message
    > (buka) KODE                      opens the chat, perhaps by a link
    > (petugas nik, rw) sebabnya       an officer sends the form back for these steps
    @ +2 hari                          time passes: jam, hari
        Berapa NIK Kakak?              the bot says, indented by four
        [Dibantu]                      a button under it
        (Bagikan nomor saya)           the platform's contact button
        ~ submitted TK-…               what must happen besides; only the pure replay looks at these

A message before the first line of the person answers the chat being opened.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

HERE = Path(__file__).parent
RECEIPT = re.compile(r"\bTK-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]\b")
_INDENT = "    "


class Unreadable(Exception):
    """A transcript with a line that means nothing: it names the file, the line and what is expected."""


@dataclass(frozen=True)
class Line:
    """One thing that happens and what the bot answers. how: said, tapped, sent, … as in the module's list."""

    how: str
    text: str = ""
    argument: str = ""
    heard: tuple[str, ...] = ()
    before: tuple[str, ...] = ()  # remarks above it


@dataclass(frozen=True)
class Transcript:
    """A conversation: its header and its lines."""

    path: Path
    header: Mapping[str, str]
    lines: tuple[Line, ...]
    remarks: tuple[str, ...] = field(default=())

    @property
    def language(self) -> str:
        return self.header.get("language", "id")

    @property
    def can(self) -> frozenset[str]:
        return frozenset(self.header.get("can", "").split())

    @cached_property
    def receipts(self) -> tuple[str, ...]:
        """The receipt numbers it mentions, in order: whoever replays it hands out these."""
        found = [receipt for line in self.lines for said in line.heard for receipt in RECEIPT.findall(said)]
        return tuple(dict.fromkeys(found))


def every(*languages: str) -> tuple[Path, ...]:
    """List the transcripts, of these languages or of all."""
    return tuple(sorted(p for p in HERE.glob("*/*.txt") if not languages or p.parent.name in languages))


def read(path: Path) -> Transcript:
    """Read a transcript.

    Raises:
        Unreadable: a line is neither typed, nor said, nor a remark.
    """
    header: dict[str, str] = {}
    lines: list[Line] = []
    remarks: list[str] = []
    heard: list[str] = []
    written = path.read_text(encoding="utf-8").splitlines()
    at = 0
    while at < len(written) and (found := re.fullmatch(r"([a-z]+): (.*)", written[at])):
        header[found[1]] = found[2]
        at += 1

    def close() -> None:
        """What was said since belongs to the line before it."""
        if not heard:
            return
        while heard and not heard[-1]:
            heard.pop()
        if not lines:
            lines.append(Line("opened"))
        lines[-1] = Line(lines[-1].how, lines[-1].text, lines[-1].argument, tuple(heard), lines[-1].before)
        heard.clear()

    for number, line in enumerate(written[at:], at + 1):
        if line.startswith(_INDENT) or (not line.strip() and heard):
            heard.append(line[len(_INDENT) :].rstrip())
        elif line.startswith("#"):
            close()
            remarks.append(line)
        elif line.startswith(("> ", "@ ")):
            close()
            lines.append(_line(line, tuple(remarks), f"{path.name}:{number}"))
            remarks.clear()
        elif line.strip():
            raise Unreadable(
                f"{path.name}:{number}: {line!r} is neither “> typed”, “@ +1 hari”, “# remark” nor indented"
            )
    close()
    return Transcript(path, header, tuple(lines), tuple(remarks))


def _line(line: str, before: tuple[str, ...], where: str) -> Line:
    if line.startswith("@"):
        if not (passed := re.fullmatch(r"@ \+([0-9]+) (jam|hari)", line)):
            raise Unreadable(f"{where}: time passes as “@ +2 hari” or “@ +3 jam”, not {line!r}")
        return Line("waited", passed[2], passed[1], before=before)
    text = line[2:]
    if tapped := re.fullmatch(r"\[(.+)\]( \(lama\))?", text):
        return Line("tapped", tapped[1], "old" if tapped[2] else "", before=before)
    if did := re.fullmatch(r"\((\w+) ?([^)]*)\) ?(.*)", text):
        return Line(f"({did[1]})", did[3], did[2], before=before)
    return Line("said", text, before=before)


def write(transcript: Transcript, heard: list[tuple[str, ...]]) -> str:
    """Write a transcript anew with what was heard."""
    parts = ["\n".join(f"{name}: {value}" for name, value in transcript.header.items()), ""]
    for line, said in zip(transcript.lines, heard, strict=True):
        parts += line.before
        if not (line.how == "opened" and line is transcript.lines[0]):
            parts.append(_written(line))
        parts += [f"{_INDENT}{text}".rstrip() for text in said]
        parts.append("")
    return "\n".join([*parts, *transcript.remarks]).rstrip() + "\n"


def _written(line: Line) -> str:
    match line.how:
        case "waited":
            return f"@ +{line.argument} {line.text}"
        case "tapped":
            return f"> [{line.text}]{' (lama)' if line.argument else ''}"
        case "said":
            return f"> {line.text}"
        case how:
            name = f"{how[1:-1]} {line.argument}".strip()
            return f"> ({name}) {line.text}".rstrip()
