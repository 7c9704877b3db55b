"""Replaying a transcript without any channel: one turn after another, everything re-read through JSON in between."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import assert_never

from conversations.conversation import House, converse
from conversations.printing import KEPT
from conversations.rules import receipts
from conversations.saved import dump_session, dump_talk, load_session, load_talk
from conversations.turn import (
    Choice,
    Consented,
    Content,
    Effect,
    EraseWanted,
    Filled,
    FormOffered,
    HelpWanted,
    Inbound,
    Json,
    Message,
    Opened,
    Record,
    Redact,
    Said,
    Sent,
    SentBack,
    Shared,
    Spoken,
    Submitted,
    Talk,
    Tapped,
    Told,
    Wants,
)
from tests.transcripts.script import Line, Transcript

JAKARTA = timedelta(hours=7)
OWN_PHONE = "+6281234567890"
FORM_URL = "https://contoh.id/isi/tautan-sekali-pakai-ini"


class NoSuchButton(Exception):
    """A transcript taps a label that was never under a message."""


def reread(talk: Talk) -> Talk:
    """Take a talk through JSON, as storage does between two messages."""
    sessions = {name: json.loads(json.dumps(dump_session(s))) for name, s in talk.sessions.items()}
    saved = json.loads(json.dumps(dump_talk(talk)))
    return load_talk(saved, talk.language, {name: load_session(s) for name, s in sessions.items()})


@dataclass
class Chat:
    """One chat with the bot, and as much of the world around it as the conversation asks about."""

    house: House
    language: str = "id"
    at: datetime = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    can: frozenset[str] = frozenset({"take_full_id", "share_contact"})
    own_phone: str | None = None
    fresh: list[str] = field(default_factory=list)
    talk: Talk = field(default_factory=Talk)
    screens: list[tuple[Choice, ...]] = field(default_factory=list)
    submitted: list[Submitted] = field(default_factory=list)
    sent_at: dict[str, datetime] = field(default_factory=dict)
    happened: list[Effect] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.talk = replace(self.talk, language=self.language)

    def send(self, content: Content, edited: str = "") -> Spoken:
        """Let one inbound arrive and keep what comes of it."""
        receipt = self.fresh[0] if self.fresh else receipts.make(len(self.submitted))
        inbound = Inbound(
            content=content,
            at=self.at,
            today=(self.at + JAKARTA).date(),
            fresh=receipt,
            form_url=FORM_URL,
            can=self.can,
            own_phone=self.own_phone,
            edited=bool(edited),
        )
        spoken = converse(self.house, reread(self.talk), inbound)
        wants = next((effect for effect in spoken.effects if isinstance(effect, Wants)), None)
        if wants is not None:
            told = converse(self.house, spoken.talk, replace(inbound, content=Told(wants.name, self._known(wants))))
            spoken = replace(told, effects=(*spoken.effects, *told.effects))
        self.talk = spoken.talk
        for effect in spoken.effects:
            if isinstance(effect, Submitted):
                self.submitted.append(effect)
                self.sent_at.setdefault(effect.receipt, self.at)
                self.fresh = [r for r in self.fresh if r != effect.receipt]
            if isinstance(effect, EraseWanted):
                self.submitted.clear()
                self.happened = [e for e in self.happened if not isinstance(e, Consented)]
                self.fresh = [r for r in self.fresh if r != effect.number]
        self.happened += spoken.effects
        if spoken.message is not None:
            self.screens.append(spoken.message.choices)
        return spoken

    def _known(self, wants: Wants) -> dict[str, Json]:
        receipts_known = list(dict.fromkeys(s.receipt for s in self.submitted))
        today = (self.at + JAKARTA).date().isoformat()
        if wants.name in ("status", "pay", "paid"):
            sent = {s.receipt: s.answers for s in self.submitted}
            names = {r: str(a["full_name"].value).split()[0] for r, a in sent.items()}
            told: list[Json] = [
                {"application": n, "receipt": r, "state": "submitted", "at": today, "name": names[r]}
                for n, r in enumerate(sent, 1)
            ]
            return {**wants.facts, "people": told}
        if wants.name in ("print", "aloud"):
            return {**wants.facts, "people": self._printable(str(wants.facts["receipt"]))}
        if wants.name == "volunteer":
            return {**wants.facts, "state": "unknown"}
        if wants.name == "check":
            state = "submitted" if wants.facts["receipt"] in receipts_known else ""
            return {**wants.facts, "state": state}
        if wants.name == "correctable":
            return {**wants.facts, "state": "open" if receipts_known else "", "receipt": (receipts_known or [""])[-1]}
        if wants.name == "erasure":
            proven = {e.number: today for e in self.happened if isinstance(e, EraseWanted)}
            return {**wants.facts, "at": proven.get(str(wants.facts["number"]), "")}
        return self._held(wants, receipts_known, today)

    def _printable(self, receipt: str) -> list[Json]:
        """Whose receipts may be asked for, newest first."""
        found: list[Json] = []
        for one in {s.receipt: s for s in reversed(self.submitted)}.values():
            at, helped = self.sent_at[one.receipt], bool(one.facts.get("slot"))
            if receipt in ("", one.receipt) and (not helped or self.at - at <= KEPT):
                until = (at + KEPT).isoformat() if helped else ""
                who = str(one.answers["full_name"].value).split()[0]
                found.append({"who": who, "receipt": one.receipt, "at": at.isoformat(), "until": until})
        return found

    def _held(self, wants: Wants, receipts_known: list[str], today: str) -> dict[str, Json]:
        """What DATA SAYA is told: nothing of before somebody was forgotten, but for their consents."""
        words = [e for e in self.happened if isinstance(e, Consented)]
        reminded = [e.granted for e in words if e.purpose == "reminders"]
        return {
            **wants.facts,
            "receipts": [{"receipt": r, "at": today} for r in receipts_known],
            "reminders": bool(reminded and reminded[-1]),
            "consents": [{"purpose": e.purpose, "word": "yes" if e.granted else "no", "at": today} for e in words],
        }

    def button(self, label: str, *, of: str = "any") -> Content:
        """Find a button as the person sees it: the latest of this label, or one above the latest message."""
        screens = self.screens[:-1] if of == "old" else self.screens
        for screen in reversed(screens):
            for choice in screen:
                if choice.label == label:
                    return Tapped(choice.step, choice.value)
        labels = ", ".join(f"[{choice.label}]" for choice in (screens or [()])[-1])
        raise NoSuchButton(f"no message had a button [{label}]; the last one has {labels or 'none'}")

    def content(self, line: Line) -> tuple[Content, str]:
        """Turn a transcript's line into what arrives, and whether it edits an earlier message."""
        match line.how:
            case "said":
                return Said(line.text), ""
            case "tapped":
                return self.button(line.text, of=line.argument or "any"), ""
            case "opened" | "(buka)":
                return Opened(line.text), ""
            case "(isi)":
                return Filled(line.argument, line.text), ""
            case "(ubah)":
                return Said(line.text), "edited"
            case "(contact)":
                return Shared(OWN_PHONE, own=not line.argument), ""
            case "(petugas)":
                session = self.talk.sessions["registration"]
                steps = tuple(step.strip() for step in line.argument.split(","))
                return SentBack(str(session.facts["receipt"]), steps, line.text), ""
            case how:
                return Sent(how[1:-1]), ""

    def take(self, line: Line) -> tuple[str, ...]:
        """Let a transcript's line happen; what is heard, as a transcript writes it."""
        if line.how == "waited":
            self.at += timedelta(**{"days" if line.text == "hari" else "hours": int(line.argument)})
            return ()
        spoken = self.send(*self.content(line))
        paper = spoken.message.paper if spoken.message else None
        along = (f"~ a receipt goes along: {paper.size} {paper.receipt}",) if paper else ()
        return (*heard(spoken.message), *along, *(f"~ {told(effect)}" for effect in spoken.effects))


