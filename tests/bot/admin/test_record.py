"""The record: everything that was seen and done, in words, found by who, what and which application."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

import bot
from bot.admin.permissions import PERMISSIONS
from bot.admin.record import ACTIONS, PAGE
from locales import LANGUAGES, catalogue
from storage import audit
from tests.bot.town import Phone, Town, send, sign_in

ROOT = Path(bot.__file__).parent


def lines(page: httpx.Response) -> list[str]:
    """What the record says, newest first, without who and when."""
    return re.findall(r'<span class="what">(?:<a[^>]*>)?([^<]+)', page.text)


async def test_the_record_tells_in_words_what_was_done(town: Town) -> None:
    receipt = await Phone(town.visitor()).signs_up()
    ratna = await town.member()
    await send(ratna, f"/admin/applications/{receipt}/reveal")
    await send(ratna, f"/admin/applications/{receipt}/approval", version="1")
    page = await ratna.get("/admin/audit")
    assert lines(page) == [f"Menyetujui {receipt}", f"Membuka data {receipt}", "Masuk"]
    assert "24 Nov 2026, 10:00:00" in page.text
    assert "Ratna Dewi" in page.text
    assert f'<a href="/admin/applications/{receipt}">' in page.text


async def test_the_record_is_narrowed_by_who_what_and_which(town: Town) -> None:
    first, second = [await Phone(town.visitor()).signs_up() for _ in range(2)]
    ratna, dewi = await town.member(login="ratna"), await town.member("reviewer", login="dewi")
    await send(ratna, f"/admin/applications/{first}/reveal")
    await send(dewi, f"/admin/applications/{second}/reveal")
    await sign_in(town.visitor(), "mallory")
    loosely = second.lower().replace("-", " ")
    for query, found in (
        ("who=dewi", [f"Membuka data {second}", "Masuk"]),
        ("what=application", [f"Membuka data {second}", f"Membuka data {first}"]),
        (f"receipt={loosely}", [f"Membuka data {second}"]),
        (f"who=ratna&receipt={second}", []),
        ("what=login&who=somebody", ["Mencoba masuk dengan nama yang tidak dikenal"]),
        ("who=%27%3B--&what=x", []),
        ("before=x&what=nothing", lines(await ratna.get("/admin/audit"))),
    ):
        assert lines(await ratna.get(f"/admin/audit?{query}")) == found, query


async def test_a_long_record_comes_in_pages_that_miss_nothing(town: Town) -> None:
    ratna = await town.member()
    async with town.services.db.writing() as tx:
        for n in range(2 * PAGE):
            await audit.append(
                tx, actor="dewi", action="export.taken", subject="export:csv", facts={"rows": n}, at=town.clock()
            )
    seen, address = [], "/admin/audit?what=export"
    for _ in range(3):
        page = await ratna.get(address)
        seen += lines(page)
        more = re.search(r'href="([^"]*before=[0-9]+)"', page.text)
        if not more:
            break
        address = more[1].replace("&amp;", "&")
    assert seen == [f"Mengunduh {n} pendaftaran" for n in reversed(range(2 * PAGE))]


@pytest.mark.parametrize("action", ["payment.noted", "application.unheard", "odd"])
async def test_what_a_later_version_wrote_is_still_shown(town: Town, action: str) -> None:
    async with town.services.db.writing() as tx:
        await audit.append(tx, actor="<b>x</b>", action=action, subject="<i>y</i>", facts={}, at=town.clock())
    page = await (await town.member("auditor")).get("/admin/audit")
    assert lines(page)[-1] == f"{action} &lt;i&gt;y&lt;/i&gt;"
    assert "<b>x</b>" not in page.text


def test_everything_the_program_writes_down_has_words() -> None:
    """Every "kind.what" in a file that writes to the record, but for what the table of permissions calls so."""
    writers = [text for path in ROOT.rglob("*.py") if "audit.append" in (text := path.read_text())]
    kinds = "|".join(ACTIONS)
    written = {found for text in writers for found in re.findall(rf"[\"']((?:{kinds})\.(?!html)[a-z_]+)[\"']", text)}
    known = {f"{kind}.{what}" for kind, whats in ACTIONS.items() for what in whats}
    assert {"staff.invited", "login.resting", "batch.sealed", "parked.set_aside"} <= written
    assert written - set(PERMISSIONS) <= known
    for language in LANGUAGES:
        assert {f"admin.record.kind.{kind}" for kind in ACTIONS} <= set(catalogue(language))
        assert {f"admin.audit.{action}" for action in known} <= set(catalogue(language))
