"""Whom a line is about: told by the NIK, or the member number; a name and a birth date are only ever offered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.results.line import Line, read_line
from bot.results.outcome import WAITING, Known, contradicts, decide
from bot.results.sheet import Cell, columns_of
from conversations.rules.spelling import words
from storage import cases, memberships
from storage.cases import Case
from storage.keys import Keyring
from storage.memberships import Membership
from storage.results import Found
from storage.tx import Tx

ANSWERED = ("registered", "waiting_for_payment", "active", "late", "lapsed", "refused")


@dataclass(frozen=True, slots=True)
class Days:
    """The days a list is judged by. listed_on: the day it is of; now: when it is read."""

    listed_on: date
    today: date
    now: datetime


@dataclass(frozen=True, slots=True)
class Match:
    """What was found of a line. why: a code that the page puts into words. candidates: applications to pick from."""

    found: Found
    application_id: int | None = None
    why: str = ""
    candidates: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What the database knows of a page of lines."""

    by_nik: Mapping[str, Sequence[Case]]
    by_kpj: Mapping[str, Sequence[int]]
    by_name: Mapping[cases.Named, Sequence[Case]]
    cases: Mapping[int, Case]
    memberships: Mapping[int, Membership] = field(default_factory=dict)


async def match(
    tx: Tx, keyring: Keyring, rows: Sequence[tuple[Cell, ...]], mapping: Mapping[str, int], days: Days
) -> list[Match]:
    """Find whom each row is about, and whether it says anything new."""
    read = [read_line(columns_of(mapping, cells)) for cells in rows]
    seen = await _look(tx, keyring, read)
    return [_match(keyring, line, seen, days) for line in read]


async def _look(tx: Tx, keyring: Keyring, read: Sequence[Line]) -> Seen:
    by_nik = await cases.cases_by_nik(tx, keyring, [line.nik for line in read if line.nik])
    by_kpj = await cases.by_kpj(tx, keyring, [line.kpj for line in read if line.kpj and line.nik not in by_nik])
    unfound = [line for line in read if line.nik not in by_nik and line.name and line.born and not line.trouble]
    names = [cases.named(keyring, line.name, str(line.born)) for line in unfound]
    by_name = await cases.cases_by_name(tx, keyring, names)
    found = {case.id: case for some in (*by_nik.values(), *by_name.values()) for case in some}
    others = sorted({one for some in by_kpj.values() for one in some} - found.keys())
    found |= await cases.cases(tx, keyring, others)
    return Seen(by_nik, by_kpj, by_name, found, await memberships.of_applications(tx, keyring, sorted(found)))


def _match(keyring: Keyring, line: Line, seen: Seen, days: Days) -> Match:
    if line.trouble:
        return Match("unreadable", why=line.trouble)
    candidates = _who(line, seen)
    if not candidates:
        return _by_name(keyring, line, seen)
    fit = [case for case in candidates if _counts(case, seen.memberships.get(case.id))]
    ids = tuple(case.id for case in candidates)
    if not fit:
        return Match("ambiguous", why="not_handed_over", candidates=ids)
    if len(fit) > 1:
        return Match("ambiguous", why="several", candidates=tuple(case.id for case in fit))
    if not names_agree(line.name, fit[0].name):
        return Match("ambiguous", why="name_differs", candidates=(fit[0].id,))
    membership = seen.memberships.get(fit[0].id)
    if contradicts(line, membership):
        return Match("ambiguous", why="member_refused", candidates=(fit[0].id,))
    return settle(line, fit[0], membership, days)


def settle(line: Line, case: Case, membership: Membership | None, days: Days) -> Match:
    """What a line is that is about this applicant."""
    outcome = decide(line, known_of(case, membership), days.listed_on, days.today, days.now)
    if outcome is None:
        older = membership is not None and membership.listed_on is not None and membership.listed_on > days.listed_on
        return Match("same", case.id, "older" if older else "eligible")
    if not outcome.changed:
        return Match("same", case.id)
    return Match("changed" if membership else "matched", case.id)


def known_of(case: Case, membership: Membership | None) -> Known:
    return Known(case.id, case.person_id, case.state, membership)


def _who(line: Line, seen: Seen) -> list[Case]:
    """Those with this NIK; where it is missing or damaged, those with this member number. Made-up people come last."""
    found = list(seen.by_nik.get(line.nik, ())) if line.nik else []
    if not line.nik and line.kpj:
        found = [seen.cases[one] for one in seen.by_kpj.get(line.kpj, ()) if one in seen.cases]
    real = [case for case in found if not case.simulated]
    return real or found


def _counts(case: Case, membership: Membership | None) -> bool:
    """Whether the agency may have an answer for this application: it was approved at least, or answered before."""
    return case.state in WAITING or (case.state in ANSWERED and membership is not None)


def _by_name(keyring: Keyring, line: Line, seen: Seen) -> Match:
    """Nobody by a number: who has this name and birth date is offered, for somebody to look at."""
    name = cases.named(keyring, line.name, str(line.born)) if line.name and line.born else None
    ids = tuple(case.id for case in seen.by_name.get(name, ())) if name else ()
    if line.damaged:
        return Match("numeric_nik", why="numeric", candidates=ids)
    if ids:
        return Match("ambiguous", why="other_nik" if line.nik else "by_name", candidates=ids)
    return Match("unmatched", why="unknown" if line.nik or line.kpj else "no_number")


def names_agree(listed: str, known: str) -> bool:
    """Whether two names may be one person's: a word of three letters is in both; what is not known agrees."""
    ours, theirs = _long_words(known), _long_words(listed)
    return not ours or not theirs or bool(ours & theirs)


def _long_words(name: str) -> set[str]:
    found = set(words(name))
    return {word for word in found if len(word) >= 3} or found
