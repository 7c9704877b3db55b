"""Charts as inline SVG, drawn from numbers: shapes and classes, no style and no script, as the page's rules ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDE, HIGH, FOOT = 640, 190, 24  # of a chart of columns
GAP = 0.28  # of a column's share that stays empty
LABELS_AT_MOST = 4
LINE, BAR = 40, 12  # of a chart of rows: a line's height, a bar's


@dataclass(frozen=True, slots=True)
class Bar:
    """One number of a chart. shown: as it is written; tone: a class of its own, "" for the usual."""

    label: str
    n: int
    shown: str
    tone: str = ""


def columns(bars: Sequence[Bar], name: str) -> Markup:
    """Columns side by side, for what happened in time. name: what the chart is called for who cannot see it."""
    most = max((bar.n for bar in bars), default=0)
    share = WIDE / max(1, len(bars))
    top, floor = 22, HIGH - FOOT
    drawn = [_line(0, floor, WIDE, floor)]
    step = -(-len(bars) // LABELS_AT_MOST) if bars else 1
    for place, bar in enumerate(bars):
        left = place * share
        height = _scaled(bar.n, most, floor - top)
        title = escape(f"{bar.label}: {bar.shown}")
        drawn.append(
            f'<rect class="bar {escape(bar.tone)}" x="{left + share * GAP / 2:.1f}" y="{floor - height:.1f}" '
            f'width="{share * (1 - GAP):.1f}" height="{height:.1f}" rx="2"><title>{title}</title></rect>'
        )
        last = len(bars) - 1
        if (last - place) % step == 0:
            anchor = "end" if place == last and len(bars) > 2 else "middle"
            at = left + share if anchor == "end" else left + share / 2
            drawn.append(_text(at, HIGH - 6, bar.label, anchor))
        if bar.n == most > 0 and all(other.n < most for other in bars[:place]):
            anchor = "start" if place < 2 else "end" if place > last - 2 else "middle"
            at = {"start": left, "end": left + share, "middle": left + share / 2}[anchor]
            drawn.append(_text(at, floor - height - 6, bar.shown, anchor))
    return _svg("chart wide", WIDE, HIGH, name, drawn)


def rows(bars: Sequence[Bar], name: str) -> Markup:
    """Rows one under another, each with its label over it: for questions, ages and reasons."""
    most = max((bar.n for bar in bars), default=0)
    drawn: list[str] = []
    for place, bar in enumerate(bars):
        top = place * LINE
        drawn += [
            _text(0, top + 15, bar.label, "start"),
            _text(WIDE / 2, top + 15, bar.shown, "end"),
            f'<rect class="bed" x="0" y="{top + 21}" width="{WIDE / 2:.0f}" height="{BAR}" rx="3"></rect>',
            f'<rect class="bar {escape(bar.tone)}" x="0" y="{top + 21}" '
            f'width="{_scaled(bar.n, most, WIDE / 2):.1f}" height="{BAR}" rx="3"></rect>',
        ]
    return _svg("chart", WIDE // 2, max(1, len(bars)) * LINE, name, drawn)


def _scaled(n: int, most: int, room: float) -> float:
    """A number's length; what is not nothing can be seen."""
    return max(1.5, n / most * room) if most and n else 0.0


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="axis" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"></line>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(kind: str, width: float, height: float, name: str, drawn: Sequence[str]) -> Markup:
    opened = f'<svg class="{kind}" viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{escape(name)}">'
    return Markup(f"{opened}{''.join(drawn)}</svg>")  # noqa: S704 — numbers of ours; every text was escaped
