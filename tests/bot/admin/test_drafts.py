"""Who stopped half-way: seen without a name, reminded once, by day, and only with their consent."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from bot.upkeep import Upkeep
from conversations.hours import by_day, is_day
from storage import drafts
from tests.bot.town import BUDI, SILENCE, SITI, Phone, Town, send

HERE = "/admin/dashboard/stuck?channel=made_up"
AGREES = SITI[:-1]  # everything but sending it in


def who(page: httpx.Response) -> list[str]:
    return re.findall(r'<span class="name">(.*?)</span>', page.text)


def ready(page: httpx.Response) -> dict[str, str]:
    """The reminding form's fields."""
    found = re.search(r'action="/admin/dashboard/stuck/nudge"(.*?)</form>', page.text, re.DOTALL)
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', found[1])) if found else {}


async def wakes(town: Town) -> None:
    await Upkeep(town.services, None)._wake_due()


async def reminds(town: Town, member: httpx.AsyncClient, step: str = "confirm") -> httpx.Response:
    fields = ready(await member.get(f"{HERE}&step={step}"))
    return await member.post("/admin/dashboard/stuck/nudge", data=fields)


async def test_who_stopped_is_shown_by_a_masked_first_name_newest_first(town: Town) -> None:
    await Phone(town.visitor()).says(*SITI[:5])
    town.clock.passes(days=1)
    await Phone(town.visitor()).says(*BUDI[:5])
    await Phone(town.visitor()).says(*SITI[:3])
    town.clock.passes(hours=3)
    page = await (await town.member()).get(f"{HERE}&step=nik")
    assert who(page) == ["B•••", "S•••"]
    assert "3 jam yang lalu" in page.text or "2 jam yang lalu" in page.text
    assert not re.search("Siti|Budi|Santoso|Aminah", page.text)
    assert ready(page) == {}
    assert "Belum setuju diingatkan" in page.text


async def test_who_agreed_is_reminded_once_and_goes_on_where_they_were(town: Town) -> None:
    phone = Phone(town.visitor())
    await phone.says(*AGREES)
    town.clock.passes(hours=30)
    ratna = await town.member()
    answer = await reminds(town, ratna)
    assert "1 orang akan diingatkan" in (await ratna.get(answer.headers["location"])).text
    await wakes(town)
    heard = await phone.hear()
    assert len(heard) == 1
    assert "pendaftaran Kakak belum selesai" in heard[0]["text"]
    assert "BERHENTI" in heard[0]["text"]
    assert ready(await ratna.get(f"{HERE}&step=confirm")) == {}
    await wakes(town)
    assert await phone.hears_nothing()
    assert "TK-" in await phone.says("kirim")


async def test_a_reminder_does_not_make_a_draft_younger(town: Town) -> None:
    await Phone(town.visitor()).says(*AGREES)
    town.clock.passes(days=3)
    async with town.services.db.reading() as tx:
        before = await tx.rows("SELECT touched_at FROM sessions")
    await reminds(town, await town.member())
    await wakes(town)
    async with town.services.db.reading() as tx:
        assert await tx.rows("SELECT touched_at FROM sessions") == before


@pytest.mark.parametrize("then", ["kirim", "halo", "BERHENTI"])
async def test_who_wrote_since_or_wants_no_reminders_hears_nothing(town: Town, then: str) -> None:
    phone = Phone(town.visitor())
    await phone.says(*AGREES)
    town.clock.passes(hours=14)  # midnight in Jakarta: it waits for the morning
    await reminds(town, await town.member())
    town.clock.passes(hours=1)
    await phone.says(then)
    await phone.hear(SILENCE)
    town.clock.passes(hours=12)
    await wakes(town)
    assert [m for m in await phone.hear(SILENCE) if "belum selesai" in m["text"]] == []


async def test_nobody_is_reminded_at_night(town: Town) -> None:
    phone = Phone(town.visitor())
    await phone.says(*AGREES)
    town.clock.passes(hours=12)  # ten in the evening in Jakarta
    ratna = await town.member()
    assert "25 Nov 2026, 08:00" in (await ratna.get(f"{HERE}&step=confirm")).text
    await reminds(town, ratna)
    await wakes(town)
    assert await phone.hears_nothing()
    town.clock.passes(hours=22)  # nobody looked by day, and it is evening again
    await wakes(town)
    assert await phone.hears_nothing()
    town.clock.passes(hours=13)
    await wakes(town)
    assert len(await phone.hear()) == 1


async def test_only_those_the_page_may_remind_are_reminded_whatever_a_form_says(town: Town) -> None:
    phone = Phone(town.visitor())
    await phone.says(*SITI[:5])
    town.clock.passes(hours=2)
    ratna = await town.member()
    for chosen in ("1 2 3 99999999999999999", "x"):
        answer = await send(ratna, "/admin/dashboard/stuck/nudge", step="nik", channel="made_up", drafts=chosen)
        assert answer.headers["location"].endswith("nudged=0")
    async with town.services.db.reading() as tx:
        assert await tx.rows("SELECT COUNT(*) FROM scheduled") == [(0,)]


async def test_each_reminder_is_written_down(town: Town) -> None:
    await Phone(town.visitor()).says(*AGREES)
    town.clock.passes(hours=2)
    ratna = await town.member()
    await reminds(town, ratna)
    assert "Mengingatkan yang macet" in (await ratna.get("/admin/audit?what=draft")).text


async def test_a_long_list_is_looked_through_piece_by_piece(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "LOOKED_AT", 3)
    for answers in (SITI[:5], SITI[:3], SITI[:3], SITI[:3], BUDI[:5]):
        await Phone(town.visitor()).says(*answers)
        town.clock.passes(hours=2)
    ratna = await town.member()
    page = await ratna.get(f"{HERE}&step=nik")
    assert who(page) == ["B•••"]
    further = re.search(r'href="([^"]*after=[^"]*)"', page.text)
    assert further
    assert who(await ratna.get(further[1].replace("&amp;", "&"))) == ["S•••"]


JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.mark.parametrize(
    ("now", "sent"),
    [
        ("2026-11-24T07:59", "2026-11-24T08:00"),
        ("2026-11-24T08:00", "2026-11-24T08:00"),
        ("2026-11-24T19:59", "2026-11-24T19:59"),
        ("2026-11-24T20:00", "2026-11-25T08:00"),
    ],
)
def test_one_writes_between_eight_and_eight(now: str, sent: str) -> None:
    here = datetime.fromisoformat(now).replace(tzinfo=JAKARTA)
    assert by_day(here, JAKARTA) == datetime.fromisoformat(sent).replace(tzinfo=JAKARTA)
    assert is_day(here, JAKARTA) == (now == sent)
    assert is_day(by_day(here, JAKARTA) + timedelta(minutes=0), JAKARTA)
