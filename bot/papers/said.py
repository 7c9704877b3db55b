"""What a printed receipt says, in the language its form was filled in."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from conversations.organisation import organisation
from conversations.printing import spelled
from conversations.wording import Words
from storage.papers import Receipt


@dataclass(frozen=True, slots=True)
class Said:
    """A receipt in words. groups: the number as it is read, its check sign by itself; aloud: each as it is said.

    code: what the square holds. name: "" where it is not known any more. later: how to take the record over, "" where
    it is one's own already.
    """

    receipt: str
    language: str
    brand: str
    unit: str
    title: str
    about: str
    name: str
    sent: str
    groups: tuple[str, ...]
    aloud_label: str
    aloud: tuple[str, ...]
    next_label: str
    steps: tuple[str, str, str]
    ask_label: str
    ask: str
    code: str
    code_label: str
    site_label: str
    site: str
    later_label: str
    later: str
    never: str
    who: str


def said_for(one: Receipt, base_url: str, zone: ZoneInfo, words: Words) -> Said:
    """Put a receipt into words. base_url: where the pages are; zone: in whose time the day is told."""
    local = one.sent_at.astimezone(zone)
    base = base_url.rstrip("/")
    helped = one.finished_at is not None
    return Said(
        receipt=one.receipt,
        language=words.language,
        brand=words.text("pages.name"),
        unit=organisation(words.language)["unit"],
        title=words.text("pages.paper.title"),
        about=words.text("pages.paper.about"),
        name=words.text("pages.paper.for", {"who": one.name}) if one.name else "",
        sent=words.text("pages.paper.sent", {"day": local.date(), "time": f"{local:%H.%M %Z}"}),
        groups=tuple(one.receipt.split("-")),
        aloud_label=words.text("pages.paper.aloud"),
        aloud=tuple(words.text("aloud.number", spelled(one.receipt)).split(", ")),
        next_label=words.text("pages.paper.next"),
        steps=(
            words.text("pages.paper.step.1"),
            words.text(f"pages.paper.step.2.{'helped' if helped else 'own'}"),
            words.text("pages.paper.step.3"),
        ),
        ask_label=words.text("pages.paper.question"),
        ask=words.text(f"pages.paper.whom.{'helped' if helped else 'own'}"),
        code=f"{base}/cek#{one.receipt}",  # behind the # so that no server on the way writes it down
        code_label=words.text("pages.paper.code"),
        site_label=words.text("pages.paper.site"),
        site=base.partition("://")[2],
        later_label=words.text("pages.paper.later") if helped else "",
        later=words.text("pages.paper.later.how") if helped else "",
        never=words.text("pages.paper.never"),
        who=words.text("pages.paper.who"),
    )
