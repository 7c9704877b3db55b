"""A typed text and where it was said: what everything that listens to it looks at."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.commands import Command
from conversations.obeying import obey
from conversations.talking import ASIDES, Decided, House, ask_on
from conversations.thanks import Courtesy
from conversations.turn import Inbound, Reply, Session, Talk


@dataclass(frozen=True, slots=True)
class Heard:
    """A text and where it was said. fresh: it is no edit of an earlier message. idle: fresh, and nothing is asked."""

    house: House
    talk: Talk
    inbound: Inbound
    text: str
    session: Session | None
    command: Command | None
    polite: Courtesy

    @property
    def fresh(self) -> bool:
        return not self.inbound.edited

    @property
    def idle(self) -> bool:
        return self.fresh and (self.session is None or bool(self.session.done))

    @property
    def aside(self) -> bool:
        """Whether what is open is no form of ours to fill in, but a report or a checklist."""
        return self.talk.active in ASIDES

    def obey(self, command: Command) -> Decided:
        return obey(self.house, self.talk, self.inbound, command)

    def ask_on(self, *before: Reply) -> Decided:
        return ask_on(self.house, self.talk, self.inbound, *before)
