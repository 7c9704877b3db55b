"""Reading a file without being harmed by it: another process does it, and its rows come in pages."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from bot.results.columns import Header
from bot.results.sheet import MOST_COLUMNS, Cell, NotRead, load_cells

PAGE = 500
LONGEST_LINE = MOST_COLUMNS * 3000  # a row as JSON, every sign of it escaped
_INHERITED = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "TMPDIR")  # and no keys


@dataclass(frozen=True, slots=True)
class List:
    """A list that was found in a file. pages: its rows with the numbers they have there."""

    sheet: str
    header: Header
    pages: AsyncIterator[list[tuple[int, tuple[Cell, ...]]]] = field(repr=False)


@asynccontextmanager
async def reading(file: Path) -> AsyncIterator[List]:
    """Open a file and find the list in it.

    Raises:
        NotRead: what is the matter with it; also while its pages are being asked for.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.results.child",
        str(file),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # a traceback there might quote a cell
        limit=LONGEST_LINE,
        env={name: os.environ[name] for name in _INHERITED if name in os.environ},
    )
    try:
        found = await _next(child)
        header = Header(found["row"], tuple(found["names"]), found["mapping"])
        yield List(found["sheet"], header, _pages(child))
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


async def _pages(child: asyncio.subprocess.Process) -> AsyncIterator[list[tuple[int, tuple[Cell, ...]]]]:
    page: list[tuple[int, tuple[Cell, ...]]] = []
    while isinstance(line := await _next(child), list):
        page.append((line[0], load_cells(line[1])))
        if len(page) == PAGE:
            yield page
            page = []
    if page:
        yield page


async def _next(child: asyncio.subprocess.Process) -> Any:
    assert child.stdout is not None
    said = await child.stdout.readline()
    if not said.endswith(b"\n"):  # it ended in the middle: the limits of the process, or a crash of the library
        if await child.wait() > 0:
            raise RuntimeError("bot.results.child failed: run it on the file to see why")
        raise NotRead("trap")
    line = orjson.loads(said)
    if isinstance(line, dict) and "trouble" in line:
        raise NotRead(line["trouble"])
    return line
