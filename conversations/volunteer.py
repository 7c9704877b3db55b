"""Volunteers in the chat: how somebody came by one, how one is made of an invitation, their card and their poster."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from conversations.conditions import answered
from conversations.fields.area import Kelurahan
from conversations.fields.field import Asking
from conversations.fields.one_of import OneOf
from conversations.fields.rw import Rw
from conversations.fields.text import PersonName, fold
from conversations.form import Ask, Form, Stop
from conversations.questions import buttons
from conversations.rules import areas
from conversations.rules.codes import INVITATION, VOLUNTEER
from conversations.talking import ASIDES, Decided, House, ask_on, begin, greet, menu, open_draft, recap, way_on
from conversations.turn import Answer, Consented, Fact, Inbound, Json, Record, Reply, Session, Talk, Wants

_SPOKEN_OF = re.compile(  # a code, though none can be read: "trn 7k4 f92", "kode relawan: 7k4f9"
    r"\btrn(?= [0-9a-z]{1,4}\b| ?[0-9a-z]*[0-9])|\bkode relawan(?:nya)?(?: [a-z]+){0,2} (?=[a-z]*[0-9])[0-9a-z]{3,}"
)
WANTS_TO_SIGN_UP = frozenset(("daftar", "mendaftar", "ndaftar", "register", "sign"))


class Nothing:
    """The end of this form is told once storage has made them a volunteer."""

    samples: tuple[Mapping[str, Fact], ...] = ({},)

    def __call__(self, asking: Asking) -> Mapping[str, Fact]:
        return {}


volunteer = Form(
    "volunteer",
    (
        Ask("agree", OneOf("agree", "decline", yes="agree", no="decline"), consent="volunteer", listed=False),
        Stop("declined", when=answered("agree", "decline"), offers=("back", "menu")),
        Ask("full_name", PersonName()),
        Ask("kelurahan", Kelurahan()),
        Ask("rw", Rw()),
    ),
    offers=("card", "poster", "menu"),
    tells=Nothing(),
    aside="written down",
)


# ---- coming by a link ---------------------------------------------------------------------------------------------


def arrive(house: House, talk: Talk, inbound: Inbound, payload: str) -> Decided:
    """The chat was opened by a link: an invitation, a volunteer's code, or something else that is nobody's."""
    if invitation := INVITATION.read(payload):
        return _invited(talk, invitation)
    return _remember(greet(house, talk, inbound), VOLUNTEER.read(payload))


def named_in(house: House, talk: Talk, inbound: Inbound, text: str) -> Decided | None:
    """A text that carries a code or an invitation, however it was changed on the way; None for any other."""
    if talk.active in ASIDES:
        return None  # a code in a report is whom it is about
    if invitation := INVITATION.find(text):
        return _invited(talk, invitation)
    code = VOLUNTEER.find(text)
    if code is None and not _SPOKEN_OF.search(fold(text)):
        return None
    wanted = WANTS_TO_SIGN_UP & set(fold(text).split()) and not open_draft(talk)
    if code is None:
        return _unread(house, talk, inbound, wanted="sign up" if wanted else "")
    said = begin(house, talk, inbound, "registration") if wanted else greet(house, talk, inbound)
    return _remember(said, code)


def _unread(house: House, talk: Talk, inbound: Inbound, wanted: str) -> Decided:
    """A code came damaged, or two of them: that is said, and what they wanted begins all the same."""
    unread = Reply("volunteer.code_unread")
    if not wanted:
        return ask_on(house, talk, inbound, unread)
    said = begin(house, talk, inbound, "registration")
    return replace(said, replies=(unread, *said.replies))


def read_out(said: Decided, text: str) -> Decided:
    """A bare code was typed: it is looked up, and it is also how they came. Asking "cek relawan …" is only asking."""
    return said if fold(text).startswith(("cek", "check")) else _remember(said, VOLUNTEER.find(text))


def _remember(said: Decided, code: str | None) -> Decided:
    """Keep the first and the last link somebody came by. Whether there is such a volunteer storage knows."""
    if code is None:
        return said
    facts = {"first_code": code, **said.talk.facts, "last_code": code}
    talk = replace(said.talk, facts=facts)
    return replace(said, talk=talk, effects=(*said.effects, Record("came_by", {"code": code})))


# ---- becoming one -------------------------------------------------------------------------------------------------


def _invited(talk: Talk, invitation: str) -> Decided:
    return Decided(talk, effects=(Wants("invitation", {"token": invitation}),))


def tell_invitation(house: House, talk: Talk, inbound: Inbound, facts: Mapping[str, Json]) -> Decided:
    """Begin the form, with what the coordinator wrote down to be kept or replaced."""
    if facts.get("code"):
        return tell_card(house, talk, inbound, facts)
    if not facts.get("found"):
        return menu(talk, Reply("volunteer.invitation_gone"))
    begun = talk.sessions.get(volunteer.name)
    if begun and not begun.done and begun.facts.get("invitation") == facts["invitation"]:
        return recap(house, replace(talk, active=volunteer.name), inbound)  # the link was only tapped once more
    known = {
        step: Answer(facts[step], said=str(facts[step])) for step in ("full_name", "kelurahan", "rw") if facts.get(step)
    }
    session = Session(volunteer.name, kept=known, facts={"invitation": facts["invitation"]})
    sessions = {**talk.sessions, volunteer.name: session}
    return ask_on(house, replace(talk, active=volunteer.name, sessions=sessions), inbound)


def joined(house: House, said: Decided, inbound: Inbound, session: Session) -> Decided:
    """All is answered: storage makes them a volunteer, and their card is told."""
    left = {name: one for name, one in said.talk.sessions.items() if name != volunteer.name}
    talk = replace(said.talk, sessions=left, active="")
    given = {step: session.answers[step].value for step in ("full_name", "kelurahan", "rw")}
    return Decided(replace(talk, active=open_draft(talk) or ""), (), (*said.effects, Wants("joined", given)))


def tell_joined(house: House, talk: Talk, inbound: Inbound, facts: Mapping[str, Json]) -> Decided:
    """Welcome, with the card; or the invitation was withdrawn meanwhile."""
    if not facts.get("code"):
        return menu(talk, Reply("volunteer.invitation_gone"))
    return Decided(_known(talk, facts), (Reply("volunteer.done"), _card(facts, inbound, talk)))


# ---- the card and the poster --------------------------------------------------------------------------------------


def card(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """KARTU: code, link, what a volunteer may and may not do."""
    return Decided(talk, effects=(Wants("card"),))


def poster(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """POSTER: where it is."""
    return Decided(talk, effects=(Wants("poster"),))


def tell_card(house: House, talk: Talk, inbound: Inbound, facts: Mapping[str, Json]) -> Decided:
    if refused := _refused(talk, facts):
        return refused
    return Decided(_known(talk, facts), (_card(facts, inbound, talk),))


def tell_poster(house: House, talk: Talk, inbound: Inbound, facts: Mapping[str, Json]) -> Decided:
    if refused := _refused(talk, facts):
        return refused
    link = f"{_link(facts, inbound)}/poster"
    return Decided(_known(talk, facts), (Reply("volunteer.poster", {"link": link}, (*buttons("card"), *way_on(talk))),))


# ---- stopping -----------------------------------------------------------------------------------------------------


def resign(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """BERHENTI RELAWAN: asked once more, because the code is gone for good."""
    return Decided(talk, effects=(Wants("resign"),))


def tell_resign(house: House, talk: Talk, inbound: Inbound, facts: Mapping[str, Json]) -> Decided:
    if not facts.get("code"):
        return _not_one(talk)
    return Decided(talk, (Reply("volunteer.resign", options=buttons("resign_yes", "card", "menu")),))


def resign_surely(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """They said so: the agreement is taken back, and storage ends it."""
    return Decided(talk, effects=(Wants("resigned"),))


def tell_resigned(house: House, talk: Talk, inbound: Inbound, facts: Mapping[str, Json]) -> Decided:
    if not facts.get("code"):
        return _not_one(talk)
    taken_back = Consented("volunteer", False, "volunteer.resigned", "resign_yes")
    return Decided(_known(talk, {}), (Reply("volunteer.resigned", options=way_on(talk)),), (taken_back,))


def _not_one(talk: Talk) -> Decided:
    return Decided(_known(talk, {}), (Reply("volunteer.not_one", options=way_on(talk)),))


def _known(talk: Talk, facts: Mapping[str, Json]) -> Talk:
    """Remember for the menu whether the card is theirs to see; what they may is storage's to say."""
    left = {name: fact for name, fact in talk.facts.items() if name != "volunteer"}
    return replace(talk, facts={**left, "volunteer": True} if facts.get("code") else left)


