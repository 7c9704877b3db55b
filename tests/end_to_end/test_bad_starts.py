"""What stops a start, each in one clear line that names the thing: exit code 2 for a wrong setting, 1 for a failure."""

from __future__ import annotations

import asyncio
import base64
import socket
from pathlib import Path

import pytest

from tests.doubles.telegram_server import TOKEN, TelegramServer
from tests.end_to_end.served import Served, serving, webhook

KEY = base64.b64encode(b"k" * 32).decode()
OTHER = base64.b64encode(b"o" * 32).decode()


async def ending(folder: Path, **settings: str) -> tuple[int, str]:
    """Start the program as installed, and wait for its end: the code, and what it said."""
    served = Served(folder, settings, "bot.cli")
    await served.begin()
    assert served.child
    try:
        code = await asyncio.wait_for(served.child.wait(), 60)
    finally:
        if served.child.returncode is None:
            served.child.kill()
            await served.child.wait()
    return code, served.said()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("TELEGRAM_BOT_TOKNE", "x", "TELEGRAM_BOT_TOKEN"),
        ("PORT", "99999", "PORT"),
        ("DATABASE_URL", "mysql://x", "sqlite+aiosqlite:///"),
        ("TIMEZONE", "Jakarta", "Asia/Jakarta"),
        ("PUBLIC_URL", "taruna.id", "https://"),
        ("TWILIO_ACCOUNT_SID", "AC1", "TWILIO_AUTH_TOKEN"),
    ],
)
async def test_a_wrong_setting_is_named_in_one_line(tmp_path: Path, name: str, value: str, told: str) -> None:
    code, said = await ending(tmp_path, **{name: value})
    assert code == 2
    assert said.startswith("taruna: ") and told in said and said.count("\n") == 1
    assert not (tmp_path / "taruna.db").exists()


async def test_a_refused_token_is_named_in_one_line(tmp_path: Path) -> None:
    async with TelegramServer() as telegram:
        code, said = await ending(tmp_path, TELEGRAM_BOT_TOKEN="4242:AAwrong", TELEGRAM_API_URL=telegram.url)
    assert code == 2
    assert "TELEGRAM_BOT_TOKEN was refused" in said and said.count("\n") == 1
    assert "AAwrong" not in said


async def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, said = await ending(tmp_path, PORT=str(taken.getsockname()[1]))
    assert code == 2 and "choose another PORT" in said and said.count("\n") == 1


async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "taruna.db").write_bytes(b"surat cinta " * 1000)
    code, said = await ending(tmp_path)
    assert code == 1 and "not a database" in said and said.count("\n") == 1
    assert (tmp_path / "taruna.db").read_bytes() == b"surat cinta " * 1000


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (f"k1:{OTHER},index:{KEY}", "k1"),
        (f"k1:{KEY},index:{OTHER}", "index"),
        (f"k2:{KEY},index:{KEY}", "k1"),
        ("k1", "DATA_KEYS"),
        ("", "people"),
    ],
    ids=["wrong", "wrong index", "missing", "malformed", "no key file"],
)
async def test_keys_that_do_not_fit_the_people_are_noticed_before_anything_is_served(
    tmp_path: Path, keys: str, told: str
) -> None:
    right = f"k1:{KEY},index:{KEY}"
    async with TelegramServer() as telegram:
        settings = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url}
        async with serving(tmp_path, settings | {"DATA_KEYS": right}):
            telegram.person().says("halo")
            await telegram.person().hears(20)
        code, said = await ending(tmp_path / "again", **settings, DATABASE_URL=_same(tmp_path), DATA_KEYS=keys)
        assert code == 1
        assert said.startswith("taruna: ") and told in said and said.count("\n") == 1
        assert KEY not in said and OTHER not in said
        async with serving(tmp_path, settings | {"DATA_KEYS": right}):
            telegram.person().says("daftar")
            assert "1. Dibantu" in (await telegram.person().hears(20)).text  # nothing was lost


def _same(folder: Path) -> str:
    (folder / "again").mkdir()
    return f"sqlite+aiosqlite:///{folder / 'taruna.db'}"


async def test_a_platform_that_is_down_at_the_start_is_waited_for(tmp_path: Path) -> None:
    telegram = await TelegramServer().start()
    port = int(telegram.url.rpartition(":")[2])
    await telegram.stop()
    served = Served(tmp_path, webhook(telegram, 0) | {"TELEGRAM_MODE": "polling", "PORT": "0"})
    try:
        await served.start()
        assert "unreachable_at_start" in served.said()
        async with served_again(telegram, port):
            telegram.person().says("halo")
            assert "Taruna" in (await telegram.person().hears(60)).text
            assert await served.stop() == 0
    finally:
        if served.child and served.child.returncode is None:
            served.child.kill()
            await served.child.wait()


class served_again:  # noqa: N801 — reads as a sentence
    """The fake Telegram, back on the port it had."""

    def __init__(self, telegram: TelegramServer, port: int) -> None:
        self.telegram, self.port = telegram, port

    async def __aenter__(self) -> None:
        await self.telegram.start(self.port)

    async def __aexit__(self, *_: object) -> None:
        await self.telegram.stop()
