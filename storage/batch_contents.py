"""What a batch's file is made of: the answers its people had when it was sealed, opened a page at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson

from conversations.saved import load_answers
from conversations.turn import Answer
from storage.columns import moment, moment_or_none
from storage.database import Database
from storage.keys import Keyring

PAGE = 500


@dataclass(frozen=True, slots=True)
class Content:
    """One person of a batch. answers: those of the version that was sealed, none where they were let go of or restricted since.

    area_code, programme: as the manifest counts them; a correction that came too late changes neither.
    """

    batch_id: int
    position: int
    receipt: str
    submitted_at: datetime
    approved_at: datetime | None
    referral: str
    answers: Mapping[str, Answer]


async def pages(db: Database, keyring: Keyring, batch_id: int) -> AsyncIterator[list[Content]]:
    """Everybody of a batch in the order of the file. Members and versions stay as they are, so each page is a look of
    its own, and nobody waits for the whole to be read."""
    last = 0
    while True:
        async with db.reading() as tx:
            rows = await tx.rows(
                "SELECT e.position, a.receipt, a.submitted_at, (SELECT MAX(d.at) FROM decisions d "
                "WHERE d.application_id = a.id AND d.kind = 'approve' AND d.undone_at IS NULL), a.referral, "
                "e.version, v.answers, p.key, e.live FROM batch_entries e JOIN applications a ON a.id = e.application_id "
                "JOIN application_versions v ON v.application_id = e.application_id AND v.version = e.version "
                "JOIN people p ON p.id = a.person_id "
                "WHERE e.batch_id = $1 AND e.position > $2 ORDER BY e.position LIMIT $3",
                (batch_id, last, PAGE),
            )
        if not rows:
            return
        yield [
            Content(
                batch_id=batch_id,
                position=position,
                receipt=receipt,
                submitted_at=moment(submitted_at),
                approved_at=moment_or_none(approved_at),
                referral=referral or "",
                answers=_opened(keyring, receipt, version, sealed, wrapped) if live else {},
            )
            for position, receipt, submitted_at, approved_at, referral, version, sealed, wrapped, live in rows
        ]
        last = rows[-1][0]


def _opened(keyring: Keyring, receipt: str, version: int, sealed: bytes, wrapped: bytes | None) -> Mapping[str, Answer]:
    if not sealed or wrapped is None:
        return {}
    place = f"application_versions.answers/{receipt}/{version}"
    return load_answers(orjson.loads(keyring.unwrap(bytes(wrapped)).open(bytes(sealed), place)))
