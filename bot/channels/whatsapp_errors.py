"""What Twilio's error codes mean, as decisions (whatsapp.md has the list with its sources). Most of them come by status
callback, long after the message was taken."""

from __future__ import annotations

from twilio.base.exceptions import TwilioException

from bot.channels.channel import Outcome, Undelivered
from bot.channels.twilio_http import NoAnswer, NotSent

CODES: dict[int, Outcome] = {
    20003: Outcome.MISCONFIGURED,  # credentials
    20404: Outcome.MISCONFIGURED,  # no such account
    63007: Outcome.MISCONFIGURED,  # no such sender
    20429: Outcome.RETRY_AFTER,
    63018: Outcome.RETRY_AFTER,  # to this sender or this person
    30001: Outcome.RETRY_AFTER,  # queue full
    63016: Outcome.WINDOW_CLOSED,
    21610: Outcome.OPTED_OUT,
    63033: Outcome.OPTED_OUT,
    63014: Outcome.OPTED_OUT,
    21211: Outcome.UNREACHABLE,
    63003: Outcome.UNREACHABLE,
    63024: Outcome.UNREACHABLE,
    63015: Outcome.UNREACHABLE,  # the sandbox was not joined, or three days are over
    21617: Outcome.OUR_FAULT,  # too long
    21655: Outcome.OUR_FAULT,  # content id
    21656: Outcome.OUR_FAULT,  # content variables
    63019: Outcome.OUR_FAULT,  # a file could not be fetched: PUBLIC_URL is not reached from outside
    63027: Outcome.OUR_FAULT,  # template does not exist in this language
    63028: Outcome.OUR_FAULT,  # number of parameters
    63013: Outcome.REFUSED,  # policy
    63021: Outcome.REFUSED,  # content invalid for the channel
    63032: Outcome.REFUSED,
    63049: Outcome.REFUSED,  # WhatsApp chose not to deliver it
}
EVERYWHERE = frozenset({20003, 20404, 63007, 20429, 30001})
WAIT = {20429: 5.0, 30001: 10.0, 63018: 6.0}  # seconds; WhatsApp grants one person about one message every six


def decide_code(code: int) -> Undelivered:
    """The decision of one error code. One we do not know is never sent again blindly."""
    outcome = CODES.get(code, Outcome.REFUSED)
    return Undelivered(outcome, str(code), retry_after=WAIT.get(code, 0.0), whole_channel=code in EVERYWHERE)


def decide(error: Exception) -> Undelivered:
    """The decision a failed call carries. The exception's own text holds numbers and addresses: it goes no further."""
    code, status = getattr(error, "code", None), getattr(error, "status", None)
    match error:
        case NotSent():
            return Undelivered(Outcome.RETRY_AFTER, "no connection", retry_after=5, whole_channel=True)
        case NoAnswer():
            return Undelivered(Outcome.UNKNOWN, "no answer")
        case _ if code in CODES:
            return decide_code(int(code or 0))
        case _ if status == 429:
            return Undelivered(Outcome.RETRY_AFTER, "429", retry_after=5, whole_channel=True)
        case _ if status in (401, 403):
            return Undelivered(Outcome.MISCONFIGURED, str(status), whole_channel=True)
        case _ if isinstance(status, int) and 400 <= status < 500:
            return Undelivered(Outcome.OUR_FAULT, str(code or status))
        case TwilioException():
            return Undelivered(Outcome.RETRY_AFTER, str(status or "unreadable answer"), retry_after=2)
        case _:  # an answer that cannot be read, perhaps to a message that was taken
            return Undelivered(Outcome.UNKNOWN, "unreadable answer")
