"""Questions and their answers: what is said to one, what is offered where it is not clear, and the list of topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal, TypeAlias

from conversations.matching import LIKELY, NAMES, PLAIN, TOPICS, asks, find
from conversations.rules.benefits import benefit
from conversations.rules.contributions import discount_ends, later, monthly
from conversations.turn import Fact, Option, Phrase, Reply, Rupiah, Session

Unread: TypeAlias = Literal["surely", "perhaps", ""]
A_SENTENCE = 3  # words: where nothing of ours is open, so many are hardly a slip of the finger
A_PAGE = 8  # with "more" and the way out it is the ten rows that a list may have
PAGES = -(-len(TOPICS) // A_PAGE)
_ANY_WORDS = ("sentence", "as_typed")  # doubts of fields that take nearly any words for an answer
_NOW = ("both", "transport", "other", "none")
_SAMPLE_DAYS = (date(2026, 9, 30), date(2027, 2, 28), date(2027, 9, 30))


def facts(today: date) -> Mapping[str, Fact]:
    """Gather the amounts and dates that answers may name, as they are on a day."""
    transport, other = discount_ends("transport", today), discount_ends("other", today)
    now = "both" if transport and other else "transport" if transport else "other" if other else "none"
    lowest = monthly(1, "other", "two", today)
    return {
        "least": Rupiah(lowest.total + lowest.discount),
        "discount": Phrase(f"question.now.{now}"),
        "until_transport": _last_day(transport),
        "until_other": _last_day(other),
        "death": Rupiah(benefit("death", today)),
        "burial": Rupiah(benefit("burial", today)),
        "months": benefit("months_before_death", today),
        "old_age": benefit("old_age", today),
        "times": benefit("accident_death_times", today),
        "living": Rupiah(benefit("accident_death_living", today)),
        "scholarship": Rupiah(benefit("scholarship", today)),
        "children": benefit("scholarship_children", today),
        "years": benefit("scholarship_years", today),
    }


def _last_day(month: date | None) -> date | None:
    return later(month, 1) - timedelta(days=1) if month else None


SAMPLES: tuple[Mapping[str, Fact], ...] = tuple(facts(day) for day in _SAMPLE_DAYS)
PHRASES = tuple(f"question.now.{now}" for now in _NOW)


def answer(name: str, today: date) -> Reply:
    """Answer one question, before the open one of ours is asked again."""
    return Reply(f"question.{name}.answer", facts(today))


def closed(name: str, today: date) -> Reply:
    """Answer one question where none of ours is open, with a next step under it."""
    offers = next((topic.offers for topic in TOPICS if topic.name == name), "")
    return replace(answer(name, today), options=buttons(*filter(None, (offers,)), "questions", "menu"))


def wonder(text: str, today: date) -> Reply | None:
    """Answer a text where no question of ours is open, or offer the nearest, or a person; None if it asks nothing."""
    found = find(text)
    if found.sure and (found.best >= PLAIN or asks(text, found)):
        return closed(found.topics[0][0], today)
    if found.nearest and (found.best >= LIKELY or asks(text, found) or len(text.split()) >= A_SENTENCE):
        return _nearest(found.nearest, "menu")
    return Reply("question.unknown", options=buttons("help", "questions", "menu")) if asks(text, found) else None


# ---- in the middle of a form ---------------------------------------------------------------------------------------


def unread(before: Session, after: Session, replies: Sequence[Reply]) -> Unread:
    """Say whether the open field could not read what was typed; "perhaps" where it takes nearly any words."""
    if after.misses > before.misses or any(reply.key == "engine.use_the_form" for reply in replies):
        return "surely"
    return "perhaps" if after.doubt is not None and after.doubt.code in _ANY_WORDS else ""


def instead(text: str, today: date, unread: Unread) -> Reply | None:
    """Answer what looks like a question. With options it stands alone, else our own question follows it."""
    found = find(text)
    if not asks(text, found):
        return None
    if found.sure and (unread == "surely" or len(text.split()) > 2):
        return answer(found.topics[0][0], today)
    return _nearest(found.nearest, "resume") if found.nearest and unread == "surely" else None


# ---- lists --------------------------------------------------------------------------------------------------------


def topics(page: int, way_out: str) -> Reply:
    """List a page of topics, counted from 1; beyond the last page it begins anew."""
    page = page if 1 <= page <= PAGES else 1
    shown = tuple(map(_title, NAMES[(page - 1) * A_PAGE : page * A_PAGE]))
    more = Option("!", f"questions:{page % PAGES + 1}", key="question.more")
    return Reply("question.topics", options=(*shown, more, *buttons(way_out)))


def _nearest(names: tuple[str, ...], way_out: str) -> Reply:
    return Reply("question.nearest", options=(*map(_title, names), *buttons("help", way_out)))


def _title(name: str) -> Option:
    return Option("!", f"question:{name}", key=f"question.{name}.title")


def buttons(*names: str) -> tuple[Option, ...]:
    """Offer commands."""
    return tuple(Option("!", name, key=f"command.{name}") for name in names)
