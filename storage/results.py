"""Files of the agency's answers: their lines, sealed with the house's key, and what applying them replaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

import orjson

from storage.columns import moment, moment_or_none
from storage.keys import Keyring
from storage.tx import Tx

AT_ONCE = 500
Found: TypeAlias = Literal["matched", "changed", "same", "unmatched", "ambiguous", "numeric_nik", "unreadable"]
FOUND: tuple[Found, ...] = ("matched", "changed", "same", "ambiguous", "numeric_nik", "unmatched", "unreadable")
APPLIES: tuple[Found, ...] = ("matched", "changed", "same")


@dataclass(frozen=True, slots=True)
class Import:
    """One file. state: reading, previewed, applied, undone, discarded. columns: how it was read. …_by: logins' names."""

    id: int
    file_name: str
    state: str
    columns: Mapping[str, Any]
    counts: Mapping[str, int]
    listed_on: date
    uploaded_by: str
    uploaded_at: datetime
    applied_by: str
    applied_at: datetime | None
    undone_by: str
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file, opened. position: its number in the file. body: {} where retention or an erasure emptied it."""

    id: int
    position: int
    found: str
    application_id: int | None
    applied: bool
    body: Mapping[str, Any]


# ---- a file and its lines -----------------------------------------------------------------------------------------


async def begin(
    tx: Tx,
    *,
    file_name: str,
    file_hash: bytes,
    columns: Mapping[str, Any],
    listed_on: date,
    staff_id: int | None,
    now: datetime,
) -> int:
    """Begin to keep a file; it is being read until `look` says that it can be looked at."""
    names = ("file_name", "file_hash", "state", "columns", "counts", "listed_on", "uploaded_by", "uploaded_at")
    row = (file_name, file_hash, "reading", _json(columns), "{}", listed_on.isoformat(), staff_id, now)
    return int((await tx.insert("result_imports", names, [row], returning="id"))[0][0])


async def add_lines(
    tx: Tx, keyring: Keyring, import_id: int, lines: Iterable[tuple[int, str, int | None, Mapping[str, Any]]]
) -> None:
    """Keep lines: (position, found, application_id, body)."""
    await tx.insert(
        "result_rows",
        ("import_id", "position", "body", "found", "application_id", "applied"),
        [
            (
                import_id,
                position,
                keyring.seal_house(orjson.dumps(body), _place(import_id, position)),
                found,
                who,
                False,
            )
            for position, found, who, body in lines
        ],
    )


async def read_anew(tx: Tx, import_id: int, *, columns: Mapping[str, Any], listed_on: date) -> bool:
    """Read the same lines under other columns. False once it was applied, undone or discarded."""
    return bool(
        await tx.rows(
            "UPDATE result_imports SET state = 'reading', columns = $1, listed_on = $2 WHERE id = $3 "
            "AND state IN ('previewed', 'reading') RETURNING id",
            (_json(columns), listed_on.isoformat(), import_id),
        )
    )


async def note_read(tx: Tx, import_id: int, count: int) -> None:
    """So many lines were read by now: whoever waits may see it."""
    await tx.rows("UPDATE result_imports SET counts = $1 WHERE id = $2", (_json({"read": count}), import_id))


async def look(tx: Tx, import_id: int) -> Mapping[str, int]:
    """It was read: count its lines by what was found, and let it be looked at."""
    rows = await tx.rows("SELECT found, COUNT(*) FROM result_rows WHERE import_id = $1 GROUP BY found", (import_id,))
    counts = {str(found): int(count) for found, count in rows}
    await tx.rows(
        "UPDATE result_imports SET counts = $1, state = CASE WHEN state = 'reading' THEN 'previewed' ELSE state END "
        "WHERE id = $2",
        (_json(counts), import_id),
    )
    return counts


async def lines(
    tx: Tx, keyring: Keyring, import_id: int, *, found: Sequence[str] = (), after: int = -1, limit: int = AT_ONCE
) -> list[Line]:
    """A page of lines in the file's order, after a position; found: only these kinds, where any are named."""
    only = f" AND found IN ({_places(len(found), 4)})" if found else ""
    rows = await tx.rows(
        "SELECT id, position, found, application_id, applied, body FROM result_rows "
        f"WHERE import_id = $1 AND position > $2{only} ORDER BY position LIMIT $3",
        (import_id, after, limit, *found),
    )
    return [_line(keyring, import_id, row) for row in rows]


async def line(tx: Tx, keyring: Keyring, import_id: int, position: int) -> Line | None:
    """One line."""
    found = await lines(tx, keyring, import_id, after=position - 1, limit=1)
    return found[0] if found and found[0].position == position else None


async def sort_lines(
    tx: Tx, keyring: Keyring, import_id: int, lines: Iterable[tuple[int, str, int | None, Mapping[str, Any]]]
) -> None:
    """Write anew what was found of lines: (position, found, application_id, body)."""
    await tx.many(
        "UPDATE result_rows SET found = $1, application_id = $2, body = $3 WHERE import_id = $4 AND position = $5",
        [
            (found, who, keyring.seal_house(orjson.dumps(body), _place(import_id, position)), import_id, position)
            for position, found, who, body in lines
        ],
    )


async def speaks_of(tx: Tx, import_id: int, application_id: int, *, but: int) -> bool:
    """Whether another line of the file, not the one at this position, is about this applicant already."""
    rows = await tx.rows(
        "SELECT 1 FROM result_rows WHERE application_id = $1 AND import_id = $2 AND position <> $3 LIMIT 1",
        (application_id, import_id, but),
    )
    return bool(rows)


