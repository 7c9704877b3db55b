"""Restrictions (BATASI): whose application is only stored, by their own word, until they take it back (UU 27/2022, 11).

While one stands its application goes into no batch; from one that was not handed over yet it is taken out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from storage.columns import moment
from storage.tx import Tx

STANDS = "EXISTS (SELECT 1 FROM restrictions x WHERE x.application_id = a.id AND x.lifted_at IS NULL)"
"""The condition that application `a` is restricted."""


async def restrict(tx: Tx, chat_id: int, person_id: int, now: datetime) -> int:
    """Restrict all that is somebody's own in this chat, or became theirs by taking it over. Returns how many.

    People they help are not theirs to restrict.
    """
    lock = " FOR UPDATE OF a" if tx.dialect == "postgresql" else ""
    mine = await tx.rows(
        f"SELECT a.id FROM applications a WHERE {_OWN} AND a.state <> 'erased' ORDER BY a.id{lock}",
        (chat_id, person_id),
    )
    fresh = await tx.insert(
        "restrictions",
        ("application_id", "since"),
        [(row_id, now) for (row_id,) in mine],
        "(application_id) WHERE lifted_at IS NULL DO NOTHING",
        "application_id",
    )
    await _take_out(tx, [row_id for (row_id,) in mine], now)
    return len(fresh)


async def lift(tx: Tx, chat_id: int, person_id: int, now: datetime) -> int:
    """Take a restriction back, with what was asked of the desk for it. Returns how many applications go on."""
    lifted = await tx.rows(
        "UPDATE restrictions SET lifted_at = $3 WHERE lifted_at IS NULL AND application_id IN "
        f"(SELECT a.id FROM applications a WHERE {_OWN}) RETURNING application_id",
        (chat_id, person_id, now),
    )
    await tx.rows(
        "UPDATE data_requests SET state = 'settled', settled_at = $1 WHERE chat_id = $2 AND person_id = $3 "
        "AND kind = 'restrict' AND state = 'open'",
        (now, chat_id, person_id),
    )
    return len(lifted)


async def standing(tx: Tx, application_ids: Sequence[int]) -> dict[int, datetime]:
    """Since when these are restricted; those that are not are left out."""
    if not application_ids:
        return {}
    places = ",".join(f"${n}" for n in range(1, 1 + len(application_ids)))
    rows = await tx.rows(
        f"SELECT application_id, since FROM restrictions WHERE lifted_at IS NULL AND application_id IN ({places})",
        list(application_ids),
    )
    return {int(row_id): moment(since) for row_id, since in rows}


async def _take_out(tx: Tx, application_ids: Sequence[int], now: datetime) -> None:
    """Out of a batch that was not handed over: approved again, and left out when the batch's file is built."""
    for row_id in application_ids:
        out = await tx.rows(
            "UPDATE batch_entries SET live = FALSE WHERE live AND application_id = $1 AND batch_id IN "
            "(SELECT id FROM batches WHERE state IN ('building', 'ready')) RETURNING id",
            (row_id,),
        )
        if out:
            await tx.rows(
                "UPDATE applications SET state = 'approved', changed_at = $1 WHERE id = $2 AND state = 'batched'",
                (now, row_id),
            )


_OWN = (
    "a.chat_id = $1 AND (a.person_id = $2 OR EXISTS "
    "(SELECT 1 FROM helped h WHERE h.application_id = a.id AND h.chat_id = $1 AND h.claimed_at IS NOT NULL))"
)
