"""What each platform has of its own, by a real process: NIKs deleted and blanked, statuses, hidden numbers, windows."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import aiohttp

from tests.doubles.telegram_server import TelegramServer
from tests.doubles.twilio_people import Person
from tests.doubles.twilio_server import TwilioServer
from tests.end_to_end.served import Served, free_port, polling, serving, twilios

NIK = "3174055708950003"
UP_TO_THE_NIK = ("daftar", "dibantu", "setuju", "tidak ada yang cocok", "Siti Aminah")


async def typed(person: Person, *texts: str) -> str:
    """Say these, one after another; the last answer."""
    heard = ""
    for text in texts:
        person.says(text)
        heard = (await person.hears(20)).text
    return heard


async def counted(served: Served, outcome: str) -> float:
    """How many sends on WhatsApp came to this, by the metrics."""
    _, metrics = await served.get("/metrics")
    found = re.search(rf'taruna_sends_total{{channel="whatsapp",outcome="{outcome}"}} (\S+)', metrics)
    return float(found[1]) if found else 0.0


async def until(served: Served, outcome: str, count: float) -> None:
    for _ in range(200):
        if await counted(served, outcome) >= count:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{outcome}: {await counted(served, outcome)}, not {count}")


async def test_telegram_deletes_the_message_with_the_nik_and_no_other(tmp_path: Path) -> None:
    async with TelegramServer() as telegram, serving(tmp_path, polling(telegram)):
        siti = telegram.person("Siti Aminah")
        for text in UP_TO_THE_NIK:
            siti.says(text)
            await siti.hears(20)
        nik = siti.says(NIK)
        assert "3174••••••••0003" in (await siti.hears(20)).text
        assert nik.deleted
        assert [line.text for line in siti.seen if not line.mine] == list(UP_TO_THE_NIK)


async def test_whatsapp_blanks_a_nik_that_was_typed_anyway(tmp_path: Path) -> None:
    async with TwilioServer() as twilio, serving(tmp_path, twilios(twilio, free_port())):
        siti = twilio.person("Siti Aminah")
        assert "/isi/" in await typed(siti, *UP_TO_THE_NIK)
        sid = siti.says(f"ini nik saya {NIK}")
        assert "/isi/" in (await siti.hears(20)).text
        assert twilio.messages[sid]["body"] == ""
        assert NIK not in str([message["body"] for message in twilio.messages.values()])


async def test_statuses_that_come_late_doubled_or_reversed_change_nothing_that_was_said(tmp_path: Path) -> None:
    async with TwilioServer() as twilio, serving(tmp_path, twilios(twilio, free_port())) as served:
        siti = twilio.person("Siti Aminah")
        twilio.reads = True
        for order in ("reversed", "doubled", "held"):
            twilio.hooks.callbacks = order
            assert await typed(siti, "menu")
        await twilio.hooks.release()
        await until(served, "callback_read", 3)
        assert await siti.hears_nothing()
        assert {status for url, status in twilio.hooks.answers if "/whatsapp/status" in url} == {200}


async def test_somebody_who_hides_their_number_signs_up_and_is_answered_at_their_id(tmp_path: Path) -> None:
    async with TwilioServer() as twilio, serving(tmp_path, twilios(twilio, free_port())) as served:
        ana = twilio.person("Ana Lestari", hidden=True)
        assert "/isi/" in await typed(ana, *UP_TO_THE_NIK)
        assert {given["To"] for name, given in twilio.calls if name == "create"} == {ana.scoped_id}
        assert ana.scoped_id not in served.said() and "ID." not in served.said()


async def test_outside_the_window_a_notice_waits_until_they_write(tmp_path: Path) -> None:
    """The secure form is filled in after the window closed: its answer is held, and is all that a greeting brings."""
    async with TwilioServer() as twilio, serving(tmp_path, twilios(twilio, free_port())) as served:
        siti = twilio.person("Siti Aminah")
        asked = await typed(siti, *UP_TO_THE_NIK)
        link = re.search(r"/isi/\S+", asked)
        assert link
        siti.window_until = 0
        status, _ = await served.post(link[0], f"answer={NIK}".encode(), **{
            "Content-Type": "application/x-www-form-urlencoded"
        })  # fmt: skip
        assert status == 200
        await until(served, "callback_held", 1)
        assert await siti.hears_nothing()
        siti.says("halo")
        assert "3174••••••••0003" in (await siti.hears(20)).text
        assert await siti.hears_nothing()


FORM_OF_SITI = (
    *("daftarkan orang lain", "Siti", "ya", "dibantu", "setuju", "1", "Siti Aminah"),
    *("17-8-1995", "perempuan", "Klender", "rw 5", "lewati", "lewati", "pedagang sayur", "lewati", "2 juta"),
    *("2 program", "3 bulan", "ya", "kirim", "cetak"),
)
BEFORE_THE_NIK = FORM_OF_SITI.index("Siti Aminah") + 1


async def test_on_telegram_the_receipt_comes_as_a_picture_and_then_as_a_document(tmp_path: Path) -> None:
    async with TelegramServer() as telegram, serving(tmp_path, polling(telegram)):
        ratna = telegram.person("Ratna Dewi")
        for text in (*FORM_OF_SITI[:BEFORE_THE_NIK], NIK, *FORM_OF_SITI[BEFORE_THE_NIK:]):
            ratna.says(text)
            line = await ratna.hears(20)
            if line.text == "✓":  # the contact keyboard is put away
                line = await ratna.hears(20)
        assert line.file is not None
        assert (line.file.kind, line.file.content[:4]) == ("photo", b"\x89PNG")
        ratna.taps("PDF struk 58 mm")
        line = await ratna.hears(20)
        assert line.file is not None
        assert (line.file.kind, line.file.content[:5]) == ("document", b"%PDF-")
        assert re.fullmatch(r"TK-\w{4}-\w{4}-\w-58mm\.pdf", line.file.name)
        assert "Tanda terima Siti, struk 58 mm." in line.text
        assert "PDF kertas A6" in line.buttons


async def test_on_whatsapp_the_receipt_is_fetched_from_an_address_that_says_nothing(tmp_path: Path) -> None:
    async with TwilioServer() as twilio, serving(tmp_path, twilios(twilio, free_port())):
        ratna = twilio.person("Ratna Dewi")
        asked = await typed(ratna, *FORM_OF_SITI[:BEFORE_THE_NIK])
        link = re.search(r"https?://\S+/isi/\S+", asked)
        assert link
        async with aiohttp.ClientSession() as browser, browser.post(link[0], data={"answer": NIK}) as filled:
            assert filled.status == 200
        await ratna.hears(20)
        words = await typed(ratna, *FORM_OF_SITI[BEFORE_THE_NIK:])
        picture = ratna.chat[-1]
        assert (picture.media_type, picture.file[:4]) == ("image/png", b"\x89PNG")
        assert "Ini tanda terima *Siti*" in words
        assert "1. PDF kertas A6" in words
        assert await typed(ratna, "1") == ""  # of a document's words WhatsApp shows none
        document = ratna.chat[-1]
        assert (document.media_type, document.file[:5]) == ("application/pdf", b"%PDF-")
        assert document.file_address.endswith("/tanda-terima-a6.pdf")
        assert not re.search(r"TK-|Siti", picture.file_address + document.file_address)
        assert "Ada yang bisa saya bantu" in await typed(ratna, "1")  # there were no buttons under it
