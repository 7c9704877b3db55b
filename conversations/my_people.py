"""A volunteer's people: whom to visit today, who is on the way, who is through. First names, steps, days; no more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import cast

from conversations.questions import buttons
from conversations.talking import Decided, House, way_on
from conversations.turn import Fact, Inbound, Json, Phrase, Reply, Talk, Wants

BAR, LONGEST = "▇", 12  # of a line that stays one line on a narrow phone
VISIT_AFTER = timedelta(days=1)
LISTED = frozenset(
    (
        *("situation", "full_name", "nik", "born", "sex", "kelurahan", "rw", "phone", "email", "occupation", "sector"),
        *("second_occupation", "income", "programme", "months", "reminders"),
    )
)
STATES: Mapping[str, str] = {
    "submitted": "review", "in_review": "review", "needs_correction": "fix", "approved": "review", "batched": "review",
    "handed_over": "handed_over", "registered": "pay", "waiting_for_payment": "pay", "active": "active",
    "late": "late", "lapsed": "late", "refused": "refused",
}  # fmt: skip
SAID = ("review", "fix", "handed_over", "pay", "active", "late", "refused", "other")


def my_people(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """ORANG SAYA: ask for them."""
    return Decided(talk, effects=(Wants("my_people"),))


def tell_people(house: House, talk: Talk, inbound: Inbound, facts: Mapping[str, Json]) -> Decided:
    """Whom to visit first: who stopped longest ago. Nobody is ranked, and nobody sees more than helps."""
    if not facts.get("volunteer"):
        if facts.get("paused"):
            return Decided(talk, (Reply("volunteer.paused", options=(*buttons("help"), *way_on(talk))),))
        return Decided(talk, (Reply("people.not_yours", options=buttons("register", "menu")),))
    waiting = sorted(cast("list[list[str]]", facts["on_the_way"]), key=lambda one: one[2])
    sent = cast("list[list[str]]", facts["sent_in"])
    if not waiting and not sent:
        return Decided(talk, (Reply("people.none", options=buttons("card", "poster", "menu")),))
    today = inbound.today
    visit = [one for one in waiting if today - date.fromisoformat(one[2]) >= VISIT_AFTER]
    fresh = [one for one in waiting if one not in visit]
    replies: list[Reply] = []
    if visit:
        replies.append(Reply("people.visit", lines=tuple(_stopped(one, today) for one in visit), private=True))
    if fresh:
        replies.append(Reply("people.on_the_way", lines=tuple(_stopped(one, today) for one in fresh), private=True))
    if sent:
        lines = tuple(_sent(one, number) for number, one in enumerate(sent, start=1))
        replies.append(Reply("people.sent_in", lines=lines, private=True))
    return Decided(talk, (*replies, *_numbers(facts)))


def _numbers(facts: Mapping[str, Json]) -> tuple[Reply, Reply]:
    """The last days one under another, and how far all of them came. Whose numbers are higher is not told."""
    days = [(date.fromisoformat(str(day)), int(cast("int", n))) for day, n in cast("list[list[Json]]", facts["days"])]
    most = max(n for _, n in days)
    lines = tuple(_day(day, n, most) for day, n in days) if most else ()
    sent, approved, registered = cast("list[int]", facts["totals"])
    totals: dict[str, Fact] = {"sent": sent, "approved": approved, "registered": registered}
    return (
        Reply("people.days", {"week": sum(n for _, n in days)}, lines=lines),
        Reply("people.totals", totals, buttons("help_other", "card", "menu")),
    )


def _day(day: date, n: int, most: int) -> tuple[str, Mapping[str, Fact]]:
    """A day's line, with a bar of its length: one sign each, in a busy week a share of the longest."""
    length = n if most <= LONGEST else -(-n * LONGEST // most)
    told: dict[str, Fact] = {"weekday": Phrase(f"people.weekday.{day.isoweekday()}"), "day": day.day, "n": n}
    return ("people.line.day" if n else "people.line.no_day"), {**told, "bar": BAR * length}


def _stopped(one: list[str], today: date) -> tuple[str, Mapping[str, Fact]]:
    name, asked, since = one
    days = (today - date.fromisoformat(since)).days
    step = Phrase(f"registration.{asked}.name" if asked in LISTED else "people.at_start")
    told: dict[str, Fact] = {"name": name or Phrase("people.no_name"), "step": step, "days": days}
    return ("people.line.today" if days < 1 else "people.line.stopped"), told


def _sent(one: list[str], number: int) -> tuple[str, Mapping[str, Fact]]:
    name, state, _ = one
    return "people.line.sent", {
        "name": name or Phrase("people.no_name"),
        "state": Phrase(f"people.state.{STATES.get(state, 'other')}"),
    }
