"""What comes in wrong, at a bad moment or without room to keep it: a clear answer, and nothing is lost."""

from __future__ import annotations

import asyncio
import json
import resource
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest
import pytest_asyncio

from tests.doubles.telegram_server import TelegramServer
from tests.doubles.twilio_hooks import sign
from tests.doubles.twilio_server import TwilioServer
from tests.end_to_end.served import SECRET, Served, free_port, serving, twilios, webhook

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
FORM = "application/x-www-form-urlencoded"

pytestmark = pytest.mark.asyncio(loop_scope="module")


class World:
    """Both platforms and one process that serves them."""

    def __init__(self, telegram: TelegramServer, twilio: TwilioServer, served: Served) -> None:
        self.telegram, self.twilio, self.served = telegram, twilio, served

    async def telegram_posts(self, body: bytes, secret: str | None = SECRET) -> tuple[int, str]:
        headers = {"Content-Type": "application/json"} | ({SECRET_HEADER: secret} if secret is not None else {})
        return await self.served.post("/telegram/webhook", body, **headers)

    async def twilio_posts(self, pairs: list[tuple[str, str]], signature: str | None = None) -> tuple[int, str]:
        url = f"{self.served.url}/whatsapp/webhook"
        given = {"X-Twilio-Signature": sign(self.twilio.token, url, pairs) if signature is None else signature}
        return await self.served.post("/whatsapp/webhook", urlencode(pairs).encode(), **{"Content-Type": FORM}, **given)

    async def still_serves(self, name: str) -> None:
        """Somebody new is answered on both platforms."""
        self.telegram.person(name).says("halo")
        assert "Taruna" in (await self.telegram.person(name).hears(20)).text
        self.twilio.person(name).says("halo")
        assert "Taruna" in (await self.twilio.person(name).hears(20)).text


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    port = free_port()
    async with TelegramServer() as telegram, TwilioServer() as twilio:
        settings = webhook(telegram, port) | twilios(twilio, port)
        async with serving(tmp_path_factory.mktemp("bad"), settings) as served:
            yield World(telegram, twilio, served)


def update(number: int, chat: int, text: str = "halo", **more: object) -> bytes:
    person = {"id": chat, "is_bot": False, "first_name": "Ana"}
    message = {"message_id": number, "from": person, "chat": {"id": chat, "type": "private"}, "date": 1, "text": text}
    return json.dumps({"update_id": number, "message": message | more}).encode()


@pytest.mark.parametrize("secret", [None, "", "salah", SECRET[:-1], SECRET + "x"])
async def test_a_telegram_webhook_without_our_secret_is_refused(world: World, secret: str | None) -> None:
    status, said = await world.telegram_posts(update(9_000_001, 1), secret)
    assert (status, said) == (403, '{"error":"the secret token is missing or wrong"}')


async def test_a_telegram_update_larger_than_any_is_refused(world: World) -> None:
    status, said = await world.telegram_posts(update(9_000_002, 1, "x" * 1_100_000))
    assert status == 413 and "larger" in said
    await world.still_serves("Sesudah besar")


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b"null", b"\xff\xfe", b'"halo"', b'{"update_id": "x"}', b"[" * 100_000),
        b'{"update_id": 9000010, "message": 5}',
        b'{"update_id": 9000011, "message": {"from": {}}}',
        b'{"update_id": 9000012, "callback_query": {"id": []}}',
        b'{"update_id": 99999999999999999999999999, "message": {}}',
        b'{"update_id": 9000013, "unheard_of": {"from": "tomorrow"}}',
        b'{"update_id": 9000014, "message_reaction": {"chat": {"id": 1}}}',
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_acknowledged_and_holds_nobody_up(world: World, body: bytes) -> None:
    for _ in range(2):  # twice: a platform that was not answered would send it for ever
        assert (await world.telegram_posts(body))[0] == 200, body[:60]


async def test_what_could_not_be_read_is_kept_for_an_admin(world: World) -> None:
    assert (await world.telegram_posts(b'{"update_id": 9000020, "message": {"chat": 1}}'))[0] == 200
    _, metrics = await world.served.get("/metrics")
    parked = next(line for line in metrics.splitlines() if line.startswith("taruna_parked_messages "))
    assert float(parked.split()[1]) >= 1
    await world.still_serves("Sesudah rusak")


async def test_a_replayed_update_is_answered_once(world: World) -> None:
    person = world.telegram.person("Siti Diulang")
    person.started = True
    for _ in range(5):
        assert (await world.telegram_posts(update(9_000_030, person.id)))[0] == 200
    assert "Taruna" in (await person.hears(20)).text
    assert await person.hears_nothing(0.5)


