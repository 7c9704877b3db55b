"""Making a poster's files: which sizes and kinds there are, and the bytes of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.posters import poster, slip
from bot.posters.canvas import Canvas, Pdf, Picture, Point, Weight
from bot.posters.said import Said
from conversations.wording import Words

Size: TypeAlias = Literal["a4", "a6", "square", "slip"]
Kind: TypeAlias = Literal["pdf", "png", "small"]  # small: a picture to choose by
SIZES: tuple[Size, ...] = ("a4", "a6", "square", "slip")
KINDS: tuple[Kind, ...] = ("pdf", "png")
TYPES = {"pdf": "application/pdf", "png": "image/png", "small": "image/png"}
_SMALL = 300
_PAPER: dict[Size, tuple[float, float]] = {
    "a4": (210, 297), "a6": (105, 148.5), "square": (200, 200), "slip": (210, 297)
}  # fmt: skip
_PIXELS: dict[Size, int] = {"a4": 1654, "a6": 1240, "square": 1200, "slip": 1654}  # 200, 300, and 200 dots an inch


def make(said: Said, words: Words, size: Size, kind: Kind) -> bytes:
    """Draw one file."""
    w, h = _PAPER[size]
    canvas: Pdf | Picture
    if kind == "pdf":
        canvas = Pdf(w, h, f"{said.brand} {said.code}", words.language)
    else:
        canvas = Picture(w, h, _SMALL if kind == "small" else _PIXELS[size])
    match size:
        case "square":
            poster.square(canvas, said)
        case "slip":
            slip.slips(canvas, said, words)
        case _:
            poster.upright(Smaller(canvas, w / poster.UPRIGHT[0]), said)
    return canvas.bytes()


@dataclass(frozen=True)
class Smaller:
    """A canvas on which everything comes out smaller."""

    canvas: Canvas
    by: float

    def fill(self, x: float, y: float, w: float, h: float, colour: str, corner: float = 0) -> None:
        self.canvas.fill(x * self.by, y * self.by, w * self.by, h * self.by, colour, corner * self.by)

    def shape(self, points: Sequence[Point], colour: str) -> None:
        self.canvas.shape([(x * self.by, y * self.by) for x, y in points], colour)

    def line(self, start: Point, end: Point, colour: str, width: float, dash: float = 0) -> None:
        by = self.by
        self.canvas.line(
            (start[0] * by, start[1] * by), (end[0] * by, end[1] * by), colour, width * by, dash * by
        )  # fmt: skip

    def text(self, x: float, y: float, text: str, size: float, colour: str, weight: Weight = "Regular") -> None:
        self.canvas.text(x * self.by, y * self.by, text, size * self.by, colour, weight)

    def width(self, text: str, size: float, weight: Weight = "Regular") -> float:
        return self.canvas.width(text, size * self.by, weight) / self.by
