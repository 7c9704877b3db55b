"""A text taken as the answer to the open question, and what is done where it cannot be one. Pure."""

from __future__ import annotations

from dataclasses import replace

from conversations import (
    beside,
    confirming,
    engine,
    lost,
    questions,
    thanks,
)
from conversations.commands import Command
from conversations.heard import Heard
from conversations.talking import (
    Decided,
    active_session,
    ask_shortly,
    recap,
    take,
)
from conversations.turn import Reply, Session


def answered(heard: Heard) -> Decided:
    """An answer, and where it cannot be one: a fear, a question, a "not now"."""
    house, talk, inbound, text, session = heard.house, heard.talk, heard.inbound, heard.text, heard.session
    assert session is not None  # where nothing is open, hearing.py has said so
    said = take(house, talk, inbound)
    if heard.polite and _is_missed(session, said):
        return thanks.answer(house, talk, inbound, heard.polite)
    unread = heard.fresh and _is_unread(session, said)
    if unread and (met := beside.met(house, talk, inbound, text)):
        return met
    if unread and beside.asks_why(text):
        return heard.ask_on()
    if heard.fresh and (asked := _asked_instead(heard, session, said)):
        return asked
    if unread:
        missed = next((reply.key for reply in said.replies if ".retry." in reply.key), "")
        if beside.is_lost(text) and not missed.endswith(".unknown"):
            return ask_shortly(house, talk, inbound, Reply(f"{session.form}.{session.asked}.help"))
        if lost.puts_off(text):
            return heard.obey(Command("cancel"))
        if not heard.aside and lost.wishes(text) == "correct":
            return heard.obey(Command("correct"))
    if heard.idle:
        return lost.still_done(talk, said, text)
    return _welcome_back(heard, session, said) if engine.rested(session, inbound) else said


def _welcome_back(heard: Heard, before: Session, said: Decided) -> Decided:
    """After a day or more the recap comes first, and an answer that fits is taken all the same."""
    if _is_missed(before, said):
        return recap(heard.house, heard.talk, heard.inbound)
    return replace(said, replies=(Reply("engine.welcome_back"), *said.replies))


def _asked_instead(heard: Heard, before: Session, said: Decided) -> Decided | None:
    """In a form an answer comes first; a question is answered, and ours is asked again as if nothing had been said."""
    after = active_session(said.talk)
    if after is None:
        return None
    unread = questions.unread(before, after, said.replies)
    if "?" in heard.text and after.doubt is not None and before.doubt is None:
        unread = "surely" if confirming.is_weighty(heard.house, before) else unread  # no yes to a text agreed to
    reply = questions.instead(heard.text, heard.inbound.today, unread) if unread else None
    if reply is None or reply.options:
        return Decided(heard.talk, (reply,)) if reply else None
    return ask_shortly(heard.house, heard.talk, heard.inbound, reply)


def _is_missed(before: Session, said: Decided) -> bool:
    after = active_session(said.talk)
    return after is not None and after.misses > before.misses


def _is_unread(before: Session, said: Decided) -> bool:
    after = active_session(said.talk)
    return after is not None and bool(questions.unread(before, after, said.replies))
