"""Which topic answers which command, which looked-up facts and which moment. A topic is a file beside this one.

To add one: write its file (copy a neighbour), its words in commands.py, its functions here, its texts in keys.py.
What it must know of storage it asks for with `Wants(name)`; bot/lookups.py looks it up and it comes back to TOLD here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from conversations import (
    claims,
    correcting,
    helping,
    membership,
    my_people,
    mydata,
    pasting,
    paying,
    printing,
    reminding,
    taking_over,
    training,
    trust,
    volunteer,
)
from conversations.nudging import NUDGE, nudge
from conversations.talking import Decided, House
from conversations.turn import Inbound, Json, Session, Talk

Obeyed: TypeAlias = Callable[[House, Talk, Inbound, str], Decided]
Heard: TypeAlias = Callable[[House, Talk, Inbound, Mapping[str, Json]], Decided]
Ended: TypeAlias = Callable[[House, Decided, Inbound, Session], Decided]

TOPICS: Mapping[str, Obeyed] = {  # a command's name → what it does with what followed the command
    "claims": claims.open_claims,
    "accident": claims.accident,
    "death": claims.death,
    "savings": claims.savings,
    "scholarship": claims.scholarship,
    "checklist": claims.checklist,
    "tick": claims.tick,
    "help_other": helping.start,
    "switch": helping.switch,
    "blank": pasting.blank,
    "my_people": my_people.my_people,
    "training": training.start,
    "print": printing.to_print,
    "aloud": printing.to_read_out,
    "take_over": taking_over.start,
    "safe": trust.safe,
    "report": trust.report,
    "check_volunteer": trust.check_volunteer,
    "my_data": mydata.my_data,
    "correct": mydata.correct,
    "restrict": mydata.restrict,
    "check_erasure": mydata.check_erasure,
    "status": membership.status,
    "check": membership.check,
    "pay": paying.pay,
    "paid": paying.paid,
    "card": volunteer.card,
    "poster": volunteer.poster,
    "resign": volunteer.resign,
    "resign_yes": volunteer.resign_surely,
}
TOLD: Mapping[str, Heard] = {
    "my_people": my_people.tell_people,
    "sent_back": helping.sent_back,
    "take_over": taking_over.told,
    "print": printing.tell_print,
    "aloud": printing.tell_aloud,
    "invitation": volunteer.tell_invitation,
    "joined": volunteer.tell_joined,
    "card": volunteer.tell_card,
    "poster": volunteer.tell_poster,
    "resign": volunteer.tell_resign,
    "resigned": volunteer.tell_resigned,
    "status": membership.tell_status,
    "check": membership.tell_check,
    "pay": paying.tell_pay,
    "paid": paying.tell_paid,
    reminding.REMINDER: reminding.tell_reminder,
    "volunteer": trust.tell_volunteer,
    "my_data": mydata.tell,
    "correctable": mydata.tell_correctable,
    "erasure": mydata.tell_erasure,
}  # the name of what was looked up → what is said of it
WOKE: Mapping[str, Heard] = {
    NUDGE: nudge,
    reminding.REMINDER: reminding.remind,
    "called_off": correcting.called_off,
}  # a scheduled moment's kind → what is said then
ENDS: Mapping[str, Ended] = {
    "helping": helping.started,
    "pasted": pasting.whose_told,
    "taking_over": taking_over.proved,  # a form that only tells → what its answers lead to, given what would be said
    "payment": paying.reported,
    "report": trust.reported,
    "correction": mydata.correction_told,
    "volunteer": volunteer.joined,
}
