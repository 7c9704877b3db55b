"""What a reviewer asks again: not answered before it was heard, and put back when the question is taken back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from conversations import engine, slots
from conversations.commands import Command
from conversations.talking import Decided, House, active_session
from conversations.turn import Inbound, Json, Reply, Session, Talk

OPENS = ("open", "hello", "resume")  # what people write when they are asked to open the chat


def only_opens(talk: Talk, command: Command | None) -> bool:
    """Say whether a message only opens the chat for what is held: nobody answers a question they have not seen."""
    if command:
        return command.name in OPENS
    session = active_session(talk)
    return session is not None and not session.done


def called_off(_house: House, talk: Talk, _inbound: Inbound, facts: Mapping[str, Json]) -> Decided:
    """A question is taken back: the answers stand as they were sent. say: a text key, "" to let it pass in silence."""
    receipt, key = str(facts.get("receipt", "")), str(facts.get("say", ""))
    for slot, session in talk.sessions.items():
        if session.facts.get("receipt") == receipt and not session.done:
            said = (Reply(key, {"receipt": receipt}),) if key else ()
            return Decided(_put_back(talk, slot, session), said)
    return Decided(talk)


def _put_back(talk: Talk, slot: str, session: Session) -> Talk:
    if slots.is_helped(slot):  # it had come back only for the question
        left = {name: each for name, each in talk.sessions.items() if name != slot}
        return replace(talk, sessions=left, active="" if talk.active == slot else talk.active)
    whole = replace(
        session, answers={**session.answers, **session.kept}, kept={}, asked="", partial=None, doubt=None, misses=0,
        done=engine.SUBMITTED,
    )  # fmt: skip
    return replace(talk, sessions={**talk.sessions, slot: whole})
