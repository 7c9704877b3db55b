"""What a poster says: its texts in one language, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.organisation import organisation
from conversations.rules import areas
from conversations.wording import Words
from storage.volunteers import Volunteer


@dataclass(frozen=True, slots=True)
class Said:
    """A poster in words. link: what the code holds; shown: the same, as it is typed."""

    name: str
    place: str
    code: str
    link: str
    shown: str
    brand: str
    unit: str
    headline: tuple[str, str]
    lead: str
    how: str
    steps: tuple[str, str, str]
    open: str
    from_label: str
    never: str
    who: str


def said_for(volunteer: Volunteer, base_url: str, words: Words) -> Said:
    """Put a volunteer's poster into words."""
    area = areas.named(volunteer.area_code)
    name = area.name if area else ""
    place = words.text("pages.landing.place", {"rw": volunteer.rw, "area": name}) if volunteer.rw else name
    link = f"{base_url.rstrip('/')}/r/{volunteer.code}"
    return Said(
        name=volunteer.name,
        place=place,
        code=volunteer.code,
        link=link,
        shown=link.partition("://")[2],
        brand=words.text("pages.name"),
        unit=organisation(words.language)["unit"],
        headline=(words.text("pages.poster.headline.1"), words.text("pages.poster.headline.2")),
        lead=words.text("pages.poster.lead"),
        how=words.text("pages.poster.how"),
        steps=(words.text("pages.poster.step.1"), words.text("pages.poster.step.2"), words.text("pages.poster.step.3")),
        open=words.text("pages.poster.open"),
        from_label=words.text("pages.poster.from"),
        never=words.text("pages.poster.never"),
        who=words.text("pages.poster.who"),
    )
