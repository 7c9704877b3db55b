"""The doctor looks at settings, database, keys and channels and says what to fix. It changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.settings import Settings
from bot.sheets.column_map import MapWrong, read_columns
from storage.database import Database
from storage.errors import StorageError
from storage.migrate import state_of_schema
from storage.opening import open_keyring

PATIENCE = aiohttp.ClientTimeout(total=10)


@dataclass(frozen=True, slots=True)
class Result:
    """One thing looked at."""

    what: str
    well: bool
    finding: str


async def examine(settings: Settings) -> list[Result]:
    """Look at everything; a thing that cannot be looked at is a finding, not an error."""
    results = [_settings(settings), _columns(settings)]
    results += [r async for r in _database(settings)]
    if settings.telegram:
        results.append(await _telegram(settings))
    if settings.whatsapp:
        results.append(await _twilio(settings))
    return results


def _settings(settings: Settings) -> Result:
    channels = [name for name, on in (("Telegram", settings.telegram), ("WhatsApp", settings.whatsapp)) if on]
    if settings.simulator_on:
        channels.append("simulator")
    if settings.telegram_mode == "webhook" and settings.telegram and not settings.public_url.startswith("https://"):
        return Result("settings", False, "TELEGRAM_MODE=webhook needs PUBLIC_URL to begin with https://")
    if settings.whatsapp and not settings.public_url.startswith("https://"):
        return Result("settings", False, "PUBLIC_URL must begin with https:// for WhatsApp and the secure form")
    if not channels:
        return Result("settings", False, "no channel is on: set TELEGRAM_BOT_TOKEN, the TWILIO settings or SIMULATOR=1")
    return Result("settings", True, f"{', '.join(channels)} on, served at {settings.base_url}")


def _columns(settings: Settings) -> Result:
    try:
        columns = read_columns(settings.column_map)
    except MapWrong as wrong:
        return Result("columns", False, f"COLUMN_MAP: {wrong}")
    return Result("columns", True, f"{len(columns)} in a batch's file, {settings.column_map or 'as delivered'}")


async def _database(settings: Settings) -> AsyncIterator[Result]:
    kind = settings.database_url.partition("+")[0]
    if kind == "sqlite" and not _exists(settings.database_url.partition("///")[2]):
        yield Result("database", True, "there is none yet; `taruna serve` or `taruna migrate` makes it")
        return
    try:
        db = await Database.open(settings.database_url)
    except StorageError as error:
        yield Result("database", False, str(error))
        return
    try:
        schema = await state_of_schema(settings.database_url)
        yield Result("database", schema == "current", f"{kind}, schema {schema}" + _schema_help(schema))
        if schema == "current":
            yield await _keys(db, settings)
    except StorageError as error:
        yield Result("database", False, str(error))
    finally:
        await db.close()


def _exists(path: str) -> bool:
    return Path(path).exists()


def _schema_help(schema: str) -> str:
    return {"current": "", "behind": ": run `taruna migrate`"}.get(schema, ": use the newer program it was made with")


async def _keys(db: Database, settings: Settings) -> Result:
    try:
        keyring = await open_keyring(db, settings.data_keys.get_secret_value(), settings.var / "keys")
    except StorageError as error:
        return Result("keys", False, str(error))
    return Result("keys", True, f"current key {keyring.current}, {len(keyring.names)} in all")


async def _telegram(settings: Settings) -> Result:
    url = f"{settings.telegram_api_url}/bot{settings.telegram_bot_token.get_secret_value()}/getMe"
    status, body = await _ask(url)
    if status == 200:
        return Result("telegram", True, f"the token is @{body.get('result', {}).get('username', '?')}'s")
    if status in (401, 404):
        return Result("telegram", False, "the token is refused: copy TELEGRAM_BOT_TOKEN again from @BotFather")
    return Result("telegram", False, f"Telegram cannot be reached at TELEGRAM_API_URL ({status or 'no answer'})")


async def _twilio(settings: Settings) -> Result:
    sid = settings.twilio_account_sid
    url = f"{settings.twilio_api_url}/2010-04-01/Accounts/{sid}.json"
    status, body = await _ask(url, aiohttp.BasicAuth(sid, settings.twilio_tokens[0]))
    if status == 200:
        state = str(body.get("status", "?"))
        return Result("whatsapp", state == "active", f"the Twilio account is {state}")
    if status == 401:
        return Result("whatsapp", False, "Twilio refuses TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN; copy both again")
    return Result("whatsapp", False, f"Twilio cannot be reached at TWILIO_API_URL ({status or 'no answer'})")


async def _ask(url: str, auth: aiohttp.BasicAuth | None = None) -> tuple[int, dict[str, dict[str, str]]]:
    try:
        async with aiohttp.ClientSession(timeout=PATIENCE) as session, session.get(url, auth=auth) as response:
            body = await response.json(content_type=None)
            return response.status, body if isinstance(body, dict) else {}
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return 0, {}
