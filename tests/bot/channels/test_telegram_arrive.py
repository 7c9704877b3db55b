"""Updates arrive once committed and never vanish: polling, webhooks, the start and the refusals along the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web

from bot.channels.channel import Arrived, Ignored, InGroup, Unreadable
from bot.channels.telegram import Telegram
from bot.channels.telegram_profile import Profile
from bot.settings import Misconfigured
from conversations.turn import Left, Opened, Said, Sent
from tests.bot.channels.conftest import Taken, Takings, settings_for
from tests.doubles.faults import GATEWAY, Fault, too_fast
from tests.doubles.telegram_server import TelegramServer

INDONESIAN = Profile("", (("daftar", "Daftar jadi peserta"), ("status", "Lihat status")), "Bantu daftar", "Halo kak")
ENGLISH = Profile("en", (("daftar", "Sign up"),), "Helps you join", "Hello")


@pytest.fixture
async def polling(telegram: Telegram) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(telegram.poll())
    yield task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def until(claim: Callable[[], object], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not claim():
            await asyncio.sleep(0.005)


async def test_what_people_send_arrives_in_order(
    server: TelegramServer, takings: Takings, polling: asyncio.Task[None]
) -> None:
    siti, budi = server.person("Siti Aminah"), server.person("Budi Santoso")
    siti.opens("RW05")
    siti.says("halo")
    budi.sends_sticker()
    siti.edits("halo kak")
    budi.blocks()
    await until(lambda: len(takings.all) == 5)
    assert [arrived.content for arrived in takings.arrived] == [
        Opened("RW05"),
        Said("halo"),
        Sent("sticker"),
        Said("halo kak"),
        Left(),
    ]
    assert [arrived.edited for arrived in takings.arrived] == [False, False, False, True, False]
    await until(lambda: not server.updates.pending)


async def test_the_offset_moves_only_after_the_turn_is_committed(server: TelegramServer) -> None:
    gate, begun = asyncio.Event(), asyncio.Event()

    async def take(_: Taken) -> None:
        begun.set()
        await gate.wait()

    telegram = Telegram(settings_for(server), take)
    await telegram.open()
    server.person().says("halo")
    task = asyncio.create_task(telegram.poll())
    await begun.wait()
    await asyncio.sleep(0.05)
    assert server.updates.pending == 1
    gate.set()
    await until(lambda: server.updates.pending == 0)
    task.cancel()
    await telegram.close()


async def test_a_poller_killed_before_the_commit_loses_nothing(server: TelegramServer, takings: Takings) -> None:
    async def hang(_: Taken) -> None:
        await asyncio.Event().wait()

    siti = server.person()
    for number in range(20):
        siti.says(f"jawaban {number}")
    first = Telegram(settings_for(server), hang)
    await first.open()
    task = asyncio.create_task(first.poll())
    await until(lambda: server.sent("getUpdates"))
    task.cancel()
    await first.close()
    second = Telegram(settings_for(server), takings, patience=0.01)
    await second.open()
    task = asyncio.create_task(second.poll())
    await until(lambda: len(takings.all) >= 20)
    assert [a.content for a in takings.arrived][:20] == [Said(f"jawaban {number}") for number in range(20)]
    task.cancel()
    await second.close()


async def test_an_unreadable_update_is_parked_and_the_rest_passes(
    server: TelegramServer, takings: Takings, polling: asyncio.Task[None]
) -> None:
    siti = server.person()
    siti.says("satu")
    number = server.enqueue("message", {"nonsense": True}, siti.id)
    siti.says("dua")
    await until(lambda: len(takings.all) == 3)
    assert takings.all[1] == Unreadable("telegram", f"4242:{number}", "KeyError")
    assert [arrived.content for arrived in takings.arrived] == [Said("satu"), Said("dua")]


async def test_an_uncommitted_turn_is_fetched_again(
    server: TelegramServer, takings: Takings, polling: asyncio.Task[None]
) -> None:
    failures = iter([True, True, True])
    takings.refuse = lambda _: next(failures, False)
    server.person().says("halo")
    await until(lambda: takings.all)
    assert takings.arrived[0].content == Said("halo")
    await until(lambda: not server.updates.pending)


async def test_a_turn_that_never_commits_is_parked_and_holds_nobody_back(
    server: TelegramServer, takings: Takings, polling: asyncio.Task[None]
) -> None:
    takings.refuse = lambda taken: isinstance(taken, Arrived) and taken.content == Said("racun")
    siti, budi = server.person("Siti Aminah"), server.person("Budi Santoso")
    siti.says("racun")
    budi.says("halo")
    await until(lambda: any(isinstance(taken, Unreadable) for taken in takings.all), 10)
    await until(lambda: not server.updates.pending)
    siti.says("lanjut")
    await until(lambda: takings.arrived[-1].content == Said("lanjut"))


async def test_a_database_that_is_away_confirms_nothing_however_long(
    server: TelegramServer, takings: Takings, polling: asyncio.Task[None]
) -> None:
    takings.refuse = lambda _: True
    server.person().says("satu")
    server.person("Budi Santoso").says("dua")
    await until(lambda: len(server.sent("getUpdates")) > 4)
    assert server.updates.pending == 2
    takings.refuse = lambda _: False
    await until(lambda: len(takings.all) == 2)


@pytest.mark.parametrize(
    "fault", [GATEWAY, too_fast(1), Fault(cut=True), Fault(409, "Conflict: terminated by other getUpdates request")]
)
async def test_polling_survives_a_platform_in_trouble(
    server: TelegramServer, takings: Takings, polling: asyncio.Task[None], fault: Fault
) -> None:
    server.faults.add(fault, method="getUpdates", times=2)
    server.faults.add(fault, method="deleteWebhook")
    server.person().says("halo")
    await until(lambda: takings.all, 8)
    assert not polling.done()


async def test_two_pollers_take_turns_and_lose_nothing(
    server: TelegramServer, takings: Takings, polling: asyncio.Task[None]
) -> None:
    other = Telegram(settings_for(server), takings, patience=0.01)
    await other.open()
    task = asyncio.create_task(other.poll())
    server.person().says("halo")
    await until(lambda: takings.all)
    assert not task.done()
    assert not polling.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await other.close()


async def test_a_refused_token_stops_polling_with_a_way_out(server: TelegramServer, takings: Takings) -> None:
    telegram = Telegram(settings_for(server), takings, patience=0.01)
    await telegram.open()
    server.faults.add(Fault(401, "Unauthorized"), method="getUpdates")
    with pytest.raises(Misconfigured, match=r"TELEGRAM_BOT_TOKEN.*BotFather"):
        await telegram.poll()
    await telegram.close()


async def test_a_wrong_token_stops_the_start_with_a_way_out(server: TelegramServer, takings: Takings) -> None:
    telegram = Telegram(settings_for(server, telegram_bot_token="1:wrong"), takings)
    with pytest.raises(Misconfigured, match="TELEGRAM_BOT_TOKEN"):
        await telegram.open()
    await telegram.close()


async def test_polling_removes_a_webhook_and_keeps_what_waited(server: TelegramServer, takings: Takings) -> None:
    await server.updates.set_webhook({"url": "http://127.0.0.1:9/nobody"})
    server.person().says("halo")
    telegram = Telegram(settings_for(server), takings, patience=0.01)
    await telegram.open()
    task = asyncio.create_task(telegram.poll())
    await until(lambda: takings.all)
    assert not any(given.get("drop_pending_updates") for given in server.sent("deleteWebhook"))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await telegram.close()


async def test_the_bot_introduces_itself_in_every_language(server: TelegramServer, takings: Takings) -> None:
    telegram = Telegram(settings_for(server), takings, (INDONESIAN, ENGLISH))
    await telegram.open()
    assert telegram.username == "TarunaBot"
    profiles = server.profiles
    await until(lambda: profiles.descriptions.get("en") == "Hello")
    assert profiles.commands[""][0] == {"command": "daftar", "description": "Daftar jadi peserta"}
    assert (profiles.commands["en"][0]["description"], profiles.abouts[""]) == ("Sign up", "Bantu daftar")
    await telegram.close()


async def test_a_known_introduction_is_not_sent_again(server: TelegramServer, takings: Takings) -> None:
    for _ in range(2):
        telegram = Telegram(settings_for(server), takings, (INDONESIAN,))
        await telegram.open()
        await until(lambda: server.profiles.descriptions)
        await asyncio.sleep(0.05)
        await telegram.close()
    assert len(server.sent("getMyDescription")) == 2
    assert len(server.sent("setMyCommands") + server.sent("setMyDescription")) == 2


async def test_failing_commands_do_not_keep_the_bot_from_speaking(server: TelegramServer, takings: Takings) -> None:
    for method in ("getMyCommands", "setMyCommands", "getMyShortDescription"):
        server.faults.add(Fault(404, "Not Found"), method=method, times=-1)
    telegram = Telegram(settings_for(server), takings, (INDONESIAN,))
    await telegram.open()
    await until(lambda: server.profiles.descriptions.get("") == "Halo kak")
    await telegram.close()


async def test_the_start_survives_a_platform_that_is_down(server: TelegramServer, takings: Takings) -> None:
    server.faults.add(GATEWAY, method="getMe", times=2)
    telegram = Telegram(settings_for(server), takings, patience=0.01)
    await telegram.open()
    await until(lambda: telegram.username == "TarunaBot")
    await telegram.close()


class Hook:
    """The route the application mounts, as small as can be."""

    def __init__(self, takings: Takings) -> None:
        self.takings, self.telegram, self.down, self.statuses = takings, None, 0, []  # type: ignore[var-annotated]

    async def start(self) -> str:
        app = web.Application()
        app.router.add_post("/telegram/webhook", self._receive)
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self.runner.addresses[0][1]}"

    async def _receive(self, request: web.Request) -> web.Response:
        telegram: Telegram = self.telegram  # type: ignore[assignment]
        status = 200
        if not telegram.verify(request.headers.get("X-Telegram-Bot-Api-Secret-Token")):
            status = 403
        elif self.down:
            self.down, status = self.down - 1, 500
        elif not isinstance(parsed := telegram.read(await request.read()), Ignored):
            await self.takings(parsed)
        self.statuses.append(status)
        return web.Response(status=status)


@pytest.fixture
async def hook(server: TelegramServer, takings: Takings) -> AsyncIterator[Hook]:
    hook = Hook(takings)
    url = await hook.start()
    settings = settings_for(server, telegram_mode="webhook", telegram_webhook_secret="s3cret-word", public_url=url)
    hook.telegram = Telegram(settings, takings, patience=0.01)  # type: ignore[assignment]
    await hook.telegram.open()  # type: ignore[attr-defined]
    await until(lambda: server.updates.webhook)
    yield hook
    await server.updates.delete_webhook({})
    await hook.telegram.close()  # type: ignore[attr-defined]
    await hook.runner.cleanup()


async def test_webhooks_arrive_with_our_secret(server: TelegramServer, takings: Takings, hook: Hook) -> None:
    server.person().says("halo")
    await until(lambda: takings.all)
    assert takings.arrived[0].content == Said("halo")
    asked = server.sent("setWebhook")[0]
    assert asked["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
    assert not asked.get("drop_pending_updates")


async def test_a_refused_webhook_comes_again_and_holds_back_only_its_chat(
    server: TelegramServer, takings: Takings, hook: Hook
) -> None:
    hook.down = 3
    siti = server.person()
    siti.says("satu")
    siti.says("dua")
    await until(lambda: len(takings.all) == 2)
    assert [arrived.content for arrived in takings.arrived] == [Said("satu"), Said("dua")]
    assert hook.statuses == [500, 500, 500, 200, 200]


async def test_a_body_that_is_not_json_is_parked_under_an_id_of_its_own(hook: Hook) -> None:
    telegram: Telegram = hook.telegram  # type: ignore[assignment]
    first, again, other = (telegram.read(body) for body in (b"{", b"{", b"\xff"))
    assert isinstance(first, Unreadable)
    assert first == again != other


@pytest.mark.parametrize("secret", [None, "", "wrong", "s3cret-wor", "s3cret-word ", "é"])
async def test_a_forged_webhook_is_refused(hook: Hook, secret: str | None) -> None:
    assert not hook.telegram.verify(secret)  # type: ignore[attr-defined]


async def test_without_a_secret_nothing_is_accepted(telegram: Telegram) -> None:
    assert not telegram.verify("")
    assert not telegram.verify(None)


async def test_a_group_is_told_once_where_to_talk(
    server: TelegramServer, takings: Takings, polling: asyncio.Task[None]
) -> None:
    server.person().says("/start@TarunaBot", group=-1001)
    server.person().says("/daftar", group=-1001)
    await until(lambda: len(takings.all) == 2)
    groups = [taken for taken in takings.all if isinstance(taken, InGroup)]
    assert len({group.message_id for group in groups}) == 1
