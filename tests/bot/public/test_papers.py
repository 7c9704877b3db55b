"""Where a receipt is fetched: an address nobody reads, changes or keeps, and a file that names nobody in its name."""

from __future__ import annotations

import base64
import io

import pytest
import zxingcpp
from PIL import Image

from bot.papers import link
from conversations.printing import SIZES
from conversations.turn import Paper
from storage import people
from tests.bot.town import SITI, Phone, Town

TOO_MANY = 45  # files from one address within a minute


async def printed(town: Town, size: str = "picture") -> tuple[str, dict[str, str]]:
    """Somebody signs up and asks for their receipt; its number, and the file that came along."""
    phone = Phone(town.visitor())
    receipt = await phone.signs_up(SITI)
    await phone.send(text="cetak")
    (heard,) = await phone.send(tap={"step": "!", "value": f"print:{receipt}/{size}"})
    return receipt, heard["file"]


async def test_in_the_simulator_the_receipt_is_a_picture_to_look_at_and_its_code_reads(town: Town) -> None:
    receipt, file = await printed(town)
    assert (file["kind"], file["name"]) == ("image/png", f"{receipt}.png")
    answer = await town.visitor().get(file["href"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.content)).convert("RGB"))
    assert code.text == f"{town.services.settings.base_url}/cek#{receipt}"


@pytest.mark.parametrize("size", [size for size in SIZES if size != "picture"])
async def test_a_pdf_is_called_by_its_number_and_is_not_kept_on_the_way(town: Town, size: str) -> None:
    receipt, file = await printed(town, size)
    answer = await town.visitor().get(file["href"])
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-disposition"] == f'inline; filename="{receipt}-{size}.pdf"'
    assert answer.headers["cache-control"] == "no-store"


async def test_nothing_can_be_read_in_an_address_and_it_ends_after_an_hour(town: Town) -> None:
    receipt, file = await printed(town)
    token = file["href"].split("/")[2]
    opened = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    for known in (receipt, receipt.replace("-", ""), "Siti", "picture"):
        assert known not in file["href"]
        assert known.encode() not in opened
    town.clock.passes(minutes=59)
    assert (await town.visitor().get(file["href"])).status_code == 200
    town.clock.passes(minutes=2)
    assert (await town.visitor().get(file["href"])).status_code == 404


async def test_an_address_that_was_changed_or_made_up_leads_nowhere(town: Town) -> None:
    _, file = await printed(town)
    token = file["href"].split("/")[2]
    middle = len(token) // 2
    changed = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
    for one in (
        changed,
        token[:-4],
        token + "AAAA",
        "x",
        "A" * 400,
        "%C3%A9",
        base64.urlsafe_b64encode(b"\1").decode(),
    ):
        assert (await town.visitor().get(f"/kertas/{one}/tanda-terima.png")).status_code == 404, one


async def test_a_receipt_of_nobody_is_not_there(town: Town) -> None:
    token = link.write(town.services.keyring, Paper("TK-0000-0000-0", "a6"), town.clock())
    assert (await town.visitor().get(f"/kertas/{token}/tanda-terima.pdf")).status_code == 404


async def test_who_was_forgotten_has_no_receipt_any_more(town: Town) -> None:
    _, file = await printed(town)
    async with town.services.db.writing() as tx:
        [(person_id,)] = await tx.rows("SELECT person_id FROM applications")
        await people.erase(tx, town.services.keyring, person_id, town.clock())
    assert (await town.visitor().get(file["href"])).status_code == 404


async def test_nobody_makes_us_draw_all_day(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.papers.printer.make", lambda said, size: b"drawn")
    _, file = await printed(town)
    visitor = town.visitor()
    answers = [await visitor.get(file["href"]) for _ in range(TOO_MANY)]
    assert [answer.status_code for answer in answers] == [200] * 40 + [503] * (TOO_MANY - 40)


async def test_the_check_page_takes_the_number_from_behind_the_sign_that_no_server_hears(town: Town) -> None:
    assert "check.js" in (await town.visitor().get("/cek")).text
