"""Outlines of areas: what boards draw, and the files they come from, looked at before anything of them counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

import orjson

from storage.columns import moment
from storage.tx import Tx

SHOWN = 10  # files a page lists
State: TypeAlias = Literal["previewed", "applied", "discarded"]
Kind: TypeAlias = Literal["kota", "kecamatan", "kelurahan", "rw"]
_OF: Mapping[str, str] = {
    "kota": "LENGTH(area_code) = 5 AND rw = ''",
    "kecamatan": "LENGTH(area_code) = 8 AND rw = ''",
    "kelurahan": "LENGTH(area_code) = 13 AND rw = ''",
    "rw": "rw <> ''",
}
_FILE = "id, state, file_name, area, lines, sketch, apart, uploaded_by, uploaded_at, decided_by, decided_at, kept"


@dataclass(frozen=True, slots=True)
class OutlineFile:
    """A file somebody brought. lines: one a feature; sketch: {} once it was decided."""

    id: int
    state: State
    file_name: str
    area: str
    lines: Sequence[Mapping[str, Any]] = field(repr=False)
    sketch: Mapping[str, Any] = field(repr=False)
    apart: int
    uploaded_by: str
    uploaded_at: datetime
    decided_by: str
    decided_at: datetime | None
    kept: int


# ---- what is drawn --------------------------------------------------------------------------------------------------


async def of_parts(tx: Tx, code: str, parts: Sequence[str]) -> dict[tuple[str, str], str]:
    """The outlines of these areas as they are kept; where there are none, those of the neighbourhoods of the one."""
    if not parts:
        found = await tx.rows("SELECT area_code, rw, geojson FROM outlines WHERE area_code = $1 AND rw <> ''", (code,))
    else:
        places = ",".join(f"${n}" for n in range(1, len(parts) + 1))
        found = await tx.rows(
            f"SELECT area_code, rw, geojson FROM outlines WHERE rw = '' AND area_code IN ({places})", parts
        )
    return {(area, rw): geojson for area, rw, geojson in found}


async def counts(tx: Tx, area: str = "") -> dict[Kind, int]:
    """How many outlines there are of each kind, of all or in one area."""
    found: dict[Kind, int] = {}
    kinds: tuple[Kind, ...] = ("kota", "kecamatan", "kelurahan", "rw")
    for kind in kinds:
        rows = await tx.rows(f"SELECT COUNT(*) FROM outlines WHERE {_OF[kind]} AND {_within(1)}", (area, f"{area}.%"))
        found[kind] = int(rows[0][0])
    return found


async def keep(tx: Tx, outlines: Mapping[tuple[str, str], str], staff_id: int | None, now: datetime) -> None:
    """Keep outlines, each in place of the one its area had."""
    await tx.insert(
        "outlines",
        ("area_code", "rw", "geojson", "imported_by", "imported_at"),
        [(area, rw, geojson, staff_id, now) for (area, rw), geojson in outlines.items()],
        "(area_code, rw) DO UPDATE SET geojson = excluded.geojson, imported_by = excluded.imported_by, "
        "imported_at = excluded.imported_at",
    )


async def remove(tx: Tx, kind: Kind, area: str = "") -> int:
    """Take the outlines of a kind away, of all or in one area; how many."""
    gone = await tx.rows(f"DELETE FROM outlines WHERE {_OF[kind]} AND {_within(1)} RETURNING id", (area, f"{area}.%"))
    return len(gone)


def _within(first: int) -> str:
    return f"($1 = '' OR area_code = $1 OR area_code LIKE ${first + 1})"


# ---- files ----------------------------------------------------------------------------------------------------------


async def add_file(
    tx: Tx, *, file_name: str, area: str, lines: Sequence[Mapping[str, Any]], shapes: str, sketch: Mapping[str, Any],
    apart: int, by: str, now: datetime,
) -> int:  # fmt: skip
    """Add a file to look at. Another of the same person's that waits is let go: it was replaced."""
    waiting = await tx.rows("SELECT id FROM outline_files WHERE state = 'previewed' AND uploaded_by = $1", (by,))
    for (file_id,) in waiting:
        await _decide(tx, file_id, "discarded", by, now)
    [(file_id,)] = await tx.insert(
        "outline_files",
        (
            "state",
            "file_name",
            "area",
            "lines",
            "shapes",
            "sketch",
            "apart",
            "uploaded_by",
            "uploaded_at",
            "decided_by",
            "kept",
        ),
        [("previewed", file_name, area, _json(lines), shapes, _json(sketch), apart, by, now, "", 0)],
        returning="id",
    )
    return int(file_id)


async def one(tx: Tx, file_id: int) -> OutlineFile | None:
    """A file by its number."""
    rows = await tx.rows(f"SELECT {_FILE} FROM outline_files WHERE id = $1", (file_id,))
    return _file(rows[0]) if rows else None


async def newest(tx: Tx) -> list[OutlineFile]:
    """The last files, newest first."""
    return [_file(row) for row in await tx.rows(f"SELECT {_FILE} FROM outline_files ORDER BY id DESC LIMIT {SHOWN}")]


async def shapes_of(tx: Tx, file_id: int) -> str:
    """The geometry of a file's features, "" once it was decided."""
    rows = await tx.rows("SELECT shapes FROM outline_files WHERE id = $1", (file_id,))
    return str(rows[0][0]) if rows else ""


async def correct(tx: Tx, found: OutlineFile, lines: Sequence[Mapping[str, Any]]) -> bool:
    """Write lines that somebody corrected. False: the file was decided or corrected in between."""
    moved = await tx.rows(
        "UPDATE outline_files SET lines = $1 WHERE id = $2 AND state = 'previewed' AND lines = $3 RETURNING id",
        (_json(lines), found.id, _json(found.lines)),
    )
    return bool(moved)


async def decide(tx: Tx, found: OutlineFile, state: State, by: str, now: datetime, kept: int = 0) -> bool:
    """Apply or discard a file as it was looked at. False: it was decided or corrected in between."""
    rows = await tx.rows(
        "SELECT id FROM outline_files WHERE id = $1 AND state = 'previewed' AND lines = $2",
        (found.id, _json(found.lines)),
    )
    return bool(rows) and await _decide(tx, found.id, state, by, now, kept)


async def _decide(tx: Tx, file_id: int, state: State, by: str, now: datetime, kept: int = 0) -> bool:
    moved = await tx.rows(
        "UPDATE outline_files SET state = $1, decided_by = $2, decided_at = $3, kept = $4, shapes = '', sketch = '' "
        "WHERE id = $5 AND state = 'previewed' RETURNING id",
        (state, by, now, kept, file_id),
    )
    return bool(moved)


def _file(row: Sequence[Any]) -> OutlineFile:
    return OutlineFile(
        id=int(row[0]), state=row[1], file_name=row[2], area=row[3], lines=orjson.loads(row[4]),
        sketch=orjson.loads(row[5] or "{}"), apart=int(row[6]), uploaded_by=row[7], uploaded_at=moment(row[8]),
        decided_by=row[9], decided_at=moment(row[10]) if row[10] is not None else None, kept=int(row[11]),
    )  # fmt: skip


def _json(what: object) -> str:
    return orjson.dumps(what).decode()
