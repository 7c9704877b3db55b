"""An application as it was: the answers of one of its versions."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from conversations.saved import load_answers
from conversations.turn import Answer
from storage.keys import Keyring
from storage.tx import Tx


async def answers_of(tx: Tx, keyring: Keyring, receipt: str, version: int) -> Mapping[str, Answer]:
    """The answers a version was submitted with; none where there is no such version, or the person was forgotten."""
    rows = await tx.rows(
        "SELECT v.answers, p.key FROM application_versions v JOIN applications a ON a.id = v.application_id "
        "JOIN people p ON p.id = a.person_id WHERE a.receipt = $1 AND v.version = $2",
        (receipt, version),
    )
    if not rows or not rows[0][0] or rows[0][1] is None:
        return {}
    sealed, wrapped = rows[0]
    opened = keyring.unwrap(bytes(wrapped)).open(bytes(sealed), f"application_versions.answers/{receipt}/{version}")
    return load_answers(orjson.loads(opened))
