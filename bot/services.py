"""What pages and upkeep may use: everything that is opened once, handed around in one frozen value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.channels.telegram import Telegram
from bot.channels.web import Web
from bot.delivery import Delivery
from bot.papers.printer import Printer
from bot.settings import Settings
from bot.turns import Take
from conversations.conversation import House
from storage.database import Database
from storage.keys import Keyring


@dataclass(frozen=True, slots=True)
class Services:
    """The opened house. take: one arrival, returns after its commit. wake: delivery has something new to send."""

    settings: Settings
    db: Database
    keyring: Keyring
    take: Take
    house: House
    clock: Callable[[], datetime]
    web: Web
    delivery: Delivery
    wake: Callable[[], None]
    printer: Printer
    telegram: Telegram | None = None