def chat(transcript: Transcript, house: House) -> Chat:
    """Open the chat that a transcript tells of."""
    day = date.fromisoformat(transcript.header["date"])
    return Chat(
        house,
        transcript.language,
        datetime(day.year, day.month, day.day, 10, tzinfo=UTC) - JAKARTA,
        transcript.can,
        transcript.header.get("own"),
        fresh=list(transcript.receipts),
    )


def replay(transcript: Transcript, house: House) -> list[tuple[str, ...]]:
    """Replay a transcript; what is heard after each of its lines."""
    talking = chat(transcript, house)
    return [talking.take(line) for line in transcript.lines]


def heard(message: Message | None) -> tuple[str, ...]:
    """Write a message as a transcript does."""
    if message is None:
        return ()
    shared = (f"({message.share_contact})",) if message.share_contact else ()
    return (*message.text.split("\n"), *(f"[{choice.label}]" for choice in message.choices), *shared)


def told(effect: Effect) -> str:
    """Write an effect as a transcript does: what must happen, without anything personal."""
    match effect:
        case Consented(purpose, granted, version, pressed):
            return f"consent to {purpose}: {'yes' if granted else 'no'}, text {version.partition('-')[0]}, “{pressed}”"
        case Submitted(form, receipt, answers, flags):
            return f"submitted {form} {receipt}, {len(answers)} answers, flags: {', '.join(flags) or 'none'}"
        case HelpWanted(reason):
            return f"help wanted: {reason}"
        case FormOffered(form, step):
            return f"secure form for {form}.{step}"
        case Redact(why):
            return f"take out of the chat: {why}"
        case EraseWanted():
            return "erase this person"
        case Wants(name):
            return f"look up {name}"
        case Record(name):
            return f"record {name}"
        case _:
            assert_never(effect)
