"""The record: who saw or did what, newest first, narrowed by who, what and which application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.admin.guard import Desk, shows
from bot.admin.login import SOMEBODY
from bot.services import Services
from conversations.rules import receipts
from conversations.turn import Fact
from conversations.wording import Words
from storage import audit, staff
from storage.audit import Entry
from storage.staff import Member

PAGE = 50
COMMAND_LINE = "command line"

STEPS = ("second_step_on", "second_step_off", "second_step_reset", "second_step_required", "recovery_codes")

# Everything that is written down, by what it is about. A page that writes something new adds its line here and a text.
ACTIONS: Mapping[str, tuple[str, ...]] = {
    "application": (
        "revealed",
        "printed",
        "approved",
        "approval_undone",
        "asked_again",
        "question_undone",
        "refused",
        "refusal_undone",
        "taken_over",
    ),
    "batch": ("begun", "sealed", "cancelled", "handed_over", "taken"),
    "export": ("taken",),
    "payment": ("picture_seen", "confirmed", "contradicted", "looked_at"),
    "report": ("revealed", "settled"),
    "request": ("revealed", "settled", "erased"),
    "help": ("revealed", "taken", "answered", "closed"),
    "import": ("uploaded", "columns", "revealed", "picked", "unpicked", "applied", "undone", "discarded"),
    "staff": ("joined", "invited", "invitation_withdrawn", "shut_out", "let_in", "password_changed", *STEPS),
    "login": ("in", "out", "ended", "wrong_password", "resting", "unknown", "wrong_code", "recovery_code"),
    "volunteer": ("invited", "paused", "resumed", "ended", "looked_at"),
    "parked": ("tried_again", "set_aside", "flood_taken", "flood_set_aside"),
    "draft": ("nudged",),
    "coverage": (
        "aimed",
        "outlines_uploaded",
        "outline_picked",
        "outlines_applied",
        "outlines_discarded",
        "outlines_removed",
    ),
    "news": ("written", "started", "stopped"),
    "person": ("erased",),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as the page says it. link: where more is known, "" for nowhere."""

    entry: Entry
    text: str
    link: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """The filters as the address says them. what: a kind of action; receipt: as it was typed."""

    who: str = ""
    what: str = ""
    receipt: str = ""

    def query(self, **more: str) -> str:
        """The address of this choice, with something more."""
        fields = {"who": self.who, "what": self.what, "receipt": self.receipt, **more}
        return "?" + urlencode({name: value for name, value in fields.items() if value})


def record_routes(services: Services) -> list[BaseRoute]:
    """/admin/audit."""
    return [shows(services, "audit.see", "/admin/audit", _see)]


async def _see(request: Request, desk: Desk) -> Response:
    chosen = choose(request.query_params)
    read = receipts.read(chosen.receipt)
    before = request.query_params.get("before", "")
    async with desk.services.db.reading() as tx:
        members = await staff.members(tx)
        entries = await audit.search(
            tx,
            actor=chosen.who,
            action=f"{chosen.what}." if chosen.what else "",
            subject=f"application:{read}" if read else chosen.receipt,
            before=int(before) if before.isdecimal() and len(before) < 18 else 0,
            limit=PAGE + 1,
        )
    names = {f"staff:{member.id}": member for member in members}
    return desk.page(
        request, "record.html", chosen=chosen, kinds=tuple(ACTIONS), members=members, command_line=COMMAND_LINE,
        told=[tell(entry, names, desk) for entry in entries[:PAGE]],
        more=str(entries[PAGE - 1].id) if len(entries) > PAGE else "", first=not before,
        actors=_names(members, desk.words),
    )  # fmt: skip


def _names(members: Sequence[Member], words: Words) -> Mapping[str, str]:
    """Who is meant by an actor: a login, or somebody who has none."""
    others = {COMMAND_LINE: words.text("admin.record.command_line"), SOMEBODY: words.text("admin.record.somebody")}
    return others | {member.login: member.name for member in members}


def choose(query: QueryParams) -> Chosen:
    """Read the filters. What is malformed counts as not given."""
    what = query.get("what", "")
    return Chosen(
        who=query.get("who", "").strip()[:60],
        what=what if what in ACTIONS else "",
        receipt=query.get("receipt", "").strip()[:40],
    )


def tell(entry: Entry, names: Mapping[str, Member], desk: Desk) -> Told:
    """Say an entry in words; what this program does not know any more is shown as it was written."""
    kind, _, what = entry.action.partition(".")
    if what not in ACTIONS.get(kind, ()):
        return Told(entry, f"{entry.action} {entry.subject}", "")
    receipt = entry.subject.removeprefix("application:") if kind == "application" else ""
    member = names.get(entry.subject)
    named = entry.subject.removeprefix("batch:").removeprefix("import:")
    subject = receipt or (member.name if member else _role(named, desk.words))
    facts: dict[str, Fact] = {"subject": subject, "actor": entry.actor}
    facts |= {name: value if isinstance(value, int) else str(value) for name, value in entry.facts.items()}
    link = f"/admin/applications/{receipt}" if receipt and desk.may("application.see") else ""
    return Told(entry, desk.words.text(f"admin.audit.{entry.action}", facts), link)


def _role(subject: str, words: Words) -> str:
    """An invitation is about a role; anything else is named as it was written."""
    key = f"admin.role.{subject}"
    return words.text(key) if key in words.reference else subject
