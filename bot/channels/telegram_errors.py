"""What Telegram's refusals mean, as decisions. Messages are matched without regard to case: the library re-capitalises
them. Catch order matters: BadRequest is a NetworkError."""

from __future__ import annotations

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, TelegramError, TimedOut

from bot.channels.channel import Outcome, Undelivered
from bot.channels.telegram_http import NotSent, TooFast

AWAY = ("chat not found", "user not found", "peer_id_invalid", "have no rights", "not enough rights", "write_forbidden")
DONE = ("message is not modified", "message to delete not found", "message to edit not found", "query is too old")
IMPOSSIBLE = ("message can't be deleted", "message can't be edited")


def decide(error: TelegramError) -> Undelivered:
    """The decision a failed call carries."""
    text = error.message.lower()
    match error:
        case TooFast():
            return Undelivered(Outcome.RETRY_AFTER, "429", retry_after=error.seconds)
        case Forbidden() if "blocked" in text or "kicked" in text:
            return Undelivered(Outcome.OPTED_OUT, "403 blocked")
        case Forbidden():
            return Undelivered(Outcome.UNREACHABLE, "403 unreachable")
        case ChatMigrated():
            return Undelivered(Outcome.UNREACHABLE, "400 chat moved")
        case InvalidToken():
            return Undelivered(Outcome.MISCONFIGURED, "401 token", whole_channel=True)
        case BadRequest() if any(sign in text for sign in AWAY):
            return Undelivered(Outcome.UNREACHABLE, "400 no such chat")
        case BadRequest():
            return Undelivered(Outcome.OUR_FAULT, "400")
        case TimedOut():
            return Undelivered(Outcome.UNKNOWN, "no answer")
        case NotSent():
            return Undelivered(Outcome.RETRY_AFTER, "no connection", retry_after=5, whole_channel=True)
        case NetworkError() if "unknown error in http implementation" in text:
            return Undelivered(Outcome.OUR_FAULT, "request not built")
        case NetworkError():
            return Undelivered(Outcome.RETRY_AFTER, "5xx", retry_after=2)
        case _:
            return Undelivered(Outcome.RETRY_AFTER, "unreadable answer", retry_after=5)


def harmless(error: TelegramError) -> bool:
    """Whether a deletion or an edit has nothing left to do, or never will be possible."""
    text = error.message.lower()
    return isinstance(error, BadRequest) and any(sign in text for sign in (*DONE, *IMPOSSIBLE))


def markup_refused(error: TelegramError) -> bool:
    """Whether our HTML was not HTML: a bug of ours, and the words can still go."""
    return isinstance(error, BadRequest) and "can't parse entities" in error.message.lower()
