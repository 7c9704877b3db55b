"""What people must not send us: seen, refused, taken out of the chat and never stored."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"[0-9](?:[ .\-]?[0-9])*")
_OTP = re.compile(r"\b(?:otp|kode ?verifikasi|verification code|kode ?rahasia)\b")
_PIN = re.compile(r"\bpin\b(?: ?(?:saya|atm|ku|gopay|dana|ovo|my))*[ :=]*[0-9]{4,6}\b")
_PASSWORD = re.compile(r"\b(?:password|kata ?sandi|sandi|passwd)\b ?(?:saya|ku|nya|is|:|=)+ ?\S+")
_BANK = re.compile(r"\b(?:rekening|norek|no\.? ?rek|bca|bri|bni|btn|mandiri|bsi|cimb|permata|jago|seabank)\b")
_MONEY = re.compile(
    r"\b(?:transfer|tf|bayar|kirim uang|setor)\b.{0,20}\b(?:kemana|ke mana|sini|kakak|kak|rekening|where)\b"
)


def refuse(text: str) -> str:
    """Name what a text holds that we never take: "otp", "pin", "password", "card", "bank", "money", or "" for nothing.

    A NIK is not refused here: the question decides where it may be written.
    """
    folded = text.casefold()[:500]
    runs = [re.sub(r"[^0-9]", "", run) for run in _DIGITS.findall(folded)]
    if _OTP.search(folded) and any(4 <= len(run) <= 8 for run in runs):
        return "otp"
    if _PIN.search(folded):
        return "pin"
    if _PASSWORD.search(folded):
        return "password"
    if any(_is_card(run) for run in runs):
        return "card"
    if _BANK.search(folded) and any(9 <= len(run) <= 16 for run in runs):
        return "bank"
    return "money" if _MONEY.search(folded) else ""


def mask(text: str) -> str:
    """Blank every run of six digits or more but for its ends, for transcripts of what should not have been sent."""
    return _DIGITS.sub(lambda run: _masked(run[0]) if sum(c.isdigit() for c in run[0]) >= 6 else run[0], text)


def _masked(run: str) -> str:
    digits = re.sub(r"[^0-9]", "", run)
    return "•" * (len(digits) - 4) + digits[-4:]


def _is_card(digits: str) -> bool:
    """A payment card: 16 digits that begin as cards do (3, 4, 5, 2) with a right Luhn sum, and no birth date inside."""
    if len(digits) != 16 or digits[0] not in "2345" or _could_be_nik(digits):
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if place % 2 else 1)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def _could_be_nik(digits: str) -> bool:
    day, month = int(digits[6:8]) % 40, int(digits[8:10])
    return 1 <= day <= 31 and 1 <= month <= 12
