"""The conversation of one chat: commands, the menu, and which form an inbound belongs to. Pure, like the engine."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace

from conversations import engine, matching, questions
from conversations.commands import Command, named, parse
from conversations.fields.choice import choose
from conversations.form import Form
from conversations.guard import HARMLESS, refuse
from conversations.standing import TOLD
from conversations.telling import tell
from conversations.turn import (
    Consented,
    Effect,
    EraseWanted,
    Filled,
    HelpWanted,
    Inbound,
    Left,
    Offered,
    Opened,
    Option,
    Record,
    Redact,
    Reply,
    Said,
    Sent,
    SentBack,
    Session,
    Shared,
    Spoken,
    Talk,
    Tapped,
    Told,
    Turn,
    Wants,
    Woke,
)
from conversations.wording import Words, offered

TEXT_LIMIT = 500
MENU = ("register", "calculate", "questions", "status", "help", "privacy", "language")
STARTS: Mapping[str, str] = {"register": "registration", "calculate": "calculator"}


@dataclass(frozen=True)
class House:
    """All that can be talked about: the forms, and the words of each language."""

    forms: Mapping[str, Form]
    words: Mapping[str, Words]


@dataclass(frozen=True)
class _Said:
    """What is decided so far, before it is put into words."""

    talk: Talk
    replies: tuple[Reply, ...] = ()
    effects: tuple[Effect, ...] = ()


def converse(house: House, talk: Talk, inbound: Inbound) -> Spoken:
    """Take one inbound into a chat: the new talk, the one message to send, the effects."""
    first = not talk.facts.get("met")
    said = _decide(house, talk, _cleaned(inbound))
    said = replace(said, talk=_without_sum(said.talk))
    if first and not isinstance(inbound.content, Left | Woke | Told):
        hello = () if any(r.key == "menu.hello" for r in said.replies) else (Reply("menu.hello"),)
        said = replace(
            said,
            talk=replace(said.talk, facts={**said.talk.facts, "met": True}),
            replies=(*hello, *said.replies),
        )
    words = house.words[said.talk.language]
    effects = tuple(
        replace(e, version=words.version(e.version)) if isinstance(e, Consented) else e for e in said.effects
    )
    if not said.replies:
        return Spoken(said.talk, None, effects)
    message = words.render(said.replies, inbound.form_url)
    return Spoken(replace(said.talk, offered=offered(message)), message, effects)


def _cleaned(inbound: Inbound) -> Inbound:
    match inbound.content:
        case Said(text):
            return replace(inbound, content=Said(clean(text)))
        case Filled(step, text):
            return replace(inbound, content=Filled(step, clean(text)))
        case _:
            return inbound


def clean(text: str) -> str:
    """Bring typed text into one form: NFKC, no control or direction characters, at most 500 characters."""
    folded = unicodedata.normalize("NFKC", text[: 4 * TEXT_LIMIT])
    kept = "".join(c for c in folded if c == "\n" or c == "\u200d" or unicodedata.category(c)[0] != "C")
    return kept.strip()[:TEXT_LIMIT]


def _decide(house: House, talk: Talk, inbound: Inbound) -> _Said:
    match inbound.content:
        case Left():
            return _Said(talk)
        case Opened(code):
            return _open(house, _remember_code(talk, code), inbound)
        case Told(name, facts):
            return _Said(talk, tell(name, facts, _open_lines(house, talk)))
        case SentBack():
            return _send_back(house, talk, inbound)
        case Said(text):
            return _hear(house, talk, inbound, text)
        case Tapped("!", value):
            return _obey(house, talk, inbound, named(value))
        case Tapped(step, _):
            return _tap(house, talk, inbound, step.partition(".")[0])
        case Sent(kind):
            known = f"sent.{kind}" in house.words[talk.language].texts  # platforms invent new kinds without notice
            return _ask_on(house, talk, inbound, Reply(f"sent.{kind}" if known else "sent.other"))
        case Shared(_, own) if not own:
            return _ask_on(house, talk, inbound, Reply("sent.contact"))
        case Woke(reason, facts):
            return _Said(talk, tell(reason, facts, ()))
        case Shared() | Filled():
            return _advance(house, talk, inbound)


def _hear(house: House, talk: Talk, inbound: Inbound, text: str) -> _Said:
    if not text:
        return _ask_on(house, talk, inbound, Reply("sent.other"))
    session = _active(talk)
    refused = refuse(text)
    if refused:
        said = _ask_on(house, talk, inbound, Reply(f"refusal.{refused}"))
        return said if refused in HARMLESS else replace(said, effects=(*said.effects, Redact(refused)))
    if _holds_nik(text) and "take_full_id" not in inbound.can:
        said = _ask_on(house, talk, inbound, Reply("refusal.nik_in_chat"))
        return replace(said, effects=(*said.effects, Redact("nik_in_chat")))
    command = parse(text)
    if command and not inbound.edited:
        return _obey(house, talk, inbound, command)
    buttons = tuple(o for o in talk.offered if o.step == "!")
    chosen = choose(text, talk.offered, {}) if buttons else None
    if isinstance(chosen, str) and any(o.value == chosen for o in buttons):
        return _obey(house, talk, inbound, named(chosen))
    if session is None:
        lost = (Reply("menu.not_understood"),) if talk.facts.get("met") else ()
        return _wonder(talk, inbound, text) or _menu(talk, *lost)
    if session.done and not inbound.edited and (answered := _wonder(talk, inbound, text)):
        return answered
    said = _advance(house, talk, inbound)
    if not inbound.edited and (asked := _asked_instead(house, talk, inbound, text, said)):
        return asked
    return _welcome_back(house, talk, inbound, said) if engine.rested(session, inbound) else said


def _welcome_back(house: House, talk: Talk, inbound: Inbound, said: _Said) -> _Said:
    """After a day or more the recap comes first, and an answer that fits is taken all the same."""
    session = _active(said.talk)
    before = _active(talk)
    if session and before and session.misses > before.misses:
        return _recap(house, talk, inbound)
    return replace(said, replies=(Reply("engine.welcome_back"), *said.replies))


def _tap(house: House, talk: Talk, inbound: Inbound, name: str) -> _Said:
    session = talk.sessions.get(name)
    if name not in house.forms or session is None:
        return _menu(talk, Reply("menu.old_button"))
    return _advance(house, replace(talk, active=name), inbound)


def _send_back(house: House, talk: Talk, inbound: Inbound) -> _Said:
    content = inbound.content
    assert isinstance(content, SentBack)
    for name, session in talk.sessions.items():
        if session.facts.get("receipt") == content.receipt:
            return _advance(house, replace(talk, active=name), inbound)
    return _Said(talk)


def _open(house: House, talk: Talk, inbound: Inbound) -> _Said:
    """/start: greet, and go on where the person was. Never wipes a draft."""
    if (session := _active(talk)) and not session.done:
        return _recap(house, talk, inbound)
    return _menu(talk, Reply("menu.hello"))


def _recap(house: House, talk: Talk, inbound: Inbound) -> _Said:
    session = _active(talk)
    if session is None:
        return _menu(talk)
    return _after(talk, inbound, engine.recap(house.forms[session.form], session, inbound))


def _advance(house: House, talk: Talk, inbound: Inbound) -> _Said:
    session = _active(talk)
    if session is None:
        return _menu(talk)
    return _after(talk, inbound, engine.advance(house.forms[session.form], session, inbound, talk.offered))


def _ask_on(house: House, talk: Talk, inbound: Inbound, *before: Reply) -> _Said:
    """Say something and ask what was open: the form's question, or the menu."""
    session = _active(talk)
    if session is None:
        return _menu(talk, *before)
    return _after(talk, inbound, engine.ask_again(house.forms[session.form], session, inbound, *before))


