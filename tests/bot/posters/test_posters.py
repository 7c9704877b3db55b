"""Posters and slips: the code reads from every file, all stays on the paper, and the slip asks what the chat asks."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from bot.house import build_house
from bot.posters import poster, slip
from bot.posters.canvas import Pdf, Weight
from bot.posters.making import KINDS, SIZES, Kind, Size, make
from bot.posters.said import Said, said_for
from conversations.form import Ask
from conversations.registration import registration
from storage.volunteers import Volunteer
from tests.bot.leaf import words_of
from tests.bot.relawan import KLENDER, RATNA

BASE = "https://daftar.karangtaruna-jakarta.example"
LINK = f"{BASE}/r/{RATNA}"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
WORDS = build_house().words
SITI = Volunteer(1, RATNA, "active", "Siti Aminah", KLENDER, "5", None, None, None, NOW, NOW, NOW)
LONG = replace(SITI, name="Hj. " + "Nur'aini Rahmawati Kusumaningtyas " * 3, area_code="31.72.06.1002", rw="40")


def drawn(size: Size, kind: Kind, who: Volunteer = SITI, language: str = "id") -> bytes:
    return make(said_for(who, BASE, WORDS[language]), WORDS[language], size, kind)


def pictured(file: bytes, kind: Kind) -> Image.Image:
    if kind == "png":
        return Image.open(io.BytesIO(file)).convert("RGB")
    pdf = pypdfium2.PdfDocument(file)
    picture = pdf[0].render(scale=4).to_pil().convert("RGB")
    pdf.close()
    return picture


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_code_in_every_file_reads_as_the_link(size: Size, kind: Kind) -> None:
    picture = pictured(drawn(size, kind), kind)
    found = zxingcpp.read_barcodes(picture)
    assert [one.text for one in found] == [LINK] * (2 if size == "slip" else 1)
    assert {one.ec_level for one in found} == {"Q"}


def test_a_poster_photographed_small_dirty_and_at_a_slant_still_reads() -> None:
    picture = pictured(drawn("a6", "png"), "png")
    drawing = ImageDraw.Draw(picture)
    drawing.ellipse((330, 950, 400, 1020), fill="#553311")  # coffee on the code
    small = picture.resize((picture.width // 2, picture.height // 2)).rotate(13, expand=True, fillcolor="#777777")
    assert [one.text for one in zxingcpp.read_barcodes(small)] == [LINK]


@pytest.mark.parametrize("size", ["a4", "a6", "square"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_poster_names_the_volunteer_the_link_and_says_to_press_send(size: Size, language: str) -> None:
    said = words_of(drawn(size, "pdf", language=language))
    for part in (
        "Siti Aminah",
        "RW 5, Klender",
        LINK.removeprefix("https://"),
        "KIRIM." if language == "id" else "SEND.",
    ):
        assert part in said, (part, said)
    assert "tidak menerima uang" in said or "take no money" in said


def test_files_have_the_size_of_their_paper() -> None:
    for size, (w, h) in {"a4": (210, 297), "a6": (105, 148.5), "square": (200, 200), "slip": (210, 297)}.items():
        pdf = pypdfium2.PdfDocument(drawn(size, "pdf"))  # type: ignore[arg-type]
        assert [round(side / 72 * 25.4, 1) for side in pdf[0].get_size()] == [w, h]
        pdf.close()


@dataclass
class Watched(Pdf):
    """A canvas that remembers where text was put."""

    texts: list[tuple[str, float, float, float]] = field(default_factory=list)

    def __init__(self, w: float, h: float) -> None:
        super().__init__(w, h, "watched", "id")
        self.texts = []

    def text(self, x: float, y: float, text: str, size: float, colour: str, weight: Weight = "Regular") -> None:
        self.texts.append((text, x, y, x + self.width(text, size, weight)))
        super().text(x, y, text, size, colour, weight)


@pytest.mark.parametrize("who", [SITI, LONG])
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("size", ["upright", "square", "slip"])
def test_nothing_leaves_the_paper_whoever_it_is_for(who: Volunteer, language: str, size: str) -> None:
    said: Said = said_for(who, BASE, WORDS[language])
    w, h = {"upright": poster.UPRIGHT, "square": poster.SQUARE, "slip": (slip.W, slip.H)}[size]
    watched = Watched(w, h)
    match size:
        case "upright":
            poster.upright(watched, said)
        case "square":
            poster.square(watched, said)
        case _:
            slip.slips(watched, said, WORDS[language])
    watched.bytes()
    edge = 11 if size == "slip" else 13
    assert [one for one in watched.texts if one[1] < edge or one[3] > w - edge + 1 or one[2] > h - 3] == []


def test_the_slip_asks_what_the_chat_asks_in_its_order_with_its_numbers() -> None:
    asked = [ask.name for ask in slip.questions()]
    listed = [step.name for step in registration.steps if isinstance(step, Ask) and step.listed]
    assert asked == [name for name in listed if name != "sector"]  # asked of some only, after their occupation
    said = words_of(drawn("slip", "pdf"))
    labels = [WORDS["id"].text(f"registration.{name}.name") for name in asked]
    places = [said.index(f"{number} {label}") for number, label in enumerate(labels, start=1)]
    assert places == sorted(places)
    assert "Setuju" not in said
    assert "Saya setuju data ini dikirim" in said


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_small_enough_for_a_slow_line(kind: Kind) -> None:
    for size in SIZES:
        assert len(drawn(size, kind)) < 400_000, size
