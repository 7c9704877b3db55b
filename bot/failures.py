"""Why a message was not delivered, as somebody at the desk understands it: codes become one of a few reasons."""

from __future__ import annotations

from bot.channels.channel import Outcome
from bot.channels.whatsapp_errors import CODES

REASONS = ("opted_out", "unreachable", "window_closed", "refused", "our_fault", "gave_up", "unknown")
_TELEGRAM = {
    "403 blocked": Outcome.OPTED_OUT,
    "403 unreachable": Outcome.UNREACHABLE,
    "400 chat moved": Outcome.UNREACHABLE,
    "400 no such chat": Outcome.UNREACHABLE,
    "400": Outcome.OUR_FAULT,
    "button": Outcome.OUR_FAULT,
    "request not built": Outcome.OUR_FAULT,
}


def reason(code: str) -> str:
    """One of REASONS."""
    kind, colon, _ = code.partition(":")
    if colon:
        return {"gave_up": "gave_up", "crashed": "our_fault"}.get(kind, "unknown")
    outcome = CODES.get(int(code)) if code.isdecimal() else None
    outcome = outcome or _TELEGRAM.get(code)
    return outcome.value if outcome and outcome.value in REASONS else "unknown"
