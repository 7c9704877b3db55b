"""What a typed text means: each hearer is asked in turn whether it is theirs, and the first that is answers. Pure.

The order is the meaning: what we never take comes before everything, then commands, then what is heard wherever
somebody is, then the buttons on the screen, then what is said where nothing is asked, and last the open question.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from conversations import (
    beside,
    blocks,
    claims,
    confirming,
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
from conversations.answering import answered
from conversations.commands import Command, named, parse
from conversations.correcting import only_opens
from conversations.fields.choice import choose
from conversations.guard import HARMLESS, holds_nik, refuse
from conversations.heard import Heard
from conversations.rules.spelling import fold
from conversations.talking import (
    Decided,
    House,
    active_session,
    ask_on,
    at_rest,
    leading_back,
    resume,
)
from conversations.thanks import Courtesy
from conversations.turn import Inbound, Redact, Reply, Session, Talk

Hearer: TypeAlias = Callable[[Heard], Decided | None]


def hear(house: House, talk: Talk, inbound: Inbound, text: str) -> Decided:
    """Take a typed text into a chat."""
    if not text:
        return ask_on(house, talk, inbound, Reply("sent.other"))
    session = active_session(talk)
    polite: Courtesy = "" if inbound.edited else thanks.courtesy(text)
    heard = Heard(house, talk, inbound, text, session, _command(text, session), polite)
    for hearer in HEARERS:
        if (said := hearer(heard)) is not None:
            return said
    return answered(heard)


def _command(text: str, session: Session | None) -> Command | None:
    """The command a text is, unless the open question takes the same words for an answer."""
    command = parse(text)
    if command is None or session is None:
        return command
    is_name = session.asked == "full_name" and not session.done and text.casefold() == "aman"  # Aman is a name, too
    is_receipt = session.asked == "receipt" and command.name == "check"
    is_whose = session.asked == "whose" and command.name in ("take_over", "my_people")  # "punya saya", "warga saya"
    return None if is_name or is_receipt or is_whose else command


# ---- what is never taken ------------------------------------------------------------------------------------------


def _refused(heard: Heard) -> Decided | None:
    refused = refuse(heard.text)
    reports = heard.talk.active == "report" or (heard.command is not None and heard.command.name == "report")
    if not refused or (refused in HARMLESS and reports):
        return None  # who tells of somebody wanting money or a KTP does not offer any
    said = heard.ask_on(Reply(f"refusal.{refused}"))
    return said if refused in HARMLESS else replace(said, effects=(*said.effects, Redact(refused)))


def _pasted(heard: Heard) -> Decided | None:
    if heard.fresh and blocks.is_block(heard.text):
        return pasting.paste(heard.house, heard.talk, heard.inbound, heard.text)
    return None


def _nik_in_chat(heard: Heard) -> Decided | None:
    taken = "take_full_id" in heard.inbound.can and _asks_privately(heard.house, heard.session)
    if taken or not holds_nik(heard.text):
        return None
    said = heard.ask_on(Reply("refusal.nik_in_chat"))
    return replace(said, effects=(*said.effects, Redact("nik_in_chat")))


def _asks_privately(house: House, session: Session | None) -> bool:
    """Say whether the open question is one whose answer only the asked person's own NIK can be."""
    if session is None or session.done:
        return False
    ask = house.forms[session.form].asks.get(session.asked)
    return ask is not None and ask.private


def _edited_for_another(heard: Heard) -> Decided | None:
    if heard.inbound.edited and slots.is_helped(heard.talk.active):
        return heard.ask_on(Reply("engine.edit_not_taken"))  # it may have been about somebody else
    return None


# ---- commands -----------------------------------------------------------------------------------------------------


def _switched(heard: Heard) -> Decided | None:
    slot = helping.named(heard.talk, heard.text)
    return helping.switch(heard.house, heard.talk, heard.inbound, slot) if slot else None


def _opened(heard: Heard) -> Decided | None:
    opens = heard.fresh and heard.inbound.unheard and only_opens(heard.talk, heard.command)
    return Decided(heard.talk) if opens else None


def _commanded(heard: Heard) -> Decided | None:
    if heard.command is None or not heard.fresh:
        return None
    command = _pressed(heard.talk, heard.text) or heard.command
    said = heard.obey(command)
    return volunteer.read_out(said, heard.text) if command.name == "check_volunteer" else said


def _pressed(talk: Talk, text: str) -> Command | None:
    """A button's label typed is that button: "Ya, hapus data" answers, and does not ask for it again."""
    typed = fold(text)
    return next((named(o.value) for o in talk.offered if o.step == "!" and fold(o.label) == typed), None)


# ---- what is heard wherever somebody is ---------------------------------------------------------------------------


