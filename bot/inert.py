"""Text that does nothing but be read: no control or direction characters."""

from __future__ import annotations

import unicodedata


def inert(text: str) -> str:
    """The text without control, direction and unassigned characters; line breaks and joined emoji stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\u200d" or unicodedata.category(c)[0] != "C")
