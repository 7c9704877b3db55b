"""A real `taruna serve` process on a port and a database of its own, and what it leaves behind."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.canary import WATCH
from tests.doubles.telegram_server import TOKEN, TelegramServer
from tests.doubles.twilio_server import TwilioServer
from tests.end_to_end.child import CLOCK

TEN_IN_THE_MORNING = "2026-11-24T10:00:00+07:00"  # when the transcripts begin
SECRET = "rahasia-webhook-uji"
OURS = ("TELEGRAM", "TWILIO", "WHATSAPP", "DATABASE", "DATA_KEY", "PUBLIC_UR", "SIMULATOR", "TARUNA", "PORT", "HOST")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def environment(folder: Path, **settings: object) -> dict[str, str]:
    """The settings of one program: its own database in the folder, and nothing of whoever runs the tests."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    given = {"DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'taruna.db'}", **settings}
    return clean | {name: str(value) for name, value in given.items()}


def polling(telegram: TelegramServer) -> dict[str, str]:
    return {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url}


def webhook(telegram: TelegramServer, port: int) -> dict[str, str]:
    where = {"PUBLIC_URL": f"http://127.0.0.1:{port}", "PORT": str(port)}
    return polling(telegram) | {"TELEGRAM_MODE": "webhook", "TELEGRAM_WEBHOOK_SECRET": SECRET} | where


def twilios(twilio: TwilioServer, port: int) -> dict[str, str]:
    twilio.hooks.url = f"http://127.0.0.1:{port}/whatsapp/webhook"
    return {
        "TWILIO_ACCOUNT_SID": twilio.account,
        "TWILIO_AUTH_TOKEN": twilio.token,
        "TWILIO_WHATSAPP_FROM": twilio.sender,
        "TWILIO_API_URL": twilio.url,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
    }


class Served:
    """One process that can be started, asked, stopped, killed and started again."""

    def __init__(self, folder: Path, settings: Mapping[str, str], program: str = "tests.end_to_end.child") -> None:
        self.folder, self.program = folder, program
        self.port = int(settings.get("PORT", 0)) or free_port()
        self.environment = environment(folder, **settings) | {"PORT": str(self.port)}
        if program == "tests.end_to_end.child":
            self.environment[CLOCK] = TEN_IN_THE_MORNING
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "served.log"
        self.child: asyncio.subprocess.Process | None = None

    async def start(self) -> Served:
        """Start, and wait until it is ready: connected, its database there, delivering.

        Raises:
            RuntimeError: it ended instead, or never was.
        """
        await self.begin()
        assert self.child
        async with aiohttp.ClientSession() as session:
            for _ in range(400):
                if self.child.returncode is not None:
                    raise RuntimeError(f"it ended with {self.child.returncode}: {self.said()[-800:]}")
                try:
                    async with session.get(f"{self.url}/readyz") as answer:
                        if answer.status == 200:
                            return self
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.05)
        raise RuntimeError(f"it never was ready: {self.said()[-800:]}")

    async def begin(self) -> None:
        """Start without waiting."""
        with self.log.open("ab") as log:
            self.child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", self.program, "serve", env=self.environment, stdout=log, stderr=log
            )

    async def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> int:
        """End it as an operator does; its exit code, 0 also where it ends itself by the signal it was given."""
        assert self.child
        if self.child.returncode is None:
            WATCH.look("/metrics", (await self.get("/metrics"))[1].encode())
            WATCH.look_at_files(self.folder)  # as it is while it runs: the log of SQLite is part of the database
            self.child.send_signal(with_signal)
        try:
            code = await asyncio.wait_for(self.child.wait(), 30)
        except TimeoutError:
            self.child.kill()
            await self.child.wait()
            raise AssertionError(f"it did not end in 30 s: {self.said()[-800:]}") from None
        WATCH.look_at_files(self.folder)
        return 0 if code == -with_signal else code

    def said(self) -> str:
        """Everything it printed and logged so far."""
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    async def get(self, path: str) -> tuple[int, str]:
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}{path}") as answer:
            return answer.status, await answer.text()

    async def post(self, path: str, body: bytes = b"", **headers: str) -> tuple[int, str]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.url}{path}", data=io.BytesIO(body), headers=named) as answer,
        ):
            return answer.status, await answer.text()


@asynccontextmanager
async def serving(
    folder: Path, settings: Mapping[str, str], program: str = "tests.end_to_end.child"
) -> AsyncIterator[Served]:
    """Serve for the length of a block, and end it well: with code 0."""
    served = Served(folder, settings, program)
    try:
        await served.start()
        yield served
        assert await served.stop() == 0, served.said()[-800:]
    finally:
        if served.child and served.child.returncode is None:
            served.child.kill()
            await served.child.wait()
