"""The conversation of one chat: commands, the menu, and which form an inbound belongs to. Pure, like the engine."""

from __future__ import annotations

from dataclasses import replace

from conversations import (
    claims,
    lost,
    pasting,
    volunteer,
)
from conversations.commands import named
from conversations.hearing import hear
from conversations.hush import keep_quiet
from conversations.obeying import obey
from conversations.talking import (
    Decided,
    House,
    active_session,
    ask_on,
    ask_shortly,
    at_rest,
    clean,
    in_sight,
    menu,
    take,
    without_asides,
)
from conversations.telling import tell
from conversations.topics import ENDS, TOLD, WOKE
from conversations.turn import (
    Consented,
    Filled,
    Inbound,
    Json,
    Left,
    Opened,
    Reply,
    Said,
    Sent,
    SentBack,
    Shared,
    Spoken,
    Talk,
    Tapped,
    Told,
    Wants,
    Woke,
)
from conversations.whose import said_of
from conversations.wording import offered

PAPERS = ("photo", "document", "album", "video")


def converse(house: House, talk: Talk, inbound: Inbound) -> Spoken:
    """Take one inbound into a chat: the new talk, the one message to send, the effects."""
    first = not talk.facts.get("met")
    heard = _cleaned(inbound)
    said = keep_quiet(house, talk, heard, _decide) if inbound.hushed else _decide(house, talk, heard)
    if said.ended and said.ended.form in ENDS:
        said = ENDS[said.ended.form](house, said, inbound, said.ended)
    said = pasting.unpacked(house, said, inbound)
    said = replace(said, talk=lost.found_again(talk, without_asides(said.talk)))
    looked_up = any(isinstance(e, Wants) for e in said.effects)  # then the facts come back as Told, and greet
    if first and not looked_up and not isinstance(inbound.content, Left | Woke):
        hello = () if any(r.key == "menu.hello" for r in said.replies) else (Reply("menu.hello"),)
        said = replace(
            said,
            talk=replace(said.talk, facts={**said.talk.facts, "met": True}),
            replies=(*said.replies, *hello) if _is_urgent(said) else (*hello, *said.replies),
        )
    words = house.words[said.talk.language]
    effects = tuple(
        replace(e, version=words.version(e.version)) if isinstance(e, Consented) else e for e in said.effects
    )
    if not said.replies:
        return Spoken(said.talk, None, effects)
    message = words.render(said.replies, inbound.form_url)
    of = said_of(talk, said.talk, (reply.key for reply in said.replies))
    return Spoken(replace(said.talk, offered=offered(message)), message, effects, of)


def _is_urgent(said: Decided) -> bool:
    """After an accident or a death, who we are comes second."""
    return any(reply.key in claims.URGENT for reply in said.replies)


def _cleaned(inbound: Inbound) -> Inbound:
    match inbound.content:
        case Said(text):
            return replace(inbound, content=Said(clean(text)))
        case Filled(step, text, slot):
            return replace(inbound, content=Filled(step, clean(text), slot))
        case _:
            return inbound


def _decide(house: House, talk: Talk, inbound: Inbound) -> Decided:
    match inbound.content:
        case Left():
            return Decided(talk)
        case Opened(code):
            return volunteer.arrive(house, talk, inbound, code)
        case Told(name, facts):
            if name in TOLD:
                return TOLD[name](house, talk, inbound, facts)
            return Decided(talk, tell(name, facts))
        case SentBack():
            return _send_back(house, talk, inbound)
        case Said(text):
            return hear(house, talk, inbound, text)
        case Tapped("!", value):
            return obey(house, talk, inbound, named(value))
        case Tapped(step, _):
            return _tap(house, talk, inbound, step.partition(".")[0])
        case Sent(kind) if kind in PAPERS and (unopened := claims.declined(house, talk, inbound)):
            return unopened
        case Sent(kind):
            known = f"sent.{kind}" in house.words[talk.language].texts  # platforms invent new kinds without notice
            unread = Reply(f"sent.{kind}" if known else "sent.other")
            if talk.facts.get("met") and (active_session(talk) is None or not in_sight(house, talk)):
                return at_rest(talk, unread)
            return ask_shortly(house, talk, inbound, unread)
        case Shared(_, own) if not own:
            return ask_on(house, talk, inbound, Reply("sent.contact"))
        case Woke(reason, facts):
            if reason in WOKE:
                return WOKE[reason](house, talk, inbound, facts)
            return Decided(talk, tell(reason, facts))
        case Filled(slot=slot) if slot in talk.sessions:
            return take(house, replace(talk, active=slot), inbound)
        case Shared() | Filled():
            return take(house, talk, inbound)


def _tap(house: House, talk: Talk, inbound: Inbound, slot: str) -> Decided:
    session = talk.sessions.get(slot)
    if session is None or session.form not in house.forms:
        return menu(talk, Reply("menu.old_button"))
    return take(house, replace(talk, active=slot), inbound)


def _send_back(house: House, talk: Talk, inbound: Inbound) -> Decided:
    content = inbound.content
    assert isinstance(content, SentBack)
    for name, session in talk.sessions.items():
        if session.facts.get("receipt") == content.receipt:
            return take(house, replace(talk, active=name), inbound)
    wanted: dict[str, Json] = {"receipt": content.receipt, "steps": list(content.steps), "reason": content.reason}
    return Decided(talk, effects=(Wants("sent_back", wanted),))


__all__ = ["House", "converse"]
