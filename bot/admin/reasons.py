"""Reasons the person reads: ready ones, said in their own language, or words of the reviewer's."""

from __future__ import annotations

from dataclasses import dataclass

from bot.admin.guard import Form
from conversations.guard import mask, refuse
from conversations.talking import clean
from conversations.wording import Words, plain

LONGEST = 300
OWN = "own"
TO_ASK = ("as_on_ktp", "nik", "born", "home", "phone", "work", "income", "unclear")
TO_REFUSE = ("not_confirmed", "paid_by_others", "employee", "age", "withdrawn")


@dataclass(frozen=True, slots=True)
class Reason:
    """What was chosen or written. ready: one of the ready ones, OWN for the reviewer's words, "" for neither yet."""

    ready: str = ""
    own: str = ""

    def text(self, ready: str, words: Words) -> str:
        """The reason as the person reads it. ready: which ready ones, "ask" or "refuse"."""
        if self.ready == OWN:
            return plain(self.own)
        return words.text(f"notice.reason.{ready}.{self.ready}") if self.ready else ""

    @property
    def trouble(self) -> str:
        """What keeps it from being sent: none, long, private; "" for nothing."""
        if not self.ready or (self.ready == OWN and not plain(self.own)):
            return "none"
        if len(self.own) > LONGEST:
            return "long"
        return "private" if self.ready == OWN and (refuse(self.own) or mask(self.own) != self.own) else ""


def read_reason(form: Form, known: tuple[str, ...]) -> Reason:
    """Read a reason off a form. Words that were written count, though nothing was ticked beside them."""
    ready, own = form.get("ready", ""), clean(form.get("own", ""))
    return Reason(ready if ready in known else OWN if ready == OWN or own else "", own)