def _after(talk: Talk, inbound: Inbound, turn: Turn) -> _Said:
    if turn.session.done == TOLD:
        return _Said(replace(talk, active=_draft(talk) or ""), _leading_back(talk, turn.replies), turn.effects)
    sessions = {**talk.sessions, talk.active: replace(turn.session, touched=inbound.at)}
    return _Said(replace(talk, sessions=sessions), turn.replies, turn.effects)


def _active(talk: Talk) -> Session | None:
    return talk.sessions.get(talk.active) if talk.active else None


def _draft(talk: Talk) -> str | None:
    """Name the form that waits to be gone on with. A sum is no draft: it costs nothing to begin anew."""
    aside = STARTS["calculate"]
    return next((name for name, s in talk.sessions.items() if s.asked and not s.done and name != aside), None)


def _without_sum(talk: Talk) -> Talk:
    """Of a sum nothing is kept once the person goes on to something else."""
    aside = STARTS["calculate"]
    if talk.active == aside or aside not in talk.sessions:
        return talk
    return replace(talk, sessions={name: s for name, s in talk.sessions.items() if name != aside})


def _leading_back(talk: Talk, replies: tuple[Reply, ...]) -> tuple[Reply, ...]:
    """Where a draft waits, its open question is offered instead of a new registration."""
    if not _draft(talk):
        return replies
    back = questions.buttons("resume")[0]
    return tuple(
        replace(r, options=tuple(back if (o.step, o.value) == ("!", "register") else o for o in r.options))
        for r in replies
    )


