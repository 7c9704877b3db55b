"""What a line of the agency's means for one applicant: decided from what is known, without looking anywhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, TypeAlias

from bot.results.line import Line
from conversations.rules.protection import protection
from storage.memberships import Membership, State

News: TypeAlias = Literal["", "registered", "active", "member", "late", "ended", "refused"]
WAITING = ("approved", "batched", "handed_over")  # nobody but the agency decides on these any more


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an applicant before a line is read: their state and what the agency said before."""

    application_id: int
    person_id: int
    state: str
    membership: Membership | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a line brings. state: the application's new one. news: what the person is told, "" for nothing.

    news "member": registered and protected at once. changed: whether anything is not as it was said before.
    """

    membership: Membership
    state: str
    news: News
    changed: bool


def decide(line: Line, known: Known, listed_on: date, today: date, now: datetime) -> Outcome | None:
    """What this line means now. None: nothing, because it says nothing final or a newer list has spoken since."""
    before = known.membership
    if before is not None and before.listed_on is not None and before.listed_on > listed_on:
        return None
    state = _state(line, before, today)
    if state is None:
        return None
    after = _membership(line, known, state, listed_on, now)
    standing = _standing(after, today)
    changed = before is None or _facts(before) != _facts(after)
    if not changed and before is not None:
        after = replace(after, changed_at=before.changed_at)
    return Outcome(after, standing, _news(before, after, standing) if changed else "", changed)


def contradicts(line: Line, before: Membership | None) -> bool:
    """A member is refused: more likely a mistake, so somebody should look."""
    return line.verdict == "no" and before is not None and before.state in ("registered", "active")


def _state(line: Line, before: Membership | None, today: date) -> State | None:
    if line.verdict == "no":
        return "refused"
    if line.verdict == "ended":
        return "ended"
    if before is not None and before.state == "ended" and line.paid_until is None and line.verdict != "yes":
        return "ended"
    paid_until = line.paid_until or (before.paid_until if before else None)
    if paid_until is not None:
        return "ended" if protection(paid_until, today) == "lapsed" else "active"
    if line.kpj or line.payment_code or (before and before.state == "registered"):
        return "registered"
    return "registered" if line.verdict == "yes" and line.means != "eligible" else None


def _membership(line: Line, known: Known, state: State, listed_on: date, now: datetime) -> Membership:
    """What the line says, and of what it leaves out, what was said before."""
    before = known.membership
    return Membership(
        application_id=known.application_id,
        person_id=known.person_id,
        state=state,
        changed_at=now,
        kpj=line.kpj or (before.kpj if before else ""),
        payment_code=line.payment_code or (before.payment_code if before else ""),
        reason=line.remark if state == "refused" else "",
        registered_on=line.registered_on or (before.registered_on if before else None),
        paid_until=line.paid_until or (before.paid_until if before else None),
        listed_on=listed_on,
        kept=before.kept if before else {},
    )


def _standing(after: Membership, today: date) -> str:
    """The application's state that goes with what the agency says."""
    match after.state:
        case "refused":
            return "refused"
        case "ended":
            return "lapsed"
        case "active":
            assert after.paid_until is not None
            return protection(after.paid_until, today)
        case "registered":
            return "waiting_for_payment" if after.kpj or after.payment_code else "registered"


def _facts(one: Membership) -> tuple[object, ...]:
    return (one.state, one.kpj, one.payment_code, one.reason, one.registered_on, one.paid_until)


def _news(before: Membership | None, after: Membership, standing: str) -> News:
    new_number = bool(after.kpj) and (before is None or before.kpj != after.kpj)
    match standing:
        case "refused":
            return "refused"
        case "lapsed":
            return "ended" if before is None or before.state != "ended" else ""
        case "late":
            return "late" if before is None or before.paid_until != after.paid_until else ""
        case "active":
            if new_number:
                return "member"
            return "active" if before is None or before.paid_until != after.paid_until else ""
    new_code = bool(after.payment_code) and (before is None or before.payment_code != after.payment_code)
    return "registered" if new_number or new_code or before is None or before.state != "registered" else ""
