"""The conversation of one chat: commands, the menu, and which form an inbound belongs to. Pure, like the engine."""

from __future__ import annotations

from dataclasses import replace

from conversations import (
    beside,
    blocks,
    claims,
    confirming,
    engine,
    helping,
    lost,
    mydata,
    pasting,
    questions,
    slots,
    thanks,
    trust,
    volunteer,
)
from conversations.commands import Command, named, parse
from conversations.correcting import only_opens
from conversations.fields.choice import choose
from conversations.guard import HARMLESS, holds_nik, refuse
from conversations.hush import keep_quiet
from conversations.obeying import obey
from conversations.rules.spelling import fold
from conversations.talking import (
    ASIDES,
    Decided,
    House,
    active_session,
    ask_on,
    ask_shortly,
    at_rest,
    clean,
    in_sight,
    leading_back,
    menu,
    recap,
    resume,
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
            return _hear(house, talk, inbound, text)
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


def _hear(house: House, talk: Talk, inbound: Inbound, text: str) -> Decided:
    if not text:
        return ask_on(house, talk, inbound, Reply("sent.other"))
    session = active_session(talk)
    command = parse(text)
    if text.casefold() == "aman" and session and not session.done and session.asked == "full_name":
        command = None  # Aman is a name, too
    if command and command.name == "check" and session and session.asked == "receipt":
        command = None  # a receipt alone asks where it stands, but here it is the answer
    if command and command.name in ("take_over", "my_people") and session and session.asked == "whose":
        command = None  # "punya saya", "warga saya": the form just pasted
    refused = refuse(text)
    if refused in HARMLESS and (talk.active == "report" or (command and command.name == "report")):
        refused = ""  # who tells of somebody wanting money or a KTP does not offer any
    if refused:
        said = ask_on(house, talk, inbound, Reply(f"refusal.{refused}"))
        return said if refused in HARMLESS else replace(said, effects=(*said.effects, Redact(refused)))
    if not inbound.edited and blocks.is_block(text):
        return pasting.paste(house, talk, inbound, text)
    if holds_nik(text) and ("take_full_id" not in inbound.can or not _asks_privately(house, session)):
        said = ask_on(house, talk, inbound, Reply("refusal.nik_in_chat"))
        return replace(said, effects=(*said.effects, Redact("nik_in_chat")))
    if inbound.edited and slots.is_helped(talk.active):
        return ask_on(house, talk, inbound, Reply("engine.edit_not_taken"))  # it may have been about somebody else
    if slot := helping.named(talk, text):
        return helping.switch(house, talk, inbound, slot)
    if inbound.unheard and not inbound.edited and only_opens(talk, command):
        return Decided(talk)
    if command and not inbound.edited:
        command = _pressed(talk, text) or command
        said = obey(house, talk, inbound, command)
        return volunteer.read_out(said, text) if command.name == "check_volunteer" else said
    if not inbound.edited and (came := volunteer.named_in(house, talk, inbound, text)):
        return came
    polite = "" if inbound.edited else thanks.courtesy(text)
    if polite == "thanks":
        return thanks.answer(house, talk, inbound, polite)
    if talk.active not in ASIDES and not inbound.edited and (event := claims.happened(text)):
        return obey(house, talk, inbound, Command(event))
    if talk.active not in ASIDES and not inbound.edited and trust.tells_of_it(text):
        return obey(house, talk, inbound, Command("report", text))
    if talk.active not in ASIDES and not inbound.edited and trust.was_forwarded(text):
        return trust.warn(house, talk, inbound)
    if number := mydata.which_number(text, talk.offered):
        return obey(house, talk, inbound, Command("correct", number))
    if ticked := claims.several(text, talk.offered):
        return obey(house, talk, inbound, Command("tick", ticked))
    buttons = tuple(o for o in talk.offered if o.step == "!")
    awaited = "" if inbound.edited else confirming.open_question(buttons)
    chosen = choose(text, talk.offered, confirming.slang(awaited)) if buttons else None
    if isinstance(chosen, str) and any(o.value == chosen for o in buttons):
        return obey(house, talk, inbound, named(chosen))
    if awaited and chosen:
        return obey(house, talk, inbound, named(confirming.ASKED[awaited]))
    if awaited and confirming.refuses(text):
        return resume(house, talk, inbound)
    idle = not inbound.edited and (session is None or bool(session.done))
    if (
        idle
        and (accepted := lost.accepted(talk, text))
        and (not polite or (accepted == "register" and lost.is_ready(text)))
    ):
        return obey(house, talk, inbound, named(accepted))
    if polite and not thanks.says_yes(house, talk, inbound):
        return thanks.answer(house, talk, inbound, polite)
    if not inbound.edited and session and not session.done:
        closing = house.forms[session.form].closing
        at_end = closing is not None and session.asked == closing.name and session.partial is None
        leaves = session.asked in ("full_name", "who") and lost.puts_off(text)  # nearly any words may be a name
        if leaves or lost.wants_time(text) or (at_end and lost.calls_off(text)):
            return obey(house, talk, inbound, Command("cancel"))
        if beside.beside(text) == "fears" and confirming.is_weighty(house, session):
            return beside.met(house, talk, inbound, text) or ask_on(house, talk, inbound)
    wish = "" if inbound.edited else lost.wishes(text)
    if idle and (wish in ("register", "stop") or (wish in ("correct", "paid") and "registration" in talk.sessions)):
        return obey(house, talk, inbound, Command(wish))
    if idle and lost.sends_again(talk, text):
        return ask_on(house, talk, inbound)
    if idle and (answered := _wonder(talk, inbound, text)):
        return answered
    if idle and beside.beside(text) == "cross":
        return at_rest(talk, Reply("thanks.sorry"))
    if idle and lost.puts_off(text):
        return at_rest(talk, Reply("thanks.fine"))
    if session is None:
        return lost.nothing_asked(talk)
    if not inbound.edited and confirming.out_of_sight(house, talk, text):
        return ask_on(house, talk, inbound)
    said = take(house, talk, inbound)
    if polite and _is_missed(session, said):
        return thanks.answer(house, talk, inbound, polite)
    aside = not inbound.edited and _is_unread(session, said)
    if aside and (met := beside.met(house, talk, inbound, text)):
        return met
    if aside and beside.asks_why(text):
        return ask_on(house, talk, inbound)
    if not inbound.edited and (asked := _asked_instead(house, talk, inbound, text, said)):
        return asked
    if aside:
        missed = next((reply.key for reply in said.replies if ".retry." in reply.key), "")
        if beside.is_lost(text) and not missed.endswith(".unknown"):
            return ask_shortly(house, talk, inbound, Reply(f"{session.form}.{session.asked}.help"))
        if lost.puts_off(text):
            return obey(house, talk, inbound, Command("cancel"))
        if wish == "correct" and talk.active not in ASIDES:
            return obey(house, talk, inbound, Command(wish))
    if idle:
        return lost.still_done(talk, said, text)
    return _welcome_back(house, talk, inbound, said) if engine.rested(session, inbound) else said


def _pressed(talk: Talk, text: str) -> Command | None:
    """A button's label typed is that button: "Ya, hapus data" answers, and does not ask for it again."""
    typed = fold(text)
    return next((named(o.value) for o in talk.offered if o.step == "!" and fold(o.label) == typed), None)


def _is_missed(before: Session, said: Decided) -> bool:
    after = active_session(said.talk)
    return after is not None and after.misses > before.misses


def _is_unread(before: Session, said: Decided) -> bool:
    after = active_session(said.talk)
    return after is not None and bool(questions.unread(before, after, said.replies))


def _welcome_back(house: House, talk: Talk, inbound: Inbound, said: Decided) -> Decided:
    """After a day or more the recap comes first, and an answer that fits is taken all the same."""
    before = active_session(talk)
    if before and _is_missed(before, said):
        return recap(house, talk, inbound)
    return replace(said, replies=(Reply("engine.welcome_back"), *said.replies))


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


def _asks_privately(house: House, session: Session | None) -> bool:
    """Say whether the open question is one whose answer only the asked person's own NIK can be."""
    if session is None or session.done:
        return False
    ask = house.forms[session.form].asks.get(session.asked)
    return ask is not None and ask.private


# ---- questions ----------------------------------------------------------------------------------------------------


def _wonder(talk: Talk, inbound: Inbound, text: str) -> Decided | None:
    """Where no question of ours is open, any text may be one of theirs."""
    reply = questions.wonder(text, inbound.today)
    return Decided(talk, leading_back(talk, (reply,))) if reply else None


def _asked_instead(house: House, talk: Talk, inbound: Inbound, text: str, said: Decided) -> Decided | None:
    """In a form an answer comes first; a question is answered, and ours is asked again as if nothing had been said."""
    before, after = active_session(talk), active_session(said.talk)
    if before is None or after is None:
        return None
    unread = questions.unread(before, after, said.replies)
    if "?" in text and after.doubt is not None and before.doubt is None and confirming.is_weighty(house, before):
        unread = "surely"  # a question is no yes to a text that is agreed to
    if not unread:
        return None
    reply = questions.instead(text, inbound.today, unread)
    if reply is None or reply.options:
        return Decided(talk, (reply,)) if reply else None
    return ask_shortly(house, talk, inbound, reply)


__all__ = ["House", "converse"]
