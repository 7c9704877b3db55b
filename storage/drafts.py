"""Drafts that rest: who stopped at a question, since when, and whether they may be reminded; each once.

A look goes back from the newest and reads a bounded number of drafts; where more may follow it says from where.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from conversations.saved import load_session
from conversations.talking import TRAINING
from storage import consents, scheduled
from storage.columns import micros, moment, moment_or_none
from storage.keys import Keyring
from storage.tx import Row, Tx

LOOKED_AT = 1_000
KIND = "nudge"


@dataclass(frozen=True, slots=True)
class Draft:
    """Somebody's unfinished form. name: as far as they said it; since: the hour of their last word, rounded up.

    agreed: their last word on reminders was yes; nobody agrees for somebody they help. reachable: the chat still takes messages from us.
    """

    id: int
    chat_id: int
    slot: str
    form: str
    asked: str
    channel: str
    name: str
    since: datetime
    agreed: bool
    reachable: bool
    nudged_at: datetime | None

    @property
    def may_be_nudged(self) -> bool:
        return self.agreed and self.reachable and self.nudged_at is None


@dataclass(frozen=True, slots=True)
class Page:
    """Drafts, newest first. further: where the next look begins; None at the end."""

    drafts: tuple[Draft, ...]
    further: tuple[int, int] | None


async def resting(
    tx: Tx, keyring: Keyring, form: str, asked: str, channels: Sequence[str], now: datetime,
    *, after: tuple[int, int] | None, limit: int,
) -> Page:  # fmt: skip
    """Who rests at this question since an hour or longer."""
    start = after or (micros(now), 0)
    looked = await tx.rows(
        "SELECT touched_at, id, chat_id, form, asked FROM sessions WHERE done = '' AND (touched_at, id) < ($1, $2) "
        f"AND slot <> '{TRAINING}' ORDER BY touched_at DESC, id DESC LIMIT {LOOKED_AT}",
        start,
    )
    here = [(at, row_id) for at, row_id, _, its_form, question in looked if (its_form, question) == (form, asked)]
    drafts: list[Draft] = []
    for begins in range(0, len(here), limit):
        drafts += await _opened(tx, keyring, [row_id for _, row_id in here[begins : begins + limit]], channels)
        if len(drafts) >= limit:
            break
    if len(drafts) > limit or (len(drafts) == limit and (micros(drafts[-1].since), drafts[-1].id) != here[-1]):
        last = drafts[:limit][-1]
        return Page(tuple(drafts[:limit]), (micros(last.since), last.id))
    end = (int(looked[-1][0]), int(looked[-1][1])) if len(looked) == LOOKED_AT else None
    return Page(tuple(drafts), end)


async def nudge(tx: Tx, keyring: Keyring, draft_id: int, asked: str, due_at: datetime) -> bool:
    """Schedule one reminder for a draft that still rests at this question, where that is allowed; once."""
    found = await _opened(tx, keyring, [draft_id], ())
    if not found or found[0].asked != asked or not found[0].may_be_nudged:
        return False
    draft = found[0]
    facts = orjson.dumps({"slot": draft.slot, "since": draft.since.isoformat()}).decode()
    return await scheduled.schedule(
        tx, chat_id=draft.chat_id, kind=KIND, key=_key(draft_id), due_at=due_at, facts=facts
    )  # fmt: skip


def _key(draft_id: int) -> str:
    return f"{KIND}:{draft_id}"


async def _opened(tx: Tx, keyring: Keyring, ids: Sequence[int], channels: Sequence[str]) -> list[Draft]:
    """These drafts with whose they are, in the order given. channels (): of any."""
    if not ids:
        return []
    places = ",".join(f"${n}" for n in range(1, 1 + len(ids)))
    rows = await tx.rows(
        "SELECT s.id, s.chat_id, s.slot, s.form, s.asked, c.channel, s.state, s.touched_at, s.person_id, o.key, "
        "c.person_id, c.state FROM sessions s JOIN chats c ON c.id = s.chat_id JOIN people o ON o.id = s.person_id "
        f"WHERE s.id IN ({places}) AND s.done = '' AND o.key IS NOT NULL",
        ids,
    )
    nudged: dict[str, int] = dict(
        await tx.rows(
            f"SELECT key, due_at FROM scheduled WHERE key IN ({places})", [_key(draft_id) for draft_id in ids]
        )
    )
    kept = [row for row in rows if not channels or row[5] in channels]
    agreed = await consents.granted_by(tx, sorted({row[10] for row in kept}), "reminders")
    drafts = {row[0]: _draft(keyring, row, row[10] in agreed, nudged.get(_key(row[0]))) for row in kept}
    return [drafts[draft_id] for draft_id in ids if draft_id in drafts]


def _draft(keyring: Keyring, row: Row, agreed: bool, nudged_at: int | None) -> Draft:
    row_id, chat_id, slot, form, asked, channel, sealed, touched_at, person_id, wrapped, _, chat_state = row
    state = keyring.unwrap(bytes(wrapped)).open(bytes(sealed), f"sessions.state/{person_id}")
    answers = load_session(orjson.loads(state)).answers
    name = answers["full_name"].value if "full_name" in answers else ""
    return Draft(
        row_id, chat_id, slot, form, asked, channel, str(name or ""), moment(touched_at),
        agreed and ":" not in slot, chat_state == "open", moment_or_none(nudged_at),
    )  # fmt: skip
