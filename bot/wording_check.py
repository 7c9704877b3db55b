"""Lint as the command runs it: all forms, all catalogues, every channel's limits."""

from __future__ import annotations

from bot.channels.telegram import Telegram
from bot.channels.web import Web
from bot.channels.whatsapp import WhatsApp
from bot.house import build_house
from conversations.lint import Finding, lint
from locales import LANGUAGES, catalogue


def findings() -> list[Finding]:
    """Everything that is wrong with a conversation or a text."""
    limits = {channel.name: channel.limits for channel in (Telegram, WhatsApp, Web)}
    return list(lint(build_house().forms, {name: catalogue(name) for name in LANGUAGES}, limits))
