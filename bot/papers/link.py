"""A receipt's address: sealed, so that nothing in it can be read or changed, and good for an hour."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta

from conversations.turn import Paper
from storage.errors import KeyMissing, KeyWrong
from storage.keys import Keyring

GOOD_FOR = timedelta(hours=1)  # Twilio fetches at once; a tap on a link in the simulator comes later
LONGEST = 300
_PLACE = "papers.link"


def write(keyring: Keyring, paper: Paper, now: datetime) -> str:
    """The last part of an address."""
    until = int((now + GOOD_FOR).timestamp())
    sealed = keyring.seal_house(f"{paper.receipt}/{paper.size}/{until}".encode(), _PLACE)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def read(keyring: Keyring, token: str, now: datetime) -> Paper | None:
    """What an address leads to; None where it is not ours, was changed, or its hour is over."""
    if len(token) > LONGEST:
        return None
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        receipt, size, until = keyring.open_house(sealed, _PLACE).decode().split("/")
    except (binascii.Error, ValueError, KeyWrong, KeyMissing):
        return None
    return Paper(receipt, size) if now <= datetime.fromtimestamp(int(until), UTC) else None