@pytest.mark.parametrize("signature", ["", "salah", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="])
async def test_a_twilio_webhook_that_is_not_signed_by_twilio_is_refused(world: World, signature: str) -> None:
    pairs = [("MessageSid", "SM" + "a" * 32), ("From", "whatsapp:+6281234567890"), ("Body", "halo")]
    status, said = await world.twilio_posts(pairs, signature)
    assert status == 403 and "signature" in said
    status, _ = await world.served.post("/whatsapp/status", urlencode(pairs).encode(), **{"Content-Type": FORM})
    assert status == 403


async def test_a_signature_does_not_cover_another_body(world: World) -> None:
    pairs = [("MessageSid", "SM" + "b" * 32), ("From", "whatsapp:+6281234567890"), ("Body", "halo")]
    good = sign(world.twilio.token, f"{world.served.url}/whatsapp/webhook", pairs)
    assert (await world.twilio_posts([*pairs[:2], ("Body", "kirim")], good))[0] == 403


async def test_a_form_larger_than_any_message_is_refused(world: World) -> None:
    assert (await world.twilio_posts([("Body", "x" * 70_000)]))[0] == 413
    assert (await world.twilio_posts([(f"f{n}", "") for n in range(300)]))[0] == 400
    await world.still_serves("Sesudah formulir besar")


@pytest.mark.parametrize(
    "pairs",
    [
        [("Body", "halo")],
        [("MessageSid", "SM" + "c" * 32)],
        [("MessageSid", "'; DROP TABLE chats; --"), ("From", "whatsapp:+628"), ("Body", "\0")],
        [("MessageSid", "SM" + "d" * 32), ("From", "whatsapp:" + "9" * 500), ("Body", "halo")],
        [("MessageSid", "SM" + "e" * 32), ("From", "whatsapp:+6281200000099"), ("NumMedia", "-1"), ("Body", "")],
    ],
)
async def test_a_signed_message_that_makes_no_sense_is_acknowledged(world: World, pairs: list[tuple[str, str]]) -> None:
    for _ in range(2):
        assert (await world.twilio_posts(pairs))[0] == 200


async def test_a_replayed_message_is_answered_once(world: World) -> None:
    person = world.twilio.person("Budi Diulang")
    world.twilio.hooks.duplicates = 4
    try:
        person.says("halo")
        await person.arrived()
    finally:
        world.twilio.hooks.duplicates = 0
    assert "Taruna" in (await person.hears(20)).text
    assert await person.hears_nothing(0.5)


async def test_a_full_disk_is_told_to_the_platform_and_what_came_meanwhile_is_taken_once_there_is_room(
    tmp_path: Path,
) -> None:
    """The process may not let any file grow: to the database that is a disk without room."""
    port = free_port()
    async with TelegramServer() as telegram, serving(tmp_path, webhook(telegram, port)) as served:
        siti = telegram.person("Siti Aminah")
        siti.says("halo")
        assert "Taruna" in (await siti.hears(20)).text
        assert served.child
        resource.prlimit(served.child.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        headers = {"Content-Type": "application/json", SECRET_HEADER: SECRET}
        status, said = await served.post("/telegram/webhook", update(9_000_040, siti.id, "daftar"), **headers)
        assert (status, said) == (503, '{"error":"not kept; deliver again"}')
        siti.says("daftar")
        await asyncio.sleep(0.5)
        assert telegram.updates.pending, "it was acknowledged without being kept"
        assert await siti.hears_nothing()
        assert (await served.get("/healthz"))[0] == 200
        resource.prlimit(served.child.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert "*1. Dibantu*".replace("*", "") in (await siti.hears(30)).text
        siti.says("1")
        assert (await siti.hears(30)).text.startswith("Sebelum mulai")


async def test_a_stop_during_traffic_loses_nothing(tmp_path: Path) -> None:
    """Told to stop while a crowd writes: it ends well, and whoever was not answered yet is, once, after a new start."""
    port = free_port()
    async with TelegramServer() as telegram:
        served = Served(tmp_path, webhook(telegram, port))
        try:
            await served.start()
            crowd = [telegram.person(f"Orang {n}") for n in range(60)]
            for person in crowd:
                person.says("halo")
            await asyncio.sleep(0.05)
            assert await served.stop() == 0
            before = [len([line for line in person.chat if line.mine]) for person in crowd]
            await served.start()
            for person in crowd:
                assert "Taruna" in (await person.hears(40)).text
            await asyncio.sleep(0.5)
            assert [len([line for line in person.chat if line.mine]) for person in crowd] == [1] * len(crowd)
            assert sum(before) <= len(crowd)
            assert await served.stop() == 0
        finally:
            if served.child and served.child.returncode is None:
                served.child.kill()
                await served.child.wait()


async def test_a_page_that_is_not_there_does_not_repeat_what_was_asked(world: World) -> None:
    async with aiohttp.ClientSession() as browser, browser.get(f"{world.served.url}/3174055708950003") as page:
        assert page.status == 404
        assert "3174055708950003" not in await page.text()
    assert "3174055708950003" not in world.served.said()
