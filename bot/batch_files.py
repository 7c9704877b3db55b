"""A batch's files: built from what was sealed, the same bytes whenever that is done; and why, where they differ."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot.export import Kind, Sheet, begin
from bot.sheets.column_map import Column, headings, loaded, row
from bot.sheets.fields import Source
from conversations.rules import areas
from storage import batch_contents
from storage.batch_contents import Content
from storage.batches import Batch
from storage.database import Database
from storage.keys import Keyring

KINDS: tuple[Kind, ...] = ("xlsx", "csv", "jsonl")
Progress: TypeAlias = Callable[[int, int], None]
Verdict: TypeAlias = Literal["same", "let_go", "packed_otherwise", "changed"]


@dataclass(frozen=True, slots=True)
class Built:
    """What one pass over a batch wrote. missing: people let go of since they were chosen; their rows are left out."""

    rows: int
    missing: int
    digests: Mapping[str, str]
    counts: Mapping[str, Any]


async def build(
    db: Database,
    keyring: Keyring,
    zone: ZoneInfo,
    batch: Batch,
    files: Mapping[Kind, IO[bytes] | Scales],
    folder: Path,
    progress: Progress = lambda _done, _total: None,
) -> Built:
    """Write a batch into these open files, all in one pass, and say what they are. Memory stays flat.

    JSON lines are weighed even where nobody wants them: they are nothing but the rows, so they tell a file that is
    packed otherwise from one that says something else.
    """
    columns = loaded(batch.column_map)
    weighed: dict[Kind, IO[bytes] | Scales] = {"jsonl": Scales(), **files}
    tally, done = _Tally(), 0
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=folder, prefix="batch-")))
        sheets = {
            kind: begin(kind, file, headings(columns), scratch, batch.created_at)  # type: ignore[arg-type]  # scales write
            for kind, file in weighed.items()
        }
        try:
            async for page in batch_contents.pages(db, keyring, batch.id):
                await asyncio.to_thread(_add, page, columns, zone, tuple(sheets.values()), tally)
                done += len(page)
                progress(done, batch.size)
        finally:
            for sheet in sheets.values():
                await asyncio.to_thread(sheet.close)
    digests: dict[str, str] = {kind: await asyncio.to_thread(weigh, file) for kind, file in weighed.items()}
    return Built(tally.rows, tally.missing, digests, tally.counts())


def verdict(batch: Batch, built: Built, kind: Kind) -> Verdict:
    """Whether a file is what was sealed; where it is not, why.

    let_go: somebody was forgotten or had their data restricted, or retention let go of them. packed_otherwise: the same
    rows, written by another release of the library or of zlib. changed: the rows themselves differ, so the program or
    its tables did.
    """
    if built.digests[kind] == batch.digests.get(kind):
        return "same"
    if built.missing > int(batch.counts.get("missing", 0)):
        return "let_go"
    return "packed_otherwise" if built.digests["jsonl"] == batch.digests.get("jsonl") else "changed"


def manifest(batch: Batch) -> dict[str, Any]:
    """What goes along with the file: for whom, how many, and the weight of each format. It names nobody."""
    places = batch.counts.get("kelurahan", {})
    return {
        "batch": batch.id,
        "practice": batch.simulated,
        "branch": batch.branch,
        "area": batch.area,
        "chosen": dict(batch.chosen),
        "rows": batch.counts.get("rows", 0),
        "programmes": dict(batch.counts.get("programme", {})),
        "kelurahans": [{"code": code, "name": _name(code), "rows": count} for code, count in places.items()],
        "columns": [column["name"] for column in batch.column_map],
        "sha256": dict(batch.digests),
        "sealed_by": batch.sealed_by,
        "sealed_at": batch.sealed_at.isoformat() if batch.sealed_at else None,
    }


def weigh(file: IO[bytes] | Scales) -> str:
    """A file's SHA-256 in hex. It is left at its beginning."""
    if isinstance(file, Scales):
        return file.hexdigest()
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # a real file reads into
    file.seek(0)
    return digest


@contextmanager
def private_file(folder: Path) -> Iterator[IO[bytes]]:
    """A file without a name: it holds personal data, and is gone from the disk when it is closed or we crash."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as file:
        yield file


class Scales:
    """A file that is only weighed: what is written to it is gone."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self._digest.update(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits to be written."""

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


class _Tally:
    """How many rows there are, where and on what."""

    def __init__(self) -> None:
        self.rows = self.missing = 0
        self._places: Counter[str] = Counter()
        self._programmes: Counter[str] = Counter()

    def add(self, source: Source) -> None:
        self.rows += 1
        self._places[source.text("kelurahan")] += 1
        self._programmes[source.text("programme")] += 1

    def counts(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "missing": self.missing,
            "kelurahan": dict(sorted(self._places.items())),
            "programme": dict(sorted(self._programmes.items())),
        }


def _add(
    page: list[Content], columns: Sequence[Column], zone: ZoneInfo, sheets: Sequence[Sheet], tally: _Tally
) -> None:
    present = [Source(content, zone) for content in page if content.answers]
    tally.missing += len(page) - len(present)
    for source in present:
        tally.add(source)
    rows = [row(columns, source) for source in present]
    for sheet in sheets:
        sheet.add(rows)


def _name(code: str) -> str:
    area = areas.named(code) if code else None
    return area.name if area else ""