def _menu(talk: Talk, *before: Reply) -> _Said:
    names = ("resume", *MENU[1:]) if _draft(talk) else MENU
    options = tuple(Option("!", name, key=f"command.{name}") for name in names)
    return _Said(replace(talk, active=""), (*before, Reply("menu.ask", options=options)))


def _remember_code(talk: Talk, code: str) -> Talk:
    """Keep the first and the last link somebody came by."""
    if not code:
        return talk
    code = clean(code)[:64]
    return replace(talk, facts={"first_code": code, **talk.facts, "last_code": code})


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


def _wonder(talk: Talk, inbound: Inbound, text: str) -> _Said | None:
    """Where no question of ours is open, any text may be one of theirs."""
    reply = questions.wonder(text, inbound.today)
    return _Said(talk, _leading_back(talk, (reply,))) if reply else None


def _asked_instead(house: House, talk: Talk, inbound: Inbound, text: str, said: _Said) -> _Said | None:
    """In a form an answer comes first; a question is answered, and ours is asked again as if nothing had been said."""
    before, after = _active(talk), _active(said.talk)
    if before is None or after is None or not (unread := questions.unread(before, after, said.replies)):
        return None
    reply = questions.instead(text, inbound.today, unread)
    if reply is None or reply.options:
        return _Said(talk, (reply,)) if reply else None
    return _ask_on(house, talk, inbound, reply)


def _answer(house: House, talk: Talk, inbound: Inbound, name: str) -> _Said:
    if name not in matching.NAMES:
        return _menu(talk, Reply("menu.old_button"))
    if (session := _active(talk)) and not session.done:
        return _ask_on(house, talk, inbound, questions.answer(name, inbound.today))
    return _Said(talk, _leading_back(talk, (questions.closed(name, inbound.today),)))


def _topics(talk: Talk, page: str) -> _Said:
    session = _active(talk)
    way_out = "resume" if session and not session.done else "menu"
    return _Said(talk, (questions.topics(int(page) if page.isdecimal() else 1, way_out),))


# ---- commands -----------------------------------------------------------------------------------------------------


