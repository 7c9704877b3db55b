"""The paper form: the registration's questions in their order and with their numbers, two forms to a page."""

from __future__ import annotations

from bot.posters.canvas import Canvas
from bot.posters.marks import CLAY, INK, LEAF, LINE, SOFT, WHITE, disc, fitted, mark, paragraph, qr, ring, shortened
from bot.posters.said import Said
from conversations.conditions import ALWAYS
from conversations.fields.day import Day
from conversations.fields.income import Income
from conversations.fields.national_id import NationalId
from conversations.fields.one_of import OneOf
from conversations.fields.text import PersonName
from conversations.form import Ask
from conversations.registration import registration
from conversations.wording import Words

W, H = 210.0, 297.0
HALF = H / 2
EDGE = 12.0
GAP = 7.0
CUT = "#8c9691"
NIK_GROUPS = (6, 6, 4)
DAY_GROUPS = (2, 2, 4)


def questions() -> list[Ask]:
    """What the slip asks: every listed question that everybody is asked, in the form's own order."""
    return [step for step in registration.steps if isinstance(step, Ask) and step.listed and step.when is ALWAYS]


def slips(canvas: Canvas, said: Said, words: Words) -> None:
    """Two forms on an A4 page, and the line to cut along between them."""
    canvas.fill(0, 0, W, H, WHITE)
    for number in (0, 1):
        _form(canvas, said, words, number * HALF)
    canvas.line((13, HALF), (W, HALF), CUT, 0.3, dash=2)
    _scissors(canvas, 6, HALF)


def _form(canvas: Canvas, said: Said, words: Words, top: float) -> None:
    code = 25.0
    inner = W - 2 * EDGE
    mark(canvas, EDGE, top + 8, 9)
    canvas.text(EDGE + 12, top + 12.4, words.text("pages.slip.title"), 5.4, INK, "ExtraBold")
    hint = words.text("pages.slip.hint")
    paragraph(canvas, EDGE + 12, top + 17.2, inner - 12 - code - 52, hint, 3, SOFT)
    qr(canvas, W - EDGE - code + 2, top + 3, code, said.link)
    right = W - EDGE - code
    lines = (
        (said.from_label, 2.8, SOFT, "Regular"), (said.name, 4.2, INK, "ExtraBold"),
        (said.place, 3.1, SOFT, "SemiBold"), (said.code, 3.3, LEAF, "ExtraBold"),
    )  # fmt: skip
    for (text, size, colour, weight), foot in zip(lines, (9, 14, 18.3, 23), strict=True):
        shown, fits = shortened(canvas, text, size, 48, weight, size * 0.7)  # type: ignore[arg-type]
        canvas.text(right - canvas.width(shown, fits, weight), top + foot, shown, fits, colour, weight)  # type: ignore[arg-type]
    rows = _rows(questions())
    height = (HALF - 29 - 16) / len(rows)
    number = 0
    for at, row in enumerate(rows):
        w = (inner - GAP * (len(row) - 1)) / len(row)
        for column, ask in enumerate(row):
            number += 1
            _question(canvas, words, ask, number, EDGE + column * (w + GAP), top + 30.5 + at * height, w, height)
    foot = top + HALF - 9.6
    canvas.line((EDGE, foot - 5.2), (W - EDGE, foot - 5.2), LINE, 0.3)
    _box(canvas, EDGE, foot - 2.7, 3.4)
    canvas.text(EDGE + 5.4, foot, words.text("pages.slip.agree"), 3.1, INK, "SemiBold")
    kept = words.text("pages.slip.kept")
    size = fitted(canvas, kept.replace("*", ""), 2.9, inner, "SemiBold")
    paragraph(canvas, EDGE, foot + 4.6, inner + 9, kept, size, CLAY, weight="SemiBold")


def _rows(asks: list[Ask]) -> list[list[Ask]]:
    """Questions that need room have a row of their own; of the others two stand beside one another, in order."""
    rows: list[list[Ask]] = []
    open_row = False
    for ask in asks:
        wide = isinstance(ask.field, NationalId | PersonName) or (
            isinstance(ask.field, OneOf) and len(ask.field.values) > 4
        )
        if open_row and not wide:
            rows[-1].append(ask)
            open_row = False
        else:
            rows.append([ask])
            open_row = not wide
    return rows


def _question(canvas: Canvas, words: Words, ask: Ask, number: int, x: float, y: float, w: float, height: float) -> None:
    disc(canvas, x + 2.1, y + 1.1, 2.1, LEAF)
    figure = str(number)
    canvas.text(x + 2.1 - canvas.width(figure, 2.7, "ExtraBold") / 2, y + 2.05, figure, 2.7, WHITE, "ExtraBold")
    label = words.text(f"registration.{ask.name}.name")
    canvas.text(x + 6, y + 2.2, label, 3.1, INK, "SemiBold")
    if hint := _hint(ask):
        canvas.text(x + 7.4 + canvas.width(label, 3.1, "SemiBold"), y + 2.2, words.text(hint), 2.7, SOFT)
    foot = y + height - 3.6
    match ask.field:
        case OneOf():
            _ticks(canvas, words, ask, ask.field, x + 6, foot, w - 6)
        case NationalId():
            _boxes(canvas, x + 6, foot, NIK_GROUPS, 6.6, 5.2)
        case Day():
            _boxes(canvas, x + 6, foot, DAY_GROUPS, 6.6, 5.2)
        case _:
            canvas.line((x + 6, foot + 1), (x + w, foot + 1), CUT, 0.25)


def _hint(ask: Ask) -> str:
    match ask.field:
        case Day():
            return "pages.slip.day"
        case Income():
            return "pages.slip.income"
        case _:
            return "pages.slip.optional" if ask.optional else ""


def _ticks(canvas: Canvas, words: Words, ask: Ask, field: OneOf, x: float, foot: float, w: float) -> None:
    said = [_option(words, ask, value) for value in field.values]
    size = 3.0
    wide = sum(canvas.width(one, size) for one in said)
    side = 3.2
    room = w - len(said) * (side + 1.4)
    size *= min(1, (room - 2 * (len(said) - 1)) / wide)
    apart = min(5.0, max(2.0, (room - wide) / max(1, len(said) - 1)))
    for one in said:
        _box(canvas, x, foot - 2.7, side)
        canvas.text(x + side + 1.4, foot, one, size, INK)
        x += side + 1.4 + canvas.width(one, size) + apart


def _option(words: Words, ask: Ask, value: str) -> str:
    """An option without a price: prices change, paper stays."""
    for part in ("named", "option"):
        if (key := f"registration.{ask.name}.{part}.{value}") in words.texts:
            return words.text(key)
    raise KeyError(f"registration.{ask.name} has no text for its option {value}")


def _boxes(canvas: Canvas, x: float, foot: float, groups: tuple[int, ...], w: float, h: float) -> None:
    """A box a digit, in the groups in which the number is read out."""
    for group in groups:
        for _ in range(group):
            ring(canvas, x, foot - h + 1, w, h, CUT)
            x += w
        x += 2.4


def _box(canvas: Canvas, x: float, y: float, side: float) -> None:
    ring(canvas, x, y, side, side, INK)


def _scissors(canvas: Canvas, x: float, y: float) -> None:
    for turn in (-1, 1):
        disc(canvas, x - 1.6, y + turn * 1.25, 1.25, CUT)
        disc(canvas, x - 1.6, y + turn * 1.25, 0.75, WHITE)
        canvas.line((x - 0.7, y + turn * 0.7), (x + 4.4, y - turn * 1.5), CUT, 0.5)
