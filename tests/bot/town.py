"""The program as served, spoken to over HTTP without a socket: chats sign up, staff sit down, the clock is ours."""

from __future__ import annotations

import math
import re
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from bot.admin import passwords
from bot.app import build
from bot.services import Services
from bot.settings import Settings
from bot.upkeep import EVERY
from storage import staff

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # ten in the morning in Jakarta
SILENCE = math.ceil(EVERY) + 1  # seconds: longer than upkeep rests
PASSWORD = "kopi tubruk manis sekali"
SITI = (
    *("daftar", "dibantu", "setuju", "tidak ada yang cocok", "Siti Aminah", "3174055708950003", "17-8-1995"),
    *("perempuan", "klender", "rw 5", "0812-3456-7890", "gak punya", "pedagang sayur", "gak ada", "100rb sehari"),
    *("6", "iya", "2 program", "3 bulan", "boleh", "kirim"),
)
BUDI = (
    *("daftar", "dibantu", "setuju", "tidak ada yang cocok", "Budi Santoso", "3174051708950001", "17-8-1995"),
    *("laki-laki", "pondok bambu", "rw 2", "tidak punya", "budi@contoh.id", "ojol", "gak ada", "3jt"),
    *("3 program", "1 bulan", "tidak usah", "kirim"),
)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class Town:
    """The served program with its opened house, and people who use it."""

    services: Services
    app: Any
    clock: Clock
    doors: list[httpx.AsyncClient] = field(default_factory=list)

    def visitor(self, address: str = "36.68.0.7", **headers: str) -> httpx.AsyncClient:
        """Somebody with a browser of their own."""
        transport = httpx.ASGITransport(app=self.app, client=(address, 50000))
        base = self.services.settings.base_url
        visitor = httpx.AsyncClient(transport=transport, base_url=base, headers={"accept-language": "id", **headers})
        self.doors.append(visitor)
        return visitor

    async def member(self, role: str = "admin", login: str = "ratna", area: str | None = None) -> httpx.AsyncClient:
        """Somebody of this role, signed in; kept to an area where one is given."""
        visitor = self.visitor()
        token, tomorrow = secrets.token_urlsafe(24), self.clock() + timedelta(days=1)
        async with self.services.db.writing() as tx:
            await staff.invite(tx, token, role=role, now=self.clock(), expires_at=tomorrow, area=area)
            await staff.join(
                tx, token, login=login, name="Ratna Dewi", password_hash=await hashed(), now=self.clock()
            )  # fmt: skip
        answer = await sign_in(visitor, login)
        assert answer.status_code == 303, answer.text
        return visitor

    async def told(self, receipt: str) -> list[str]:
        """What the chat behind a receipt was told, oldest first."""
        from bot.payload import unpack
        from storage import applications, outbox

        async with self.services.db.reading() as tx:
            one = await applications.one(tx, self.services.keyring, receipt)
            assert one is not None
            told = await outbox.told_since(tx, self.services.keyring, one.chat_id, 0)
        return [unpack(payload).text for _, payload in told]


_HASH: list[str] = []


async def hashed() -> str:
    """The hash of everybody's password, made once: argon2 is slow on purpose."""
    if not _HASH:
        _HASH.append(await passwords.hashed(PASSWORD))
    return _HASH[0]


@asynccontextmanager
async def open_town(database_url: str, **settings: object) -> AsyncIterator[Town]:
    """Open the whole program on this database."""
    given = {"database_url": database_url, "simulator": True, **settings}
    clock = Clock()
    opened: list[Services] = []

    async def ready(services: Services) -> None:
        opened.append(services)

    app = build(Settings(_env_file=None, **given), clock, ready)  # type: ignore[call-arg,arg-type]
    async with app.router.lifespan_context(app):
        town = Town(opened[0], app, clock)
        yield town
        for door in town.doors:
            await door.aclose()


async def sign_in(visitor: httpx.AsyncClient, login: str, password: str = PASSWORD, **form: str) -> httpx.Response:
    return await visitor.post("/admin/login", data={"login": login, "password": password, **form})


def csrf_of(page: httpx.Response) -> str:
    """The token in a page's forms."""
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found, page.text[:500]
    return found[1]


async def send(member: httpx.AsyncClient, path: str, seen_on: str = "/admin/sessions", **form: str) -> httpx.Response:
    """Send a form of the desk with the token a page gave."""
    return await member.post(path, data={"csrf": csrf_of(await member.get(seen_on)), **form})


# ---- chats --------------------------------------------------------------------------------------------------------


@dataclass
class Phone:
    """One simulated chat."""

    visitor: httpx.AsyncClient
    chat: str = field(default_factory=lambda: secrets.token_hex(16))
    like: str = ""
    shift: int = 0
    after: int = 0

    async def send(self, **what: object) -> list[dict[str, Any]]:
        """Send one thing and hear what it brought."""
        body = {"chat": self.chat, "id": secrets.token_hex(8), "as": self.like, "shift": self.shift, **what}
        answer = await self.visitor.post("/coba/messages", json=body)
        assert answer.status_code == 200, answer.text
        return await self.hear()

    async def says(self, *texts: str) -> str:
        """Type these, one after another, and return the last words heard."""
        heard: list[dict[str, Any]] = []
        for text in texts:
            heard = await self.send(text=text)
        return heard[-1]["text"] if heard else ""

    async def hear(self, wait: int = 20) -> list[dict[str, Any]]:
        """What was said since; waits for it."""
        polled = {"chat": self.chat, "after": self.after, "wait": wait}
        answer = await self.visitor.get("/coba/messages", params=polled)
        messages: list[dict[str, Any]] = answer.json()["messages"]
        if messages:
            self.after = messages[-1]["id"]
        return messages

    async def hears_nothing(self) -> bool:
        """Whether it stays silent until upkeep has looked at everything once more."""
        return await self.hear(SILENCE) == []

    async def signs_up(self, answers: Sequence[str] = SITI) -> str:
        """Answer everything and return the receipt."""
        last = await self.says(*answers)
        found = re.search(r"TK-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", last)
        assert found, last
        return found[0]
