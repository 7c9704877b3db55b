"""The phone in the browser: real messages, remembered by the database, safe against what is not our page."""

from __future__ import annotations

import asyncio
import secrets
from datetime import timedelta

import pytest

from storage import applications, scheduled
from tests.bot.town import SITI, Phone, Town, open_town


async def test_what_is_said_is_answered_by_the_same_pipeline(town: Town) -> None:
    phone = Phone(town.visitor())
    (hello,) = await phone.send(open="")
    assert "Saya *Taruna*" in hello["text"]
    assert [choice["label"] for choice in hello["choices"]][:2] == ["Daftar", "Hitung iuran"]
    (asked,) = await phone.send(tap={"step": "!", "value": "register"})
    assert "cara yang mana" in asked["text"]


async def test_a_reload_shows_the_whole_chat_as_it_was(town: Town) -> None:
    phone = Phone(town.visitor())
    await phone.send(open="")
    await phone.send(tap={"step": "!", "value": "register"})
    await phone.says("dibantu")
    await phone.send(kind="sticker")
    history = (await town.visitor().get("/coba/history", params={"chat": phone.chat})).json()["messages"]
    assert [(m["side"], m["kind"], m["text"][:10]) for m in history if m["side"] == "them"] == [
        *(("them", "opened", ""), ("them", "tap", "Daftar"), ("them", "text", "dibantu"), ("them", "sticker", "")),
    ]  # fmt: skip
    assert [m["side"] for m in history] == ["them", "us"] * 4
    assert history[1]["chosen"] == 0
    assert history[-1]["id"] == phone.after


async def test_two_people_do_not_hear_each_other(town: Town) -> None:
    siti, budi = Phone(town.visitor()), Phone(town.visitor())
    await siti.says("daftar", "dibantu")
    heard = await budi.visitor.get("/coba/history", params={"chat": budi.chat})
    assert heard.json()["messages"] == []
    assert (await budi.send(open=""))[0]["text"].startswith("Halo")


async def test_the_same_message_twice_counts_once(town: Town) -> None:
    phone = Phone(town.visitor())
    body = {"chat": phone.chat, "id": "a" * 32, "text": "daftar"}
    first = await phone.visitor.post("/coba/messages", json=body)
    again = await phone.visitor.post("/coba/messages", json=body)
    assert (first.json()["outcome"], again.json()["outcome"]) == ("taken", "seen")
    assert len(await phone.hear()) == 1


async def test_a_nik_is_taken_out_of_the_chat(town: Town) -> None:
    phone = Phone(town.visitor())
    await phone.says(*SITI[:5])
    message_id = secrets.token_hex(8)
    body = {"chat": phone.chat, "id": message_id, "text": "3174055708950003"}
    await phone.visitor.post("/coba/messages", json=body)
    assert [m["redact"] for m in await phone.hear()] == [message_id]
    history = await phone.visitor.get("/coba/history", params={"chat": phone.chat})
    assert "3174055708950003" not in history.text


async def test_like_whatsapp_the_nik_is_asked_on_the_secure_page(town: Town) -> None:
    phone = Phone(town.visitor(), like="whatsapp")
    assert "/isi/" in await phone.says(*SITI[:5])


async def test_time_can_be_moved_for_one_chat(town: Town) -> None:
    phone, other = Phone(town.visitor()), Phone(town.visitor())
    for one in (phone, other):
        await one.says(*SITI[:5])
    phone.shift = 3 * 86_400
    assert "3 dari 15" in await phone.says("halo")
    receipt = await phone.signs_up(SITI[5:])
    async with town.services.db.reading() as tx:
        one = await applications.one(tx, town.services.keyring, receipt)
    assert one is not None
    assert (one.submitted_at - town.clock()).days == 3
    assert one.simulated


