"""Commands obeyed: what each does to the chat. A topic of its own stands in topics.py. Pure."""

from __future__ import annotations

from dataclasses import replace

from conversations import engine, matching, questions
from conversations.commands import Command
from conversations.service import received
from conversations.talking import (
    ASIDES,
    MORE,
    STARTS,
    TRAINING,
    Decided,
    House,
    active_session,
    ask_on,
    at_rest,
    begin,
    carry_on,
    greet,
    leading_back,
    menu,
    pressed,
    resume,
    way_on,
)
from conversations.topics import TOPICS
from conversations.turn import (
    Consented,
    EraseWanted,
    HelpWanted,
    Inbound,
    Option,
    Record,
    Reply,
    Session,
    Talk,
)


def obey(house: House, talk: Talk, inbound: Inbound, command: Command) -> Decided:
    if topic := TOPICS.get(command.name):
        return topic(house, talk, inbound, command.argument)
    session = active_session(talk)
    match command.name:
        case "menu":
            return menu(talk)
        case "hello":
            return greet(house, talk, inbound)
        case "register":
            return begin(house, talk, inbound, STARTS["register"])
        case "resume" | "open":
            return resume(house, talk, inbound)
        case "calculate":
            return begin(house, talk, inbound, STARTS["calculate"])
        case "questions":
            return _topics(talk, command.argument)
        case "question":
            return _answer(house, talk, inbound, command.argument)
        case "cancel" if talk.active in (*ASIDES, TRAINING):
            return resume(house, replace(talk, active=""), inbound)
        case "cancel":
            if session is None or session.done:
                return at_rest(talk, Reply("thanks.fine")) if talk.facts.get("met") else menu(talk)
            return Decided(
                replace(talk, active=""), (Reply("cancel.done", options=questions.buttons("resume", "menu")),)
            )
        case "change" if session is None or session.done == engine.SUBMITTED:
            return TOPICS["correct"](house, talk, inbound, command.argument)
        case "back" | "change" | "skip" if session:
            return _move(house, talk, inbound, session, command)
        case "restart" if talk.active in ASIDES:
            fresh = Session(talk.active, facts=session.facts if session else {})
            return ask_on(house, replace(talk, sessions={**talk.sessions, talk.active: fresh}), inbound)
        case "restart" if session and not session.done:
            return Decided(talk, (Reply("restart.ask", options=questions.buttons("restart_yes", "resume")),))
        case "restart_yes" if session and not session.done:
            fresh = Session(session.form, facts=session.facts)
            return ask_on(house, replace(talk, sessions={**talk.sessions, talk.active: fresh}), inbound)
        case "help":
            reason = session.done if session and session.done else "asked"
            return Decided(talk, (replace(received(inbound.at), options=way_on(talk)),), (HelpWanted(reason),))
        case "erase":
            return Decided(talk, (Reply("erase.ask", options=questions.buttons("erase_yes", "menu")),))
        case "erase_yes":
            # A slot's number is never given twice: whoever was helped before may still be on record under theirs.
            kept = {name: fact for name, fact in talk.facts.items() if name == "helped"}
            emptied = Talk(language=talk.language, facts={"met": True, **kept})
            number = inbound.fresh  # kept by the person; on record without a name, so that the erasure can be shown
            return Decided(emptied, (Reply("erase.done", {"number": number}, copy=number),), (EraseWanted(number),))
        case "language":
            return _language(house, talk, inbound, command.argument)
        case "more":
            return Decided(talk, (Reply("menu.more", options=questions.buttons(*MORE, *_way_back(talk))),))
        case "privacy":
            return Decided(talk, (Reply("privacy.text", options=way_on(talk)),))
        case "stop" | "start":
            return _reminders(house, talk, inbound, command.name)
        case _:
            return menu(talk)


def _move(house: House, talk: Talk, inbound: Inbound, session: Session, command: Command) -> Decided:
    form = house.forms[session.form]
    if session.done == engine.SUBMITTED:
        return ask_on(house, talk, inbound)
    match command.name:
        case "back":
            return carry_on(talk, inbound, engine.go_back(form, session, inbound))
        case "change":
            return carry_on(talk, inbound, engine.change(form, session, inbound, int(command.argument or 0)))
        case _:
            return carry_on(talk, inbound, engine.skip(form, session, inbound))


def _language(house: House, talk: Talk, inbound: Inbound, language: str) -> Decided:
    if language in house.words:
        return ask_on(house, replace(talk, language=language), inbound, Reply("language.done"))
    options = tuple(Option("!", f"language:{name}", key=f"language.{name}") for name in house.words)
    return Decided(talk, (Reply("language.ask", options=options),))


def _reminders(house: House, talk: Talk, inbound: Inbound, name: str) -> Decided:
    """BERHENTI stops every reminder at once; MULAI brings them back, and otherwise simply opens the chat."""
    done = pressed(talk, inbound)
    if name == "stop":
        quiet = replace(talk, facts={**talk.facts, "reminders_off": True})
        effects = (Consented("reminders", False, "reminders.stopped", done), Record("reminders_stopped"))
        return Decided(quiet, (Reply("reminders.stopped", options=way_on(talk)),), effects)
    declined = any(_declined(session) for session in talk.sessions.values())
    if not talk.facts.get("reminders_off") and not declined:
        return greet(house, talk, inbound)
    facts = {k: v for k, v in talk.facts.items() if k != "reminders_off"}
    effects = (
        Consented("reminders", True, "reminders.started", done),
        Record("reminders_started", {"zone": inbound.zone}),
    )
    return replace(ask_on(house, replace(talk, facts=facts), inbound, Reply("reminders.started")), effects=effects)


def _declined(session: Session) -> bool:
    """Whoever wanted no reminders when signing up may want them now."""
    answer = session.answers.get("reminders")
    return session.done == engine.SUBMITTED and answer is not None and answer.value == "no"


def _answer(house: House, talk: Talk, inbound: Inbound, name: str) -> Decided:
    if name not in matching.NAMES:
        return menu(talk, Reply("menu.old_button"))
    if (session := active_session(talk)) and not session.done:
        return ask_on(house, talk, inbound, questions.answer(name, inbound.today))
    return Decided(talk, leading_back(talk, (questions.closed(name, inbound.today),)))


def _topics(talk: Talk, page: str) -> Decided:
    return Decided(talk, (questions.topics(int(page) if page.isdecimal() else 1, *_way_back(talk)),))


def _way_back(talk: Talk) -> tuple[str]:
    session = active_session(talk)
    return ("resume",) if session and not session.done else ("menu",)
