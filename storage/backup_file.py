"""A backup's file: gzipped JSON lines, a header first, then a line a row, then the SHA-256 of all before it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import orjson

from storage.errors import BackupTrouble

NAME = "taruna backup 2"
DAMAGED = (OSError, EOFError, ValueError, zlib.error)


@dataclass(frozen=True, slots=True)
class Header:
    """What is in the file. columns and counts: by table, in the order the rows come. last_ids: the last given out."""

    schema: str
    columns: Mapping[str, Sequence[str]]
    counts: Mapping[str, int]
    last_ids: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


Write = Callable[[str, Iterable[Sequence[Any]]], None]


@contextmanager
def writing(file: Path, header: Header) -> Iterator[Write]:
    """Write a backup beside its name, readable by its owner only; it gets its name once it is whole and on the disk."""
    part = file.with_name(file.name + ".part")
    digest = hashlib.sha256()
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:  # noqa: PTH123
            with gzip.open(cast(BinaryIO, raw), "wb", compresslevel=6) as out:

                def line(value: object) -> None:
                    written = orjson.dumps(value) + b"\n"
                    digest.update(written)
                    out.write(written)

                def write(table: str, rows: Iterable[Sequence[Any]]) -> None:
                    for row in rows:
                        line([table, [_plain(value) for value in row]])

                line({"file": NAME, **asdict(header)})
                yield write
                out.write(orjson.dumps({"sha256": digest.hexdigest()}) + b"\n")
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def check(file: Path) -> Header:
    """Read the file through: nothing may be missing or changed.

    Raises:
        BackupTrouble: it is damaged, or no backup of ours.
    """
    digest = hashlib.sha256()
    counted: Counter[str] = Counter()
    last = first = b""
    try:
        with gzip.open(file, "rb") as lines:
            for line in lines:
                first = first or line
                digest.update(last)
                if last and last is not first:
                    counted[orjson.loads(last)[0]] += 1
                last = line
        end, head = orjson.loads(last), orjson.loads(first)
        if head.pop("file", None) != NAME:
            raise BackupTrouble(f"{file.name} is not a backup this program can read; nothing was changed")
        header = Header(**head)
    except FileNotFoundError:
        raise BackupTrouble(f"{file.name} is not there") from None
    except (*DAMAGED, TypeError, AttributeError, LookupError):
        raise BackupTrouble(f"{file.name} is damaged or not a backup; nothing was changed") from None
    whole = {table: count for table, count in header.counts.items() if count}
    if end != {"sha256": digest.hexdigest()} or whole != dict(counted):
        raise BackupTrouble(f"{file.name} is damaged: its sum is wrong; nothing was changed")
    return header


def rows(file: Path) -> Iterator[tuple[str, list[Any]]]:
    """Every row of a checked file, with its table's name."""
    with gzip.open(file, "rb") as lines:
        for line in lines:
            read = orjson.loads(line)
            if isinstance(read, list):
                yield read[0], [_stored(value) for value in read[1]]


def _plain(value: Any) -> Any:
    return {"b": base64.b64encode(value).decode()} if isinstance(value, bytes | memoryview) else value


def _stored(value: Any) -> Any:
    return base64.b64decode(value["b"]) if isinstance(value, dict) else value