def _obey(house: House, talk: Talk, inbound: Inbound, command: Command) -> _Said:
    session = _active(talk)
    match command.name:
        case "menu":
            return _menu(talk)
        case "hello":
            return _open(house, talk, inbound)
        case "register":
            return _start(house, talk, inbound, STARTS["register"])
        case "resume":
            return _resume(house, talk, inbound)
        case "calculate":
            return _start(house, talk, inbound, STARTS["calculate"])
        case "questions":
            return _topics(talk, command.argument)
        case "question":
            return _answer(house, talk, inbound, command.argument)
        case "cancel" if talk.active == STARTS["calculate"]:
            return _resume(house, replace(talk, active=""), inbound)
        case "cancel":
            return _menu(talk, Reply("cancel.done")) if session and not session.done else _menu(talk)
        case "back" | "change" | "skip" if session:
            return _move(house, talk, inbound, session, command)
        case "restart" if talk.active == STARTS["calculate"]:
            return _start(house, _without_sum(replace(talk, active="")), inbound, STARTS["calculate"])
        case "restart" if session and not session.done:
            return _Said(talk, (Reply("restart.ask", options=questions.buttons("restart_yes", "resume")),))
        case "restart_yes" if session and not session.done:
            fresh = Session(session.form, facts=session.facts)
            return _ask_on(house, replace(talk, sessions={**talk.sessions, talk.active: fresh}), inbound)
        case "status":
            return _Said(talk, effects=(Wants("status"),))
        case "my_data":
            return _Said(talk, effects=(Wants("my_data"),))
        case "help":
            reason = session.done if session and session.done else "asked"
            return _ask_on_or_menu(
                talk, Reply("help.asked", options=questions.buttons("resume", "menu")), HelpWanted(reason)
            )
        case "erase":
            return _Said(talk, (Reply("erase.ask", options=questions.buttons("erase_yes", "menu")),))
        case "erase_yes":
            emptied = Talk(language=talk.language, facts={"met": True})
            return _Said(emptied, (Reply("erase.done"),), (EraseWanted(),))
        case "language":
            return _language(house, talk, inbound, command.argument)
        case "privacy":
            return _Said(talk, (Reply("privacy.text", options=questions.buttons("resume", "menu")),))
        case "stop" | "start":
            return _reminders(house, talk, inbound, command.name)
        case _:
            return _menu(talk)


def _ask_on_or_menu(talk: Talk, reply: Reply, *effects: Effect) -> _Said:
    return _Said(talk, (reply,), effects)


def _start(house: House, talk: Talk, inbound: Inbound, name: str) -> _Said:
    """Begin a form, or go on with the draft of it that is there."""
    session = talk.sessions.get(name)
    if session is None or (session.done and session.done != engine.SUBMITTED):
        facts = {k: v for k, v in talk.facts.items() if k in ("first_code", "last_code")}
        session = Session(name, facts=facts)
        return _ask_on(house, replace(talk, active=name, sessions={**talk.sessions, name: session}), inbound)
    if session.done:
        return _ask_on(house, replace(talk, active=name), inbound)
    return _recap(house, replace(talk, active=name), inbound)


def _resume(house: House, talk: Talk, inbound: Inbound) -> _Said:
    if draft := _draft(talk):
        return _recap(house, replace(talk, active=draft), inbound)
    if (session := _active(talk)) and not session.done:
        return _recap(house, talk, inbound)
    return _menu(talk)


def _move(house: House, talk: Talk, inbound: Inbound, session: Session, command: Command) -> _Said:
    form = house.forms[session.form]
    if session.done == engine.SUBMITTED:
        return _ask_on(house, talk, inbound)
    match command.name:
        case "back":
            return _after(talk, inbound, engine.go_back(form, session, inbound))
        case "change":
            return _after(talk, inbound, engine.change(form, session, inbound, int(command.argument or 0)))
        case _:
            return _after(talk, inbound, engine.skip(form, session, inbound))


def _language(house: House, talk: Talk, inbound: Inbound, language: str) -> _Said:
    if language in house.words:
        return _ask_on(house, replace(talk, language=language), inbound, Reply("language.done"))
    options = tuple(Option("!", f"language:{name}", key=f"language.{name}") for name in house.words)
    return _Said(talk, (Reply("language.ask", options=options),))


def _reminders(house: House, talk: Talk, inbound: Inbound, name: str) -> _Said:
    """BERHENTI stops every reminder at once; MULAI brings them back, and otherwise simply opens the chat."""
    if name == "stop":
        quiet = replace(talk, facts={**talk.facts, "reminders_off": True})
        effects = (Consented("reminders", False, "reminders.stopped", "BERHENTI"), Record("reminders_stopped"))
        return _Said(quiet, (Reply("reminders.stopped", options=questions.buttons("resume", "menu")),), effects)
    if not talk.facts.get("reminders_off"):
        return _open(house, talk, inbound)
    facts = {k: v for k, v in talk.facts.items() if k != "reminders_off"}
    effects = (Consented("reminders", True, "reminders.started", "MULAI"), Record("reminders_started"))
    return replace(_ask_on(house, replace(talk, facts=facts), inbound, Reply("reminders.started")), effects=effects)


__all__ = ["MENU", "House", "Offered", "clean", "converse"]
