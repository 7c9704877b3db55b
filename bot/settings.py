"""The settings: read once from the environment, frozen, checked, each with a way out when it is wrong."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIXES = (
    "TELEGRAM_",
    "TWILIO_",
    "WHATSAPP_",
    "TARUNA_",
    "SIMULATOR",
    "DATA_KEY",
    "DATABASE_",
    "PUBLIC_UR",
    "COLUMN_",
)


class Settings(BaseSettings):
    """Every setting of the contract. An empty variable counts as not set."""

    model_config = SettingsConfigDict(env_file=".env", frozen=True, extra="ignore", env_ignore_empty=True)

    database_url: str = "sqlite+aiosqlite:///var/taruna.db"
    public_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    data_keys: SecretStr = SecretStr("")
    telegram_bot_token: SecretStr = SecretStr("")
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_api_url: str = "https://api.telegram.org"
    telegram_webhook_secret: SecretStr = SecretStr("")
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_whatsapp_from: str = ""
    twilio_api_url: str = "https://api.twilio.com"
    whatsapp_interactive: bool = False
    simulator: bool | None = None
    timezone: str = "Asia/Jakarta"
    column_map: str = ""

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            raise ValueError("must start with sqlite+aiosqlite:/// or postgresql+asyncpg://")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("is not a time zone; Jakarta is Asia/Jakarta") from None
        return value

    @field_validator("public_url", "telegram_api_url", "twilio_api_url")
    @classmethod
    def _plain_url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @field_validator("twilio_whatsapp_from")
    @classmethod
    def _with_prefix(cls, value: str) -> str:
        return value if not value or value.startswith("whatsapp:") else f"whatsapp:{value}"

    @model_validator(mode="after")
    def _complete(self) -> Settings:
        if self.telegram_mode == "webhook" and self.telegram and not self.telegram_webhook_secret.get_secret_value():
            raise ValueError("TELEGRAM_MODE=webhook needs TELEGRAM_WEBHOOK_SECRET (any long random word)")
        twilio = {
            "TWILIO_ACCOUNT_SID": self.twilio_account_sid,
            "TWILIO_AUTH_TOKEN": self.twilio_auth_token.get_secret_value(),
            "TWILIO_WHATSAPP_FROM": self.twilio_whatsapp_from,
        }
        missing = [name for name, value in twilio.items() if not value]
        if missing and len(missing) < len(twilio):
            raise ValueError(f"WhatsApp needs {', '.join(missing)} as well, or none of the TWILIO settings")
        if self.whatsapp and not self.public_url:
            raise ValueError("WhatsApp needs PUBLIC_URL: the address Twilio calls and signs")
        return self

    @property
    def telegram(self) -> bool:
        return bool(self.telegram_bot_token.get_secret_value())

    @property
    def whatsapp(self) -> bool:
        return bool(self.twilio_account_sid)

    @property
    def simulator_on(self) -> bool:
        """On by default only when no channel token is set."""
        return self.simulator if self.simulator is not None else not (self.telegram or self.whatsapp)

    @property
    def base_url(self) -> str:
        """Where people and platforms reach us, without a trailing slash."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def twilio_tokens(self) -> tuple[str, ...]:
        """The auth tokens, newest first; more than one during rotation."""
        return tuple(t.strip() for t in self.twilio_auth_token.get_secret_value().split(",") if t.strip())

    @property
    def var(self) -> Path:
        """Where files that must survive live: beside the SQLite database, else ./var."""
        if self.database_url.startswith("sqlite"):
            return Path(self.database_url.removeprefix("sqlite+aiosqlite:///")).parent
        return Path("var")


class Misconfigured(Exception):
    """A setting that cannot be used: one line that names it, the trouble and the way out."""


def read_settings() -> Settings:
    """Read the environment.

    Raises:
        Misconfigured: a value is malformed, or a variable looks like a misspelt setting.
    """
    known = {name.upper() for name in Settings.model_fields}
    for name in os.environ:
        if name not in known and name.startswith(PREFIXES):
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else "; see .env.example for the list"
            raise Misconfigured(f"{name} is not a setting{hint}")
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]).upper()
        trouble = first["msg"].removeprefix("Value error, ")
        raise Misconfigured(f"{name}: {trouble}" if name else trouble) from None
