"""Both fake platforms, and the channels joined to them over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from bot.channels.channel import Arrived, InGroup, Unreadable
from bot.channels.telegram import Telegram
from bot.settings import Settings
from tests.doubles.telegram_server import TOKEN, TelegramServer
from tests.doubles.twilio_server import TwilioServer

Taken = Arrived | Unreadable | InGroup


class Takings:
    """What the channel handed over; `refuse` decides which are not committed."""

    def __init__(self) -> None:
        self.all: list[Taken] = []
        self.refuse: Callable[[Taken], bool] = lambda _: False

    async def __call__(self, taken: Taken) -> None:
        if self.refuse(taken):
            raise OSError("the database is away")
        self.all.append(taken)

    @property
    def arrived(self) -> list[Arrived]:
        return [taken for taken in self.all if isinstance(taken, Arrived)]


def settings_for(server: TelegramServer, **more: object) -> Settings:
    given = {"telegram_bot_token": TOKEN, "telegram_api_url": server.url, **more}
    return Settings(_env_file=None, **given)  # type: ignore[call-arg,arg-type]


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as running:
        yield running


@pytest.fixture
def takings() -> Takings:
    return Takings()


@pytest.fixture
async def telegram(server: TelegramServer, takings: Takings) -> AsyncIterator[Telegram]:
    channel = Telegram(settings_for(server), takings, patience=0.01)
    await channel.open()
    yield channel
    await channel.close()


@pytest.fixture
async def twilio() -> AsyncIterator[TwilioServer]:
    async with TwilioServer() as running:
        yield running


def whatsapp_settings(twilio: TwilioServer, **more: object) -> Settings:
    given = {
        "twilio_account_sid": twilio.account,
        "twilio_auth_token": twilio.token,
        "twilio_whatsapp_from": twilio.sender,
        "twilio_api_url": twilio.url,
        "public_url": "http://127.0.0.1:9",
    }
    return Settings(_env_file=None, **{**given, **more})  # type: ignore[call-arg,arg-type]
