"""The pages anybody may open: where to begin, how far a receipt has come, what happens to one's data."""

from __future__ import annotations

import re
from datetime import date

import pytest

from conversations.rules import receipts
from storage import applications, memberships
from storage.memberships import Membership
from tests.bot.town import Phone, Town, send

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'"


async def test_the_front_page_leads_to_the_chats_that_are_open(town: Town) -> None:
    page = await town.visitor().get("/")
    assert 'href="/coba"' in page.text
    assert "Rp8.400" in page.text  # the cheapest contribution of this month, discount included
    town.clock.passes(days=60)
    assert "Rp16.800" in (await town.visitor().get("/")).text


async def test_a_receipt_shows_how_far_it_has_come_and_nothing_else(town: Town) -> None:
    receipt = await Phone(town.visitor()).signs_up()
    visitor = town.visitor()
    waiting = await visitor.post("/cek", data={"receipt": receipt.lower().replace("-", " ")})
    assert "menunggu diperiksa" in waiting.text
    await send(await town.member(), f"/admin/applications/{receipt}/approval", version="1")
    approved = await visitor.post("/cek", data={"receipt": receipt})
    assert "sudah diperiksa" in approved.text
    assert not re.search("Siti|Aminah|Klender|3174", waiting.text + approved.text)


async def test_a_members_receipt_shows_that_they_are_late_and_not_since_when(town: Town) -> None:
    receipt = await Phone(town.visitor()).signs_up()
    async with town.services.db.writing() as tx:
        one = await applications.one(tx, town.services.keyring, receipt)
        assert one is not None
        said = Membership(one.id, one.person_id, "active", town.clock(), paid_until=date(2026, 12, 31))
        await memberships.put(tx, town.services.keyring, said)
        await tx.rows("UPDATE applications SET state = 'active' WHERE receipt = $1", (receipt,))
    protected = await town.visitor().post("/cek", data={"receipt": receipt})
    town.clock.passes(days=40)
    late = await town.visitor().post("/cek", data={"receipt": receipt})
    assert "terlindungi menurut daftar kantor cabang" in protected.text
    assert "masa perlindungannya habis" in late.text
    assert not re.search("Siti|Aminah|2027|Desember", late.text)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (receipts.make(12345), "tidak ada di catatan kami"),
        ("TK-0000-0000-7", "tidak cocok"),
        ("", "tidak cocok"),
        ("<b>x</b>", "tidak cocok"),
    ],
)
async def test_what_is_no_receipt_of_ours_is_told_apart(town: Town, typed: str, said: str) -> None:
    answer = await town.visitor().post("/cek", data={"receipt": typed})
    assert said in answer.text
    assert "<b>x" not in answer.text


async def test_receipts_cannot_be_guessed_by_the_thousand(town: Town) -> None:
    guesser = town.visitor("36.68.0.9")
    statuses = [(await guesser.post("/cek", data={"receipt": "x"})).status_code for _ in range(12)]
    assert statuses == [200] * 10 + [429] * 2
    assert (await town.visitor("36.68.0.10").post("/cek", data={"receipt": "x"})).status_code == 200


async def test_the_privacy_notice_says_who_what_why_and_how_long(town: Town) -> None:
    page = (await town.visitor().get("/privasi")).text
    for said in ("Karang Taruna DKI Jakarta", "NIK", "30 hari", "5 tahun", "HAPUS DATA", "luar negeri"):
        assert said in page
    assert "{our_" not in page


async def test_every_page_forbids_inline_code_and_framing(town: Town) -> None:
    visitor = town.visitor()
    for path in ("/", "/coba", "/cek", "/privasi", "/r/x", "/admin/login", "/nowhere", "/isi/" + "A" * 22):
        answer = await visitor.get(path)
        assert answer.headers["content-security-policy"].startswith(POLICY), path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|<[^>]+\son[a-z]+=", answer.text), path


async def test_only_the_front_pages_may_be_indexed(town: Town) -> None:
    visitor = town.visitor()
    robots = {path: (await visitor.get(path)).headers["x-robots-tag"] for path in ("/", "/privasi", "/cek", "/coba")}
    assert robots == {"/": "all", "/privasi": "all", "/cek": "noindex", "/coba": "noindex"}


async def test_files_are_kept_for_ever_and_change_their_names_with_their_content(town: Town) -> None:
    visitor = town.visitor()
    page = (await visitor.get("/coba")).text
    files = re.findall(r'"(/static/[0-9a-f]{10}/[a-z.]+)"', page)
    assert {file.rpartition("/")[2] for file in files} == {"taruna.css", "chat.css", "coba.js", "taruna.svg"}
    for file in files:
        answer = await visitor.get(file)
        assert (answer.status_code, "immutable" in answer.headers["cache-control"]) == (200, True)
    weights = [len((await visitor.get(file)).content) for file in set(files)]
    assert sum(weights) + len(page.encode()) < 60_000


@pytest.mark.parametrize("name", ["page.py", "..%2fpage.py", "%2e%2e%2fpage.py", "nothing.css", "taruna.css%00"])
async def test_no_other_file_is_served(town: Town, name: str) -> None:
    assert (await town.visitor().get(f"/static/0000000000/{name}")).status_code == 404


@pytest.mark.parametrize(
    ("accepts", "query", "language"),
    [
        ("id-ID,id;q=0.9,en;q=0.8", "", "id"),
        ("en-GB,en;q=0.9", "", "en"),
        ("en,id;q=0.5", "", "id"),
        ("fr", "", "id"),
        ("", "", "id"),
        ("id", "?lang=en", "en"),
        ("en", "?lang=xx", "en"),
    ],
)
async def test_a_page_speaks_the_readers_language(town: Town, accepts: str, query: str, language: str) -> None:
    page = await town.visitor(**{"accept-language": accepts}).get(f"/{query}")
    assert f'<html lang="{language}">' in page.text


async def test_a_language_once_chosen_is_remembered(town: Town) -> None:
    visitor = town.visitor()
    await visitor.get("/?lang=en")
    assert '<html lang="en">' in (await visitor.get("/cek")).text


async def test_a_page_that_is_not_there_says_where_to_go(town: Town) -> None:
    answer = await town.visitor().get("/tidak-ada")
    assert (answer.status_code, 'href="/"' in answer.text) == (404, True)
    assert "Halaman ini tidak ada" in answer.text
    assert (await town.visitor().post("/privasi")).status_code == 405


async def test_more_than_a_page_takes_is_refused_at_the_door(town: Town) -> None:
    answer = await town.visitor().post(
        "/cek", content=b"receipt=" + b"x" * 70_000, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 413

    async def drops() -> object:  # no length declared: counted while it arrives
        for _ in range(70):
            yield b"x" * 1000

    streamed = await town.visitor().post("/coba/messages", content=drops())  # type: ignore[arg-type]
    assert streamed.status_code == 413
