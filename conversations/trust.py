"""The trust kit: what we never ask for, whether a volunteer's code is real, and telling us of somebody who is not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from conversations.fields.field import Asking, Took
from conversations.fields.one_of import OneOf
from conversations.fields.sentence import Sentence
from conversations.fields.text import fold
from conversations.form import Ask, Form
from conversations.questions import buttons
from conversations.rules.areas import named
from conversations.rules.codes import VOLUNTEER
from conversations.talking import Decided, House, active_session, ask_on, ask_shortly, at_rest, way_on
from conversations.turn import Answer, Fact, Inbound, Json, Phrase, Record, Reply, Session, Talk, Wants

STATES = ("active", "inactive", "unknown")
_SAID_FOR: Mapping[str, tuple[str, ...]] = {
    "bot": ("bot palsu", "akun palsu", "nomor palsu", "penipuan", "penipu", "fake bot", "scam"),
    "money": ("minta uang", "minta duit", "dimintai uang", "asked for money"),
    "collector": ("penagih", "iuran dipungut", "uang dititip", "iuran tidak disetor", "collector"),
    "other": ("lainnya", "lain", "hal lain", "yang lain", "something else"),
}


class _Nothing:
    """A form's last words that need no facts."""

    samples: tuple[Mapping[str, Fact], ...] = ({},)

    def __call__(self, asking: Asking) -> Mapping[str, Fact]:
        return {}


report_form = Form(
    "report",
    (
        Ask("kind", OneOf("bot", "money", "collector", "other", words=_SAID_FOR), listed=False),
        Ask("what", Sentence(), listed=False),
    ),
    offers=("safe", "menu"),
    tells=_Nothing(),
)


_TELLING = re.compile(  # somebody else asks, or they were asked: "saya minta uang kembali" tells of nobody
    r"^(?:(?:kak|min|bang|tadi|kemarin|kmrn|barusan) )*"
    r"(?:(?:ada (?:yg|yang|orang|relawan|bapak|ibu|petugas)|relawan\w*|petugas\w*|orang|somebody|someone)\b.{0,60}"
    r"\b(?:minta|mintain|nagih|asked (?:me )?for)|(?:saya|aku|gw|gue|ibu saya)\b.{0,20}\b(?:dimintain?|diminta))"
    r"\b.{0,20}\b(?:uang|duit|bayaran|otp|pungutan|transfer|[0-9]+ ?(?:rb|ribu|jt)|money)\b"
)


_PASS_ON = re.compile(
    r"\b(?:sebarkan|sebar ke|sebarin|viralkan|copas|copy paste|fwd|forwarded|grup sebelah|teruskan (?:pesan|ke)"
    r"|kirim(?:kan)? ke \d+ |share ke|bagikan ke \d+|pass (?:it|this) on)\b"
)
_BAIT = re.compile(r"\b(?:bantuan|bansos|hadiah|gratis|klik|subsidi|blt|cair|pemenang|undian|link|prize|free|click)\b")


def tells_of_it(text: str) -> bool:
    """Hear that somebody asked a person for money, as against a question whether one must pay."""
    return "?" not in text and _TELLING.search(fold(text)) is not None


def was_forwarded(text: str) -> bool:
    """Hear a chain message that somebody pasted: a text to be passed on, or a link with something to win."""
    said = fold(text)
    if len(said.split()) < 6:
        return False
    return _PASS_ON.search(said) is not None or ("http" in text.casefold() and _BAIT.search(said) is not None)


def warn(house: House, talk: Talk, inbound: Inbound) -> Decided:
    """A chain message is not ours, and its link is not to be opened; then on with what was open."""
    if (session := active_session(talk)) and not session.done:
        return ask_shortly(house, talk, inbound, Reply("trust.forwarded"))
    return at_rest(talk, Reply("trust.forwarded"))


def safe(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """AMAN: what we never ask for. In a form its question follows at once."""
    if (session := active_session(talk)) and not session.done:
        return ask_on(house, talk, inbound, Reply("trust.safe"))
    return Decided(talk, (Reply("trust.safe", options=(*buttons("report", "check_volunteer"), *way_on(talk))),))


def check_volunteer(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """CEK RELAWAN with a code looks it up; without one it says how."""
    code = VOLUNTEER.find(argument)
    if code:
        return Decided(talk, effects=(Wants("volunteer", {"code": code}),))
    return Decided(talk, (Reply("trust.mistyped" if argument else "trust.which", options=way_on(talk)),))


def tell_volunteer(house: House, talk: Talk, inbound: Inbound, facts: Mapping[str, Json]) -> Decided:
    """Say of a code what may be known: a name and an RW where it is active, else only that it is not."""
    state = str(facts["state"])
    code: Mapping[str, Fact] = {"code": str(facts["code"])}
    if state != "active":
        return Decided(talk, (Reply(f"trust.{state}", code, (*buttons("report"), *way_on(talk))),))
    area, rw = named(str(facts["area"])), str(facts["rw"])
    where = Phrase(f"trust.where.{'rw' if area and rw else 'area' if area else 'jakarta'}")
    told: Mapping[str, Fact] = {
        **code, "name": str(facts["name"]), "area": area.name if area else "", "rw": rw, "where": where
    }  # fmt: skip
    return Decided(talk, (Reply("trust.active", told, (*buttons("register", "report"), *way_on(talk))),))


# ---- LAPOR --------------------------------------------------------------------------------------------------------


def report(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """LAPOR, alone or with what happened behind it: then only the kind is asked."""
    told = report_form.asks["what"].field.read(argument, Asking("report.what", {}, inbound.today))
    answers = {"what": Answer(told.value, argument)} if isinstance(told, Took) else {}
    session = Session("report", answers=answers)
    fresh = replace(talk, active="report", sessions={**talk.sessions, "report": session})
    return ask_on(house, fresh, inbound)


def reported(house: House, said: Decided, inbound: Inbound, session: Session) -> Decided:
    """The report is complete: it goes to the desk."""
    what = str(session.answers["what"].value)
    facts: Mapping[str, Json] = {
        "kind": cast(str, session.answers["kind"].value),
        "what": what,
        "volunteer_code": VOLUNTEER.find(what) or "",
    }
    return replace(said, effects=(*said.effects, Record("report", facts)))
