"""The conversation in a terminal: the same pipeline and database, nothing sent anywhere. It can save a transcript.

Lines that begin with ":" do what a phone does without words: ":2" taps the second option, ":sticker" (or voice, photo)
sends one, ":contact" shares the own number, ":isi 3174…" fills the secure form, ":+2d" lets two days pass.
"""

from __future__ import annotations

import asyncio
import getpass
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from bot.channels.channel import Address, Arrived, Delivered, Limits, Outgoing
from bot.channels.rendering import to_plain
from conversations.turn import Choice, Content, Filled, Said, Sent, Shared, Tapped

OWN_PHONE = "+6281200000000"
_LATER = re.compile(r"\+([0-9]{1,4})([hd])")


class Terminal:
    """The channel as the pipeline sees it. Messages are read from the outbox by whoever sits at the terminal."""

    name = "terminal"
    can = frozenset({"take_full_id", "share_contact", "caption_files"})
    limits = Limits(text=4096, buttons=0, label=80)
    rate = 1000.0
    rate_per_chat = 1000.0

    async def send(self, address: str, message: Outgoing, outbox_id: int) -> Delivered:
        return Delivered(str(outbox_id))

    async def open(self) -> None: ...

    async def close(self) -> None: ...


class Transcript:
    """A conversation as text: what was typed after ">", what was said indented below it, as the tests replay it."""

    def __init__(self, language: str, can: frozenset[str], at: datetime) -> None:
        day = f"date: {at.date().isoformat()}"
        self.lines = [f"language: {language}", day, f"can: {' '.join(sorted(can))}", f"own: {OWN_PHONE}", ""]

    def did(self, line: str) -> None:
        self.lines += [line if line.startswith("@") else f"> {line}"]

    def heard(self, text: str, choices: tuple[Choice, ...]) -> None:
        self.lines += [f"    {line}".rstrip() for line in text.split("\n")]
        self.lines += [f"    [{choice.label}]" for choice in choices]
        self.lines.append("")

    def save(self, path: Path) -> None:
        path.write_text("\n".join(self.lines).rstrip() + "\n", encoding="utf-8")


class Sitting:
    """Somebody at a terminal: what they see last, and the clock they live by."""

    def __init__(self, language: str, like: str) -> None:
        self.who = f"{getpass.getuser()}-{secrets.token_hex(4)}"
        self.like = like
        self.choices: tuple[Choice, ...] = ()
        self.passed = timedelta()
        self.asked_step = ""
        can = frozenset() if like else Terminal.can
        self.transcript = Transcript(language, can, self.now())

    def now(self) -> datetime:
        return datetime.now(UTC) + self.passed

    def read(self, line: str) -> tuple[Content, str] | None:
        """Read a typed line as something that arrives, with its line of transcript; None when only time passes."""
        if not line.startswith(":"):
            return Said(line), line
        word, _, rest = line[1:].strip().partition(" ")
        if later := _LATER.fullmatch(word):
            count = int(later[1])
            self.passed += timedelta(days=count) if later[2] == "d" else timedelta(hours=count)
            self.transcript.did(f"@ +{count} {'hari' if later[2] == 'd' else 'jam'}")
            return None
        if word.isdigit() and 1 <= int(word) <= len(self.choices):
            choice = self.choices[int(word) - 1]
            return Tapped(choice.step, choice.value), f"[{choice.label}]"
        if word == "contact":
            return Shared(OWN_PHONE, own=True), "(contact)"
        if word == "isi":
            return Filled("nik", rest), f"(isi nik) {rest}"
        return Sent(word or "other"), f"({word or 'other'})"

    def arrived(self, content: Content) -> Arrived:
        return Arrived(
            "terminal",
            secrets.token_hex(8),
            (Address("tty", self.who),),
            content,
            self.now(),
            handle={"as": self.like} if self.like else {},
            own_phone=OWN_PHONE,
        )


@asynccontextmanager
async def lines() -> AsyncIterator[asyncio.Queue[str | None]]:
    """Standard input, line by line, without stopping the program; None at its end."""
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    async def read() -> None:
        while True:
            try:
                line = await asyncio.to_thread(input, "> ")
            except EOFError:
                await queue.put(None)
                return
            await queue.put(line)
            await queue.join()

    task = asyncio.create_task(read())
    try:
        yield queue
    finally:
        task.cancel()


def show(message: Outgoing) -> None:
    """Print a message and the options under it."""
    click.echo()
    click.echo(click.style(to_plain(message.text), fg="green"))
    if message.paper:
        click.echo(click.style(f"  [{message.paper.size}] {message.paper.receipt}", fg="yellow"))
    for number, choice in enumerate(message.choices, start=1):
        click.echo(click.style(f"  :{number}  {choice.label}", fg="cyan"))
    if message.share_contact:
        click.echo(click.style(f"  :contact  {message.share_contact}", fg="cyan"))
    click.echo()