async def told_twice(tx: Tx, import_id: int) -> list[tuple[int, int]]:
    """Lines about an applicant who has more than one: (application_id, position), each's first one first."""
    rows = await tx.rows(
        "SELECT application_id, position FROM result_rows WHERE import_id = $1 AND application_id IN "
        "(SELECT application_id FROM result_rows WHERE import_id = $1 AND application_id IS NOT NULL "
        "GROUP BY application_id HAVING COUNT(*) > 1)",
        (import_id,),
    )
    return sorted((who, position) for who, position in rows)


def _line(keyring: Keyring, import_id: int, row: tuple[Any, ...]) -> Line:
    row_id, position, found, application_id, applied, sealed = row
    body = keyring.open_house(bytes(sealed), _place(import_id, position)) if sealed else b"{}"
    return Line(row_id, position, found, application_id, bool(applied), orjson.loads(body))


@dataclass(frozen=True, slots=True)
class Replaced:
    """What applying a line replaced. membership: as `dump` wrote it, None for none; outbox_id: what was told, 0: nothing.

    reports: reported payments the line settled, each with the state it was in.
    """

    line_id: int
    position: int
    application_id: int
    state: str
    membership: Mapping[str, Any] | None
    import_id: int | None
    outbox_id: int
    reports: Sequence[tuple[int, str]] = ()


async def note_applied(tx: Tx, keyring: Keyring, import_id: int, replaced: Iterable[Replaced]) -> None:
    """Write down with each line what it replaced."""
    await tx.many(
        "UPDATE result_rows SET applied = TRUE, before = $1 WHERE id = $2",
        [
            (keyring.seal_house(orjson.dumps(_before(one)), _place_before(import_id, one.position)), one.line_id)
            for one in replaced
        ],
    )


async def replaced(tx: Tx, keyring: Keyring, import_id: int, *, after: int, limit: int = AT_ONCE) -> list[Replaced]:
    """What an applied file replaced, a page in the file's order. Who was forgotten since is left out."""
    rows = await tx.rows(
        "SELECT id, position, application_id, before FROM result_rows WHERE import_id = $1 AND position > $2 "
        "AND applied AND before IS NOT NULL AND application_id IS NOT NULL ORDER BY position LIMIT $3",
        (import_id, after, limit),
    )
    found = []
    for row_id, position, application_id, sealed in rows:
        saved = orjson.loads(keyring.open_house(bytes(sealed), _place_before(import_id, position)))
        found.append(
            Replaced(
                *(row_id, position, application_id, saved["state"], saved["membership"], saved["import"]),
                *(saved["outbox"], [(report, state) for report, state in saved["reports"]]),
            )
        )
    return found


def _before(one: Replaced) -> Mapping[str, Any]:
    return {
        "state": one.state,
        "membership": one.membership,
        "import": one.import_id,
        "outbox": one.outbox_id,
        "reports": list(one.reports),
    }


# ---- which files there are ------------------------------------------------------------------------------------------

_IMPORT = (
    "SELECT i.id, i.file_name, i.state, i.columns, i.counts, i.listed_on, COALESCE(u.name, ''), i.uploaded_at, "
    "COALESCE(a.name, ''), i.applied_at, COALESCE(n.name, ''), i.undone_at FROM result_imports i "
    "LEFT JOIN staff u ON u.id = i.uploaded_by LEFT JOIN staff a ON a.id = i.applied_by "
    "LEFT JOIN staff n ON n.id = i.undone_by "
)


async def one(tx: Tx, import_id: int) -> Import | None:
    """One file, or None where there is none of this number."""
    rows = await tx.rows(f"{_IMPORT}WHERE i.id = $1", (import_id,))
    return _import(rows[0]) if rows else None


async def newest(tx: Tx, *, before: int = 0, limit: int = 50) -> list[Import]:
    """Files newest first, below an id where one is given; also those that are still being read."""
    only, args = ("WHERE i.id < $2 ", [limit, before]) if before else ("", [limit])
    rows = await tx.rows(f"{_IMPORT}{only}ORDER BY i.id DESC LIMIT $1", args)
    return [_import(row) for row in rows]


async def same_file(tx: Tx, file_hash: bytes, state: str) -> Import | None:
    """The newest import of exactly this file in this state."""
    rows = await tx.rows(
        f"{_IMPORT}WHERE i.file_hash = $1 AND i.state = $2 ORDER BY i.id DESC LIMIT 1", (file_hash, state)
    )
    return _import(rows[0]) if rows else None


def _import(row: tuple[Any, ...]) -> Import:
    row_id, file_name, state, columns, counts, listed_on, uploaded_by, uploaded_at, *rest = row
    applied_by, applied_at, undone_by, undone_at = rest
    return Import(
        *(row_id, file_name, state, orjson.loads(columns), orjson.loads(counts), date.fromisoformat(listed_on)),
        *(uploaded_by, moment(uploaded_at), applied_by, moment_or_none(applied_at), undone_by),
        moment_or_none(undone_at),
    )


# ---- small things ---------------------------------------------------------------------------------------------------


def _place(import_id: int, position: int) -> str:
    return f"result_rows.body/{import_id}/{position}"


def _place_before(import_id: int, position: int) -> str:
    return f"result_rows.before/{import_id}/{position}"


def _places(count: int, first: int = 1) -> str:
    return ",".join(f"${n}" for n in range(first, first + count))


def _json(value: Mapping[str, Any]) -> str:
    return orjson.dumps(dict(value)).decode()