def _came_by(heard: Heard) -> Decided | None:
    if not heard.fresh or _pressed(heard.talk, heard.text):
        return None  # "Siti 2ZQV-F", a button of ours, would pass for a code
    return volunteer.named_in(heard.house, heard.talk, heard.inbound, heard.text)


def _thanked(heard: Heard) -> Decided | None:
    if heard.polite == "thanks":
        return thanks.answer(heard.house, heard.talk, heard.inbound, heard.polite)
    return None


def _told_of(heard: Heard) -> Decided | None:
    """An accident or a death, somebody who wants money, a chain letter."""
    if heard.aside or not heard.fresh:
        return None
    if event := claims.happened(heard.text):
        return heard.obey(Command(event))
    if trust.tells_of_it(heard.text):
        return heard.obey(Command("report", heard.text))
    return trust.warn(heard.house, heard.talk, heard.inbound) if trust.was_forwarded(heard.text) else None


# ---- the buttons on the screen ------------------------------------------------------------------------------------


def _numbered(heard: Heard) -> Decided | None:
    if number := mydata.which_number(heard.text, heard.talk.offered):
        return heard.obey(Command("correct", number))
    if ticked := claims.several(heard.text, heard.talk.offered):
        return heard.obey(Command("tick", ticked))
    return None


def _chosen(heard: Heard) -> Decided | None:
    buttons = tuple(o for o in heard.talk.offered if o.step == "!")
    awaited = confirming.open_question(buttons) if heard.fresh else ""
    chosen = choose(heard.text, heard.talk.offered, confirming.slang(awaited)) if buttons else None
    if isinstance(chosen, str) and any(o.value == chosen for o in buttons):
        return heard.obey(named(chosen))
    if awaited and chosen:
        return heard.obey(named(confirming.ASKED[awaited]))
    if awaited and confirming.refuses(heard.text):
        return resume(heard.house, heard.talk, heard.inbound)
    return None


def _accepted(heard: Heard) -> Decided | None:
    accepted = lost.accepted(heard.talk, heard.text) if heard.idle else ""
    ready = not heard.polite or (accepted == "register" and lost.is_ready(heard.text))
    return heard.obey(named(accepted)) if accepted and ready else None


def _all_right(heard: Heard) -> Decided | None:
    if heard.polite and not thanks.says_yes(heard.house, heard.talk, heard.inbound):
        return thanks.answer(heard.house, heard.talk, heard.inbound, heard.polite)
    return None


# ---- beside an open question, and where nothing is asked ----------------------------------------------------------


def _put_off(heard: Heard) -> Decided | None:
    session, text = heard.session, heard.text
    if not heard.fresh or session is None or session.done:
        return None
    closing = heard.house.forms[session.form].closing
    at_end = closing is not None and session.asked == closing.name and session.partial is None
    leaves = session.asked in ("full_name", "who") and lost.puts_off(text)  # nearly any words may be a name
    if leaves or lost.wants_time(text) or (at_end and lost.calls_off(text)):
        return heard.obey(Command("cancel"))
    if beside.beside(text) == "fears" and confirming.is_weighty(heard.house, session):
        return beside.met(heard.house, heard.talk, heard.inbound, text) or heard.ask_on()
    return None


def _idle(heard: Heard) -> Decided | None:
    if not heard.idle:
        return None
    wish = lost.wishes(heard.text)
    if wish in ("register", "stop") or (wish in ("correct", "paid") and "registration" in heard.talk.sessions):
        return heard.obey(Command(wish))
    if lost.sends_again(heard.talk, heard.text):
        return heard.ask_on()
    if reply := questions.wonder(heard.text, heard.inbound.today):  # any text may be a question of theirs
        return Decided(heard.talk, leading_back(heard.talk, (reply,)))
    if beside.beside(heard.text) == "cross":
        return at_rest(heard.talk, Reply("thanks.sorry"))
    return at_rest(heard.talk, Reply("thanks.fine")) if lost.puts_off(heard.text) else None


def _nothing_open(heard: Heard) -> Decided | None:
    return lost.nothing_asked(heard.talk) if heard.session is None else None


def _out_of_sight(heard: Heard) -> Decided | None:
    out = heard.fresh and confirming.out_of_sight(heard.house, heard.talk, heard.text)
    return heard.ask_on() if out else None


HEARERS: tuple[Hearer, ...] = (
    *(_refused, _pasted, _nik_in_chat, _edited_for_another),
    *(_switched, _opened, _commanded),
    *(_came_by, _thanked, _told_of),
    *(_numbered, _chosen, _accepted, _all_right),
    *(_put_off, _idle, _nothing_open, _out_of_sight),
)
