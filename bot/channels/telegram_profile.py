"""What people see of the bot before they write: commands and descriptions, per language. Nice to have, never needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.channels.telegram_errors import decide

log = structlog.get_logger("telegram")


@dataclass(frozen=True, slots=True)
class Profile:
    """One language's. language "" is for everyone without their own; about ≤120 characters, description ≤512."""

    language: str
    commands: tuple[tuple[str, str], ...]
    about: str = ""
    description: str = ""


async def introduce(bot: Bot, profiles: Sequence[Profile]) -> None:
    """Bring Telegram up to date where it differs: setting a description is strictly limited, reading it is not."""
    for profile in profiles:
        for part in (_commands, _about, _description):
            try:
                await part(bot, profile)
            except TelegramError as error:
                log.warning(
                    "profile_not_set", part=part.__name__[1:], language=profile.language, code=decide(error).code
                )


async def _commands(bot: Bot, profile: Profile) -> None:
    wanted = tuple(BotCommand(name, description) for name, description in profile.commands)
    if await bot.get_my_commands(language_code=profile.language or None) != wanted:
        await bot.set_my_commands(wanted, language_code=profile.language or None)


async def _about(bot: Bot, profile: Profile) -> None:
    if (await bot.get_my_short_description(profile.language or None)).short_description != profile.about:
        await bot.set_my_short_description(profile.about, profile.language or None)


async def _description(bot: Bot, profile: Profile) -> None:
    if (await bot.get_my_description(profile.language or None)).description != profile.description:
        await bot.set_my_description(profile.description, profile.language or None)
