"""News from the desk: looked at before it goes, kept inside the writer's area, by day, stopped half-way."""

from __future__ import annotations

from bot.news import send_news
from storage import broadcasts
from tests.bot.town import SITI, Phone, Town, send

HERE = "/admin/news"


async def real(town: Town) -> None:
    await Phone(town.visitor()).signs_up(SITI)
    async with town.services.db.writing() as tx:
        await tx.rows("UPDATE applications SET simulated = $1", (False,))


async def test_news_is_looked_at_counted_sent_and_heard(town: Town) -> None:
    await real(town)
    ratna = await town.member()
    written = await send(ratna, HERE, seen_on=HERE, text_id="Posko di balai RW 5, Sabtu jam 9.", whom="waiting")
    where = written.headers["location"]
    page = await ratna.get(where)
    assert "Posko di balai RW 5" in page.text
    assert "Ketik *BERHENTI*" in page.text
    assert "Akan sampai ke 1 chat" in page.text
    await send(ratna, f"{where}/start", seen_on=where)
    async with town.services.db.reading() as tx:
        [one] = await broadcasts.newest(tx)
    told = one.sent or await send_news(town.services, town.clock())
    assert told == 1
    assert "Selesai" in (await ratna.get(where)).text
    assert "mengirim" in (await ratna.get("/admin/audit")).text


async def test_nothing_is_sent_at_night(town: Town) -> None:
    await real(town)
    town.clock.passes(hours=(22 - town.clock().astimezone(town.services.settings.zone).hour) % 24)
    ratna = await town.member()
    written = await send(ratna, HERE, seen_on=HERE, text_id="Posko buka.")
    await send(ratna, f"{written.headers['location']}/start", seen_on=written.headers["location"])
    assert await send_news(town.services, town.clock()) == 0


async def test_what_is_missing_is_said_and_what_was_typed_stays(town: Town) -> None:
    ratna = await town.member()
    page = await send(ratna, HERE, seen_on=HERE, text_id="", text_en="Come by", cap="banyak")
    assert page.status_code == 422
    assert "belum diisi" in page.text
    assert "Come by" in page.text


async def test_a_coordinator_writes_to_their_own_area_only(town: Town) -> None:
    joko = await town.member("coordinator", "joko", area="31.71")
    refused = await send(joko, HERE, seen_on=HERE, text_id="Halo", area="31.75")
    assert refused.status_code == 422
    written = await send(joko, HERE, seen_on=HERE, text_id="Halo")
    async with town.services.db.reading() as tx:
        [one] = await broadcasts.newest(tx)
    assert one.audience.area == "31.71"
    dewi = await town.member("coordinator", "dewi", area="31.75")
    assert (await dewi.get(written.headers["location"])).status_code == 404
