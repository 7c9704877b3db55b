"""Helping somebody sign up from one's own phone: one chat, several people, each in a slot of their own.

The person must be there: their consent is asked of them and kept as witnessed, and their NIK is never typed without
them. Whoever has finished cannot be read again from the helper's chat; a correction brings back only that form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from conversations import engine, slots
from conversations.conditions import answered
from conversations.fields.choice import YES_NO
from conversations.fields.field import Asking
from conversations.fields.one_of import OneOf
from conversations.fields.text import PersonName, fold
from conversations.form import Ask, Form, Stop
from conversations.saved import load_answers
from conversations.talking import Decided, House, ask_on, begin, carry_on, menu, open_slots, recap
from conversations.turn import Fact, Inbound, Json, Option, Record, Reply, SentBack, Session, Talk

ADDRESS = frozenset(  # what an elder or a neighbour is called by, before the name
    (
        *("bu", "ibu", "pak", "bapak", "mas", "mbak", "mba", "bang", "abang", "kak", "kakak", "mak", "emak", "mpok"),
        *("nek", "nenek", "kek", "kakek", "om", "tante", "teh", "kang", "neng", "cak", "nyak", "babe", "encang", "uni"),
        *("mr", "mrs", "ms", "aunt", "uncle"),
    )
)
NO_NAMES = frozenset(("haji", "hajah", "hj", "dr", "drs", "dra", "ir", "saya", "aku", "my"))
OPEN_AT_ONCE = 10  # people whose forms are open in one chat; whoever helps more finishes some first


class _Who:
    """Whose registration begins."""

    def __init__(self) -> None:
        self.samples: tuple[Mapping[str, Fact], ...] = ({"who": "Siti Aminah"},)

    def __call__(self, asking: Asking) -> Mapping[str, Fact]:
        return {"who": first_name(str(asking.answers.get("who", "")))}


# Where the person is who is not here. "Di rumah saya" and "bukan di rumah" may mean either, and are asked about.
_AWAY = re.compile(
    r"\b(?:di ?(?:rumah|rmh|kampung|kantor|pasar|luar|sekolah|sana|tempat (?:kerja|lain))"
    r"|(?:lagi|lg|masih|sedang|sdg) (?:kerja|pergi|keluar|sekolah|di jalan|narik|jualan|tidur)|jauh|pulang kampung"
    r"|at (?:home|work)|not here)\b"
)
_EITHER_WAY = re.compile(
    r"\b(?:saya|aku|gue|gw|kami|kita|sini|samping|sebelah|dekat|deket|bareng|my|me)\b"
    r"|\b(?:bukan|tidak|gak|ga|nggak) di ?rumah\b"
)
_HERE = re.compile(
    r"\b(?:samping|sebelah|dekat|deket|depan|bareng|sama) (?:saya|sy|aku|gue|gw)\b"
    r"|\b(?:ada|sudah|udah|orangnya) di ?sini\b"
)
_NOT = re.compile(r"\b(?:tidak|tdk|gak|ga|gk|nggak|ngga|engga|enggak|bukan|belum|blm|jauh|not)\b")


def _where(text: str) -> str:
    """Hear "dia di rumah" as no, and "ada di sebelah saya" as yes."""
    said = fold(text)
    if "?" in text:
        return ""
    if _AWAY.search(said):
        return "" if _EITHER_WAY.search(said) else "no"
    return "yes" if _HERE.search(said) and not _NOT.search(said) else ""


helping = Form(
    "helping",
    (
        Ask("who", PersonName(), listed=False),
        Ask("present", OneOf("yes", "no", words=YES_NO, hears=_where), listed=False),
        Stop("absent", when=answered("present", "no"), offers=("help_other", "menu"), wipes=True),
    ),
    offers=("menu",),
    tells=_Who(),
)


def first_name(name: str) -> str:
    """What heads every message: one word of the name, after the Bu or Pak it was given with; no more than is needed."""
    said = [w for w in name.split() if len(w.strip(".")) > 1 and fold(w) not in NO_NAMES] or [name]
    words = said[:2] if fold(said[0]) in ADDRESS else said[:1]
    return " ".join(word.capitalize() if word.islower() else word for word in words)[:20].strip()


def _without_address(who: str) -> str:
    first, _, rest = who.partition(" ")
    return rest if rest and fold(first) in ADDRESS else who


def start(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """DAFTARKAN ORANG LAIN: who, and are they here?"""
    if len(open_slots(talk)) >= OPEN_AT_ONCE:
        return _list(talk, Reply("helping.too_many", {"most": OPEN_AT_ONCE}))
    left = {name: session for name, session in talk.sessions.items() if name != helping.name}
    return begin(house, replace(talk, sessions=left, active=""), inbound, helping.name)


def started(house: House, said: Decided, inbound: Inbound, session: Session) -> Decided:
    """Their form begins, in a slot of its own that is never given to anybody else."""
    who = first_name(str(session.answers["who"].value))
    taken = {slots.who(s).casefold() for s in said.talk.sessions.values()}
    number = int(cast("int", said.talk.facts.get("helped", 1))) + 1
    if who.casefold() in taken:
        who = f"{who} {number}"
    slot = f"registration:{number}"
    codes = {name: code for name, code in said.talk.facts.items() if name in ("first_code", "last_code")}
    fresh = Session("registration", facts={**codes, "slot": slot, "who": who})
    left = {name: s for name, s in said.talk.sessions.items() if name != helping.name}
    talk = replace(said.talk, active=slot, sessions={**left, slot: fresh}, facts={**said.talk.facts, "helped": number})
    begun = ask_on(house, talk, inbound, *(replace(reply, options=()) for reply in said.replies))
    return replace(begun, effects=(*said.effects, Record("helping", {"slot": slot}), *begun.effects))


def switch(house: House, talk: Talk, inbound: Inbound, slot: str) -> Decided:
    """GANTI: to the other person where there is one other, else a list of them."""
    if slot in talk.sessions:
        return recap(house, replace(talk, active=slot), inbound)
    others = [name for name in open_slots(talk) if name != talk.active]
    if len(others) == 1 and not slot:
        return recap(house, replace(talk, active=others[0]), inbound)
    return _list(talk)


def named(talk: Talk, text: str) -> str:
    """The slot somebody names with one word, "" for none. A name typed where a name is asked for is an answer."""
    here = talk.sessions.get(talk.active)
    if here is not None and here.asked in ("full_name", "who"):
        return ""
    said = fold(text).removeprefix("ganti ").removeprefix("pindah ").removeprefix("switch ")
    others = [slot for slot in open_slots(talk) if slots.is_helped(slot) and slot != talk.active]
    called = {slot: slots.who(talk.sessions[slot]) for slot in others}
    found = [slot for slot, who in called.items() if fold(who) == said] or [
        slot for slot, who in called.items() if fold(_without_address(who)) == said
    ]
    return found[0] if len(found) == 1 else ""


def sent_back(house: House, talk: Talk, inbound: Inbound, facts: Mapping[str, Json]) -> Decided:
    """An officer asks something of somebody whose form is not here any more: it comes back for that one answer."""
    slot = str(facts.get("slot", ""))
    if not slot:
        return Decided(talk)
    receipt, steps = str(facts["receipt"]), cast("list[str]", facts["steps"])
    theirs = {"slot": slot, "who": str(facts["who"])} if slots.is_helped(slot) else {}
    kept: dict[str, Json] = {"receipt": receipt, **theirs}
    answers = load_answers(cast("dict[str, Json]", facts["answers"]))
    session = Session("registration", answers=answers, facts=kept, done=engine.SUBMITTED)
    talk = replace(talk, active=slot, sessions={**talk.sessions, slot: session})
    wanted = replace(inbound, content=SentBack(receipt, tuple(steps), str(facts["reason"])))
    turn = engine.advance(house.forms[session.form], session, wanted)
    back = carry_on(talk, inbound, turn)
    return replace(back, effects=(Record("helping", {"slot": slot}), *back.effects)) if theirs else back


def _list(talk: Talk, *before: Reply) -> Decided:
    """Whose form shall we go on with?"""
    found = open_slots(talk)
    if not found:
        return menu(talk, *before, Reply("helping.nobody"))
    options = tuple(
        Option("!", f"switch:{slot}", label=slots.who(talk.sessions[slot]))
        if slots.is_helped(slot)
        else Option("!", f"switch:{slot}", key="helping.myself")
        for slot in found
    )
    more = (Option("!", "help_other", key="command.help_other"),) if len(found) < OPEN_AT_ONCE - 1 else ()
    return Decided(talk, (*before, Reply("helping.whose", options=(*options, *more))))
