"""Receipt numbers: short enough to read out on the phone, and they notice when they were copied wrongly."""

from __future__ import annotations

import re
import unicodedata

BITS = 40
PREFIX = "TK"
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O (they look like 1 and 0) and no U
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SIGN_BITS = 5
_LENGTH = BITS // _SIGN_BITS
_POLYNOMIAL = 0b100101  # x⁵ + x² + 1 is primitive: the powers of two below are all different
_APART = re.compile(r"[\s\-_./\u2010-\u2015\u2212]+")


def make(random_bits: int) -> str:
    """Write 40 random bits as a receipt number like TK-7Q4F-92XM-C; its last character is the check.

    Raises:
        ValueError: the number does not fit into 40 bits.
    """
    if not 0 <= random_bits < 1 << BITS:
        raise ValueError(f"a receipt is made from {BITS} bits; give a number from 0 to {(1 << BITS) - 1}")
    places = range(BITS - _SIGN_BITS, -1, -_SIGN_BITS)
    body = "".join(_SIGNS[random_bits >> place & 0b11111] for place in places)
    return _written(body + _check(body))


def read(text: str) -> str | None:
    """Read a receipt number as people copy it: any case, O for 0, without dashes or TK. None if it is not one."""
    if len(text) > 100:
        return None
    said = _APART.sub("", unicodedata.normalize("NFKC", text).upper()).translate(_LOOKALIKES)
    if len(said) == len(PREFIX) + _LENGTH + 1:
        said = said.removeprefix(PREFIX)
    if len(said) != _LENGTH + 1 or any(sign not in _SIGNS for sign in said):
        return None
    return _written(said) if said[-1] == _check(said[:-1]) else None


def _written(said: str) -> str:
    return f"{PREFIX}-{said[:4]}-{said[4:_LENGTH]}-{said[_LENGTH:]}"


def _check(body: str) -> str:
    """Weigh every character with another power of two in GF(32), so that no change or swap leaves the sum alike."""
    total = 0
    for sign in body:
        total = _doubled(total ^ _SIGNS.index(sign))
    return _SIGNS[total]


def _doubled(number: int) -> int:
    doubled = number << 1
    return doubled ^ _POLYNOMIAL if doubled & 0b100000 else doubled
