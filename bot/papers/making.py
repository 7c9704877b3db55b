"""Making a receipt's file: its bytes for each size there is."""

from __future__ import annotations

from contextlib import closing

from bot.papers.drawing import A6, strip, upright
from bot.papers.said import Said
from bot.posters.canvas import Pdf, Picture
from conversations.printing import PICTURE

PIXELS = 1240  # 300 dots an inch
ROLLS = {"58mm": (58.0, 48.0), "80mm": (80.0, 72.0)}  # how wide the roll is, and what a till's printer reaches of it
LONGEST = 400.0


def make(said: Said, size: str) -> bytes:
    """Draw one file: a PNG for the chat, else a PDF."""
    if size == PICTURE:
        picture = Picture(*A6, PIXELS)
        upright(picture, said)
        return picture.bytes()
    if size in ROLLS:
        w, inner = ROLLS[size]
        with closing(Pdf(w, LONGEST, said.receipt, said.language)) as measured:
            long = strip(measured, said, w, inner)
        roll = Pdf(w, long, said.receipt, said.language)  # cut to its length
        strip(roll, said, w, inner)
        return roll.bytes()
    pdf = Pdf(*A6, said.receipt, said.language)
    upright(pdf, said)
    return pdf.bytes()


def media_type(size: str) -> str:
    return "image/png" if size == PICTURE else "application/pdf"


def file_name(receipt: str, size: str) -> str:
    """What the file is called: its number, which is not the person's name."""
    return f"{receipt}.png" if size == PICTURE else f"{receipt}-{size}.pdf"
