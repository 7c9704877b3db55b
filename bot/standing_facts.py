"""What STATUS, BAYAR, SAYA SUDAH BAYAR and reminders are told of a chat's people, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo

from conversations.rules import receipts
from conversations.turn import Json
from storage import memberships, reminders, standings
from storage.keys import Keyring
from storage.memberships import Applied
from storage.standings import Reported
from storage.turns import Place
from storage.tx import Tx

Facts = Mapping[str, Json]


async def people(tx: Tx, keyring: Keyring, place: Place, facts: Facts, now: datetime) -> dict[str, Json]:
    """Everybody signed up from this chat; facts: what the question was about, given back as it came."""
    reported = await standings.reported_from(tx, place.chat_id)
    applied = await memberships.for_chat(tx, keyring, place.chat_id)
    return {**facts, "people": [known(one, reported.get(one.application_id), now.tzinfo) for one in applied]}


async def checked(tx: Tx, keyring: Keyring, place: Place, facts: Facts, now: datetime) -> dict[str, Json]:
    """A receipt's state, and nothing else."""
    receipt = receipts.read(str(facts.get("receipt", "")))
    found = await standings.by_receipt(tx, receipt) if receipt else None
    return {
        "receipt": receipt or "",
        "state": found.state if found else "",
        "until": found.until if found else "",
    }


async def reminded(tx: Tx, keyring: Keyring, place: Place, facts: Facts, now: datetime) -> dict[str, Json]:
    """What decides whether a planned reminder is still true."""
    application = facts.get("application")
    return {
        **await people(tx, keyring, place, facts, now),
        "consented": isinstance(application, int) and await reminders.agreed_for(tx, application),
        "reachable": place.state == "open",
    }


def known(one: Applied, reported: Reported | None, zone: tzinfo | None) -> dict[str, Json]:
    """One of them. What the agency said and what was reported stand apart."""
    said = one.membership
    return {
        "application": one.application_id,
        "receipt": one.receipt,
        "state": one.state,
        "at": one.changed_at.astimezone(zone).date().isoformat(),
        "name": one.first_name,
        "sector": one.sector,
        "programme": one.programme,
        "months": one.months,
        "income": one.income,
        "code": said.payment_code if said else "",
        "until": _day(said.paid_until) if said else "",
        "listed": _day(said.listed_on) if said else "",
        "reported": {
            "on": reported.paid_on.isoformat(),
            "months": reported.months,
            "via": reported.via,
            "state": reported.state,
            "at": reported.reported_at.astimezone(zone).date().isoformat(),
        }
        if reported
        else None,
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
