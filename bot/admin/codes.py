"""One-time codes: those an authenticator shows (RFC 6238, thirty seconds each), and recovery codes on paper."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from typing import Literal

import pyotp
import segno

from bot.admin import passwords
from bot.services import Services
from storage import second_step, staff
from storage.staff import Member
from storage.tx import Tx

PERIOD = 30  # seconds a code is shown
LENIENCE = 1  # codes earlier and later that still count: telephones' clocks differ
RECOVERY_CODES = 10
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0, 1, i, l, o: they are copied from paper
Proof = Literal["code", "recovery", "used", "wrong"]


def new_secret() -> str:
    return pyotp.random_base32()


def recovery_codes() -> list[str]:
    """Fresh recovery codes, sixty bits each."""
    return [
        "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3)) for _ in range(RECOVERY_CODES)
    ]


def address(secret: str, login: str, issuer: str) -> str:
    """What an authenticator reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def picture(uri: str) -> str:
    """A QR code as SVG, without styles of its own; on white, whatever the page's colours are."""
    return str(segno.make(uri, error="m").svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True))


def matched(secret: str, typed: str, now: datetime) -> int | None:
    """The moment a code belongs to, in steps of thirty seconds; None for a wrong one."""
    digits = "".join(c for c in typed if c not in " -")
    if not (digits.isascii() and digits.isdecimal() and len(digits) == 6):
        return None
    totp, current = pyotp.TOTP(secret), int(now.timestamp()) // PERIOD
    for step in range(current - LENIENCE, current + LENIENCE + 1):
        if hmac.compare_digest(totp.generate_otp(step), digits):
            return step
    return None


async def prove(tx: Tx, services: Services, member: Member, typed: str, now: datetime) -> Proof:
    """Judge what somebody typed as their second step, and use it up."""
    secret = await second_step.secret(tx, services.keyring, member.id)
    step = matched(secret, typed, now) if secret else None
    if step is not None:
        return "code" if await second_step.use(tx, member.id, step) else "used"
    written = "".join(c for c in typed.casefold() if c in LETTERS)
    code = "-".join(written[n : n + 4] for n in range(0, len(written), 4))
    return "recovery" if await second_step.spend(tx, services.keyring, member.id, code, now) else "wrong"


async def judge(tx: Tx, services: Services, member: Member, typed: str, now: datetime) -> Proof | Literal["resting"]:
    """Prove a second step; wrong ones are counted, and after too many the login rests, as with passwords."""
    if member.locked_until is not None and now < member.locked_until:
        return "resting"
    proof = await prove(tx, services, member, typed, now)
    if proof in ("used", "wrong"):
        failures = await staff.count_failure(tx, member.id)
        await staff.note_failure(tx, member.id, failures, passwords.rest(failures, now))
    else:
        await staff.note_success(tx, member.id)
    return proof
