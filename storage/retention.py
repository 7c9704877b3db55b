"""What may no longer be kept, let go of by the clock. The dry run counts what would go."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage import helped_gone, imports, people, quiet, settling, thinning, volunteers_gone
from storage.columns import micros
from storage.database import Database
from storage.keys import Keyring
from storage.tx import Tx

DRAFTS = timedelta(days=30)
FORMS = timedelta(days=1)
LOGINS = timedelta(days=30)
PROOFS = timedelta(days=5 * 365 + 2)  # five years, leap days included
AT_ONCE = 500


async def due(tx: Tx, now: datetime) -> dict[str, int]:
    """How many rows of each kind would go now."""
    found = {}
    for name, (table, where, age) in _KINDS.items():
        rows = await tx.rows(f"SELECT COUNT(*) FROM {table} WHERE {where}", (micros(now - age),))
        found[name] = int(rows[0][0])
    [(gone,)] = await tx.rows("SELECT COUNT(*) FROM scheduled WHERE state = 'gone' AND due_at <= $1", (now,))
    return {
        **found, "farewells": int(gone), "silent": await quiet.due(tx, now), "ended": await thinning.due(tx, now),
        "lists": await imports.due(tx, now), "volunteers": await volunteers_gone.due(tx, now),
        "helped": await helped_gone.due(tx, now), **await settling.due(tx, now),
    }  # fmt: skip


async def retain(db: Database, keyring: Keyring, now: datetime) -> dict[str, int]:
    """Let go of drafts untouched for 30 days, spent secure forms, old logins, addresses kept for a farewell.

    silent: people who wrote nothing for 30 days and never submitted anything. ended: applications 30 days after their
    end, thinned. lists: the lines of the agency's files, 30 days after they were applied or undone, or never were.
    volunteers: invitations nobody took, and what ties an ended one to a person, after 30 days. helped: people whose form
    rests on another's phone for 30 days. reports, data_requests: their words, 30 days after they were settled, and of
    reports nobody settled after 180.
    consents: proofs older than five years. moments: what happened or was cancelled 30 days ago.
    On SQLite what went is overwritten in the file, too. Returns how many of each went.
    """
    removed = {}
    for name, (table, where, age) in _KINDS.items():
        removed[name] = 0
        while True:
            async with db.writing() as tx:
                gone = await tx.rows(
                    f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE {where} LIMIT {AT_ONCE}) RETURNING id",
                    (micros(now - age),),
                )
            removed[name] += len(gone)
            if len(gone) < AT_ONCE:
                break
    removed["farewells"] = 0
    while forgotten := await people.forget_the_gone(db, keyring, now):
        removed["farewells"] += forgotten
    removed["silent"] = await quiet.let_go(db, keyring, now)
    removed["ended"] = await thinning.thin(db, now)
    removed["lists"] = await imports.let_go(db, now)
    removed["volunteers"] = await volunteers_gone.let_go(db, keyring, now)
    removed["helped"] = await helped_gone.let_go(db, keyring, now)
    removed |= await settling.let_words_go(db, now)
    await db.checkpoint()
    return removed


async def let_drafts_go(tx: Tx, keyring: Keyring, chat_id: int, now: datetime) -> int:
    """Let go of one chat's old drafts as of a time of its own: the simulator's clock runs ahead of ours."""
    helped = await helped_gone.let_go_of_chat(tx, keyring, chat_id, now)
    _, where, age = _KINDS["drafts"]
    gone = await tx.rows(
        f"DELETE FROM sessions WHERE {where} AND chat_id = $2 RETURNING id", (micros(now - age), chat_id)
    )
    return helped + len(gone)


_KINDS = {
    "drafts": ("sessions", "done = '' AND touched_at < $1", DRAFTS),
    "secure_forms": ("secure_forms", "expires_at < $1", FORMS),
    "logins": ("staff_sessions", "expires_at < $1", LOGINS),
    "invitations": ("invitations", "expires_at < $1", LOGINS),
    "consents": ("consents", "at < $1", PROOFS),
    "moments": ("scheduled", "state IN ('taken','cancelled') AND due_at < $1", DRAFTS),
}
