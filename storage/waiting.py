"""What waits at the desk, room by room: counted up to a hundred, by index, in one reading."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from storage.floods import CHATS
from storage.tx import Tx

MOST = 100
_FLOODS = "floods"  # counted with what is parked: a flood is one thing to look at, whatever its size

# A room → what waits there. {area} is filled for members kept to an area; their code is $1.
_WAITS: Mapping[str, str] = {
    "queue": "applications a WHERE a.state = 'submitted'{area}",
    "help": "help_requests h WHERE h.state = 'open'",
    "payments": "payment_reports r WHERE r.state IN ('waiting', 'contradicted') AND r.settled_by IS NULL",
    "reports": "reports r WHERE r.state = 'open'",
    "requests": "data_requests r WHERE r.state = 'open'",
    "parked": "inbox i WHERE i.state = 'parked'",
    _FLOODS: f"{CHATS.format(after=0, limit=MOST)} AS f",
}
_HELP_OF_AREA = (
    "(SELECT chat_id FROM help_requests WHERE state = 'open' ORDER BY opened_at LIMIT 500) AS page "
    "LEFT JOIN applications a ON a.id = (SELECT MAX(n.id) FROM applications n WHERE n.chat_id = page.chat_id) "
    "WHERE a.id IS NULL OR {column} = $1"
)


async def waiting(tx: Tx, rooms: Collection[str], area: str | None = None) -> dict[str, int]:
    """How many wait in each of these rooms, at most MOST; what may be seen of an area only is counted there."""
    wanted = [room for room in _WAITS if room in rooms or (room == _FLOODS and "parked" in rooms)]
    if not wanted:
        return {}
    arms = " UNION ALL ".join(
        f"SELECT '{room}', COUNT(*) FROM (SELECT 1 FROM {_rows(room, area)} LIMIT {MOST}) AS counted" for room in wanted
    )
    rows = await tx.rows(arms, (area,) if area and "$1" in arms else ())
    found = {str(room): int(count) for room, count in rows}
    if "parked" in found:
        found["parked"] = min(MOST, found["parked"] + found.pop(_FLOODS))
    return found


def _rows(room: str, area: str | None) -> str:
    if not area:
        return _WAITS[room].format(area="")
    column = f"a.{_column(area)}"
    if room == "help":
        return _HELP_OF_AREA.format(column=column)
    return _WAITS[room].format(area=f" AND {column} = $1")


def _column(area: str) -> str:
    """Which column a code is of: a kota (31.74), a kecamatan (31.74.05) or a kelurahan (31.74.05.1003)."""
    return {5: "kota_code", 8: "kecamatan_code"}.get(len(area), "area_code")