async def test_a_draft_is_let_go_after_thirty_days_of_the_chats_own_time(town: Town) -> None:
    phone, other = Phone(town.visitor()), Phone(town.visitor())
    for one in (phone, other):
        await one.says(*SITI[:5])
    for days, kept in ((29, True), (31, False)):
        phone.shift = days * 86_400
        await town.visitor().post("/coba/time", json={"chat": phone.chat, "shift": phone.shift})
        assert (await drafts(town) == 2) is kept
    assert "/15" not in await phone.says("lanjut")
    assert "3 dari 15" in await other.says("lanjut")


async def drafts(town: Town) -> int:
    async with town.services.db.reading() as tx:
        return int((await tx.rows("SELECT COUNT(*) FROM sessions WHERE done = ''"))[0][0])


async def test_what_is_due_in_the_chats_own_time_happens(town: Town) -> None:
    phone = Phone(town.visitor())
    await phone.says("halo")
    async with town.services.db.writing() as tx:
        (chat,) = await tx.rows("SELECT id FROM chats")
        due = town.clock() + timedelta(days=7)
        await scheduled.schedule(tx, chat_id=chat[0], kind="draft_expired", key="draft:1", due_at=due)
    for days, heard in ((6, 0), (8, 1), (9, 0)):
        where = {"chat": phone.chat, "shift": days * 86_400}
        assert (await town.visitor().post("/coba/time", json=where)).status_code == 200
        told = await phone.visitor.get("/coba/history", params={"chat": phone.chat})
        before, phone.after = phone.after, max(m["id"] for m in told.json()["messages"] if m["side"] == "us")
        assert (phone.after > before) == bool(heard)


async def test_time_passes_only_where_there_is_a_chat(town: Town) -> None:
    post = town.visitor().post
    assert (await post("/coba/time", json={"chat": "a" * 32, "shift": 60})).status_code == 200
    assert (await post("/coba/time", json={"chat": "a" * 32, "shift": -60})).status_code == 400


async def test_whoever_listens_is_woken_at_once(town: Town) -> None:
    phone = Phone(town.visitor())
    await phone.send(open="")
    where = {"chat": phone.chat, "after": str(phone.after)}
    listening = asyncio.create_task(phone.visitor.get("/coba/messages", params=where))
    await asyncio.sleep(0.2)
    assert not listening.done()
    body = {"chat": phone.chat, "id": secrets.token_hex(8), "text": "daftar"}
    await phone.visitor.post("/coba/messages", json=body)
    answer = await asyncio.wait_for(listening, 3)
    assert len(answer.json()["messages"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        "not json",
        "[]",
        "{}",
        '{"chat": "short", "id": "12345678", "text": "halo"}',
        '{"chat": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "id": "../../etc", "text": "halo"}',
        '{"chat": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "id": "12345678", "shift": -5, "text": "halo"}',
        '{"chat": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "id": "12345678", "shift": 1e99, "text": "halo"}',
        '{"chat": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "id": "12345678", "kind": "woke"}',
        '{"chat": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "id": "12345678", "text": 7}',
        '{"chat": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "id": "12345678", "text": "' + "x" * 9000 + '"}',
    ],
)
async def test_what_our_page_never_sends_is_refused(town: Town, body: str) -> None:
    answer = await town.visitor().post("/coba/messages", content=body)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}


@pytest.mark.parametrize("query", ["", "?chat=abc", "?chat=" + "g" * 32, "?chat=" + "a" * 32 + "&after=-1"])
async def test_listening_needs_a_chat_and_a_number(town: Town, query: str) -> None:
    assert (await town.visitor().get(f"/coba/messages{query}")).status_code == 400
    if "after" not in query:
        assert (await town.visitor().get(f"/coba/history{query}")).status_code == 400


async def test_without_the_simulator_there_is_no_such_page(sqlite_url: str) -> None:
    async with open_town(sqlite_url, simulator=False) as town:
        for path in ("/coba", "/coba/messages?chat=" + "a" * 32, "/coba/history?chat=" + "a" * 32):
            assert (await town.visitor().get(path)).status_code == 404
        assert "/coba" not in (await town.visitor().get("/")).text