def _refused(talk: Talk, facts: Mapping[str, Json]) -> Decided | None:
    if not facts.get("code"):
        return _not_one(talk)
    if facts.get("state") == "paused":
        return Decided(talk, (Reply("volunteer.paused", options=(*buttons("help"), *way_on(talk))),))
    return None


def _card(facts: Mapping[str, Json], inbound: Inbound, talk: Talk) -> Reply:
    area = areas.named(str(facts.get("kelurahan", "")))
    shown: dict[str, Fact] = {
        "name": str(facts["full_name"]),
        "area": area.name if area else "",
        "rw": str(facts["rw"]),
        "code": str(facts["code"]),
        "link": _link(facts, inbound),
    }
    does = buttons("poster", "my_people", "help_other", "training")
    return Reply("volunteer.card", shown, (*does, *way_on(talk)), copy=str(facts["code"]))


def _link(facts: Mapping[str, Json], inbound: Inbound) -> str:
    """The landing page's address, at the house that serves the secure form."""
    return f"{inbound.form_url.rpartition('/isi/')[0]}/r/{facts['code']}"


CARD_AT_ITS_LONGEST: Mapping[str, Fact] = {
    "name": "Nur'aini Rahmawati Kusumaningtyas, S.Pd.",
    "area": "Kelapa Gading Barat",
    "rw": "40",
    "code": VOLUNTEER.make(VOLUNTEER.span - 1),
    "link": "https://daftar.karangtaruna-jakarta.example/r/" + VOLUNTEER.make(VOLUNTEER.span - 1),
}
