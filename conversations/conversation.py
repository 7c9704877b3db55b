"""The conversation of one chat: commands, the menu, and which form an inbound belongs to. Pure, like the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from conversations import claims, engine, questions, volunteer
from conversations.commands import Command, named, parse
from conversations.fields.choice import choose
from conversations.guard import HARMLESS, refuse
from conversations.obeying import obey
from conversations.talking import (
    Decided,
    House,
    active_session,
    ask_on,
    clean,
    leading_back,
    menu,
    recap,
    take,
    way_on,
    without_asides,
)
from conversations.telling import tell
from conversations.topics import ENDS, TOLD, WOKE
from conversations.turn import (
    Consented,
    Filled,
    Inbound,
    Left,
    Opened,
    Redact,
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
from conversations.wording import offered

PAPERS = ("photo", "document", "album", "video")


def converse(house: House, talk: Talk, inbound: Inbound) -> Spoken:
    """Take one inbound into a chat: the new talk, the one message to send, the effects."""
    first = not talk.facts.get("met")
    said = _decide(house, talk, _cleaned(inbound))
    if said.ended and said.ended.form in ENDS:
        said = ENDS[said.ended.form](house, said, inbound, said.ended)
    said = replace(said, talk=without_asides(said.talk))
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
    return Spoken(replace(said.talk, offered=offered(message)), message, effects)


def _is_urgent(said: Decided) -> bool:
    """After an accident or a death, who we are comes second."""
    return any(reply.key in claims.URGENT for reply in said.replies)


def _cleaned(inbound: Inbound) -> Inbound:
    match inbound.content:
        case Said(text):
            return replace(inbound, content=Said(clean(text)))
        case Filled(step, text):
            return replace(inbound, content=Filled(step, clean(text)))
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
            return Decided(talk, tell(name, facts, _open_lines(house, talk), way_on(talk)))
        case SentBack():
            return _send_back(house, talk, inbound)
        case Said(text):
            return _hear(house, talk, inbound, text)
        case Tapped("!", value):
            return obey(house, talk, inbound, named(value))
        case Tapped(step, _):
            return _tap(house, talk, inbound, step.partition(".")[0])
        case Sent(kind) if kind in PAPERS and (unopened := claims.declined(house, talk, inbound)):
            return unopened
        case Sent(kind):
            known = f"sent.{kind}" in house.words[talk.language].texts  # platforms invent new kinds without notice
            return ask_on(house, talk, inbound, Reply(f"sent.{kind}" if known else "sent.other"))
        case Shared(_, own) if not own:
            return ask_on(house, talk, inbound, Reply("sent.contact"))
        case Woke(reason, facts):
            if reason in WOKE:
                return WOKE[reason](house, talk, inbound, facts)
            return Decided(talk, tell(reason, facts, (), way_on(talk)))
        case Shared() | Filled():
            return take(house, talk, inbound)


def _hear(house: House, talk: Talk, inbound: Inbound, text: str) -> Decided:
    if not text:
        return ask_on(house, talk, inbound, Reply("sent.other"))
    session = active_session(talk)
    refused = refuse(text)
    if refused:
        said = ask_on(house, talk, inbound, Reply(f"refusal.{refused}"))
        return said if refused in HARMLESS else replace(said, effects=(*said.effects, Redact(refused)))
    if _holds_nik(text) and "take_full_id" not in inbound.can:
        said = ask_on(house, talk, inbound, Reply("refusal.nik_in_chat"))
        return replace(said, effects=(*said.effects, Redact("nik_in_chat")))
    command = parse(text)
    if command and not inbound.edited:
        said = obey(house, talk, inbound, command)
        return volunteer.read_out(said, text) if command.name == "check_volunteer" else said
    if not inbound.edited and (came := volunteer.named_in(house, talk, inbound, text)):
        return came
    if ticked := claims.several(text, talk.offered):
        return obey(house, talk, inbound, Command("tick", ticked))
    buttons = tuple(o for o in talk.offered if o.step == "!")
    chosen = choose(text, talk.offered, {}) if buttons else None
    if isinstance(chosen, str) and any(o.value == chosen for o in buttons):
        return obey(house, talk, inbound, named(chosen))
    if session is None:
        lost = (Reply("menu.not_understood"),) if talk.facts.get("met") else ()
        return _wonder(talk, inbound, text) or menu(talk, *lost)
    if session.done and not inbound.edited and (answered := _wonder(talk, inbound, text)):
        return answered
    said = take(house, talk, inbound)
    if not inbound.edited and (asked := _asked_instead(house, talk, inbound, text, said)):
        return asked
    return _welcome_back(house, talk, inbound, said) if engine.rested(session, inbound) else said


def _welcome_back(house: House, talk: Talk, inbound: Inbound, said: Decided) -> Decided:
    """After a day or more the recap comes first, and an answer that fits is taken all the same."""
    session = active_session(said.talk)
    before = active_session(talk)
    if session and before and session.misses > before.misses:
        return recap(house, talk, inbound)
    return replace(said, replies=(Reply("engine.welcome_back"), *said.replies))


def _tap(house: House, talk: Talk, inbound: Inbound, name: str) -> Decided:
    session = talk.sessions.get(name)
    if name not in house.forms or session is None:
        return menu(talk, Reply("menu.old_button"))
    return take(house, replace(talk, active=name), inbound)


def _send_back(house: House, talk: Talk, inbound: Inbound) -> Decided:
    content = inbound.content
    assert isinstance(content, SentBack)
    for name, session in talk.sessions.items():
        if session.facts.get("receipt") == content.receipt:
            return take(house, replace(talk, active=name), inbound)
    return Decided(talk)


def _holds_nik(text: str) -> bool:
    digits = "".join(c for c in text if c not in " .-")
    return any(len(run) == 16 for run in "".join(c if c in "0123456789" else " " for c in digits).split())


def _open_lines(house: House, talk: Talk) -> tuple[tuple[str, Mapping[str, object]], ...]:
    """List what an open draft holds, masked, for DATA SAYA."""
    lines: list[tuple[str, Mapping[str, object]]] = []
    for session in talk.sessions.values():
        form = house.forms.get(session.form)
        if form:
            lines += [(f"{form.name}.{line.step}.line", line.facts) for line in engine.review_lines(form, session)]
    return tuple(lines)


# ---- questions ----------------------------------------------------------------------------------------------------


def _wonder(talk: Talk, inbound: Inbound, text: str) -> Decided | None:
    """Where no question of ours is open, any text may be one of theirs."""
    reply = questions.wonder(text, inbound.today)
    return Decided(talk, leading_back(talk, (reply,))) if reply else None


def _asked_instead(house: House, talk: Talk, inbound: Inbound, text: str, said: Decided) -> Decided | None:
    """In a form an answer comes first; a question is answered, and ours is asked again as if nothing had been said."""
    before, after = active_session(talk), active_session(said.talk)
    if before is None or after is None or not (unread := questions.unread(before, after, said.replies)):
        return None
    reply = questions.instead(text, inbound.today, unread)
    if reply is None or reply.options:
        return Decided(talk, (reply,)) if reply else None
    return ask_on(house, talk, inbound, reply)


__all__ = ["House", "converse"]
