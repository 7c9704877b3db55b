"""A volunteer's posters on the page: drawn for those who are active, once for everybody, and not by the thousand."""

from __future__ import annotations

import io
import re

import pytest
import zxingcpp
from PIL import Image

from bot.public import poster
from conversations.rules.codes import VOLUNTEER
from tests.bot import relawan
from tests.bot.relawan import RATNA
from tests.bot.town import Town


async def test_the_page_shows_every_file_and_each_is_what_it_says(town: Town) -> None:
    await relawan.active(town.services)
    visitor = town.visitor()
    page = (await visitor.get(f"/r/{RATNA}/poster")).text
    for size, kind, begins in (("a4", "pdf", b"%PDF-"), ("a6", "pdf", b"%PDF-"), ("square", "png", b"\x89PNG")):
        assert f'href="/r/{RATNA}/poster/{size}.{kind}"' in page
        file = await visitor.get(f"/r/{RATNA}/poster/{size}.{kind}")
        assert (file.status_code, file.content[: len(begins)]) == (200, begins)
        assert f'filename="{RATNA}-{size}.{kind}"' in file.headers["content-disposition"]  # a code, never a name
    small = [await visitor.get(path) for path in re.findall(r'<img src="(/r/[^"]+/small)"', page)]
    assert [answer.content[:4] for answer in small] == [b"\x89PNG"] * 4
    assert (
        sum(len(answer.content) for answer in small) < 400_000
    )  # to look at on a telephone, before anything is chosen
    assert [one.text for one in zxingcpp.read_barcodes(Image.open(io.BytesIO(file.content)).convert("RGB"))] == [
        f"{town.services.settings.base_url}/r/{RATNA}"
    ]


@pytest.mark.parametrize("state", ["paused", "ended", "invited"])
async def test_who_is_not_active_has_no_poster(town: Town, state: str) -> None:
    await relawan.active(town.services, state=state)
    assert (await town.visitor().get(f"/r/{RATNA}/poster")).headers["location"] == "/"
    assert (await town.visitor().get(f"/r/{RATNA}/poster/a6.png")).status_code == 404


@pytest.mark.parametrize("name", ["a3.pdf", "a6.svg", "a6", "..%2fa6.pdf"])
async def test_there_are_no_other_files(town: Town, name: str) -> None:
    await relawan.active(town.services)
    assert (await town.visitor().get(f"/r/{RATNA}/poster/{name}")).status_code == 404


async def test_a_file_is_drawn_once_until_something_on_it_changes(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    await relawan.active(town.services)
    drawings: list[str] = []
    real = poster.make

    def counted(said: object, *more: object) -> bytes:
        drawings.append(str(more[1]))
        return real(said, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(poster, "make", counted)
    for _ in range(3):
        await town.visitor().get(f"/r/{RATNA}/poster/a6.pdf")
    await town.visitor().get(f"/r/{RATNA}/poster/slip.pdf")
    assert drawings == ["a6", "slip"]


async def test_nobody_makes_us_draw_all_day(town: Town) -> None:
    await relawan.active(town.services)
    visitor = town.visitor()
    answers = [await visitor.get(f"/r/{RATNA}/poster/a6.pdf") for _ in range(42)]
    assert [answer.status_code for answer in answers] == [200] * 40 + [503] * 2
    assert (await town.visitor("36.68.0.8").get(f"/r/{RATNA}/poster/a6.pdf")).status_code == 200


async def test_codes_cannot_be_tried_on_posters_instead(town: Town) -> None:
    await relawan.active(town.services)
    visitor = town.visitor("36.68.0.9")
    for number in range(10):
        await visitor.get(f"/r/{VOLUNTEER.make(number)}/poster")
    assert (await visitor.get(f"/r/{RATNA}/poster")).status_code == 303
    assert "Ratna" not in (await visitor.get(f"/r/{RATNA}")).text
