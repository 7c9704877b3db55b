"""The HTTP under python-telegram-bot, on aiohttp: many times the sends of its own client, and errors that say more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import aiohttp
import orjson
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

LONGEST = 20.0  # seconds to wait for an answer when the caller names no other time
CONNECT = 5.0


class NotSent(NetworkError):
    """No connection: refused, no such host, no network. The platform never saw the request."""


class TooFast(TelegramError):
    """429. python-telegram-bot's own class warns each time it is raised."""

    def __init__(self, seconds: float) -> None:
        super().__init__("too fast")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that goes along: under which parameter, its name, kind and bytes."""

    parameter: str
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Plain:
    """Parameters that need none of the library's conversions."""

    parameters: dict[str, Any]
    enclosed: Enclosed | None = None


class AiohttpRequest(BaseRequest):
    """One connection pool for everything a bot asks."""

    __slots__ = ("_longest", "_session", "_usual")

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._usual = _within(longest)
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._longest

    async def initialize(self) -> None:
        if self._session is None:
            # Shorter than the platform keeps idle connections, so that none is found closed under a message.
            connector = aiohttp.TCPConnector(limit=256, keepalive_timeout=15, ttl_dns_cache=60)
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"Content-Type": "application/json"},
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def ask(
        self, url: str, longest: float | None, parameters: dict[str, object], enclosed: Enclosed | None = None
    ) -> Any:
        """One method called without building the library's objects; the parameters are JSON already.

        Raises:
            TelegramError: as the library's own methods do.
        """
        return await self.post(url, cast(RequestData, _Plain(parameters, enclosed)), read_timeout=longest)

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise NotSent("not connected")
        within = _within(read_timeout) if isinstance(read_timeout, int | float) else self._usual
        body, headers = _written(cast("RequestData | _Plain | None", request_data))
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=within, allow_redirects=False
            ) as answer:
                code, payload = answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(type(error).__name__) from None
        except (TimeoutError, aiohttp.ClientConnectionError, aiohttp.ClientPayloadError) as error:
            # The request may have arrived: what became of it is not known.
            raise TimedOut(type(error).__name__) from None
        if code == 429:
            raise TooFast(_seconds(payload))
        return code, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """As the library's, but quick and without writing the payload to the log."""
        try:
            return orjson.loads(payload)
        except ValueError:
            raise TelegramError("the answer is not JSON") from None


def _written(given: RequestData | _Plain | None) -> tuple[bytes | aiohttp.Payload, dict[str, str]]:
    """The body, and what it is where it is not JSON."""
    if given is None:
        return b"{}", {}
    enclosed = given.enclosed if isinstance(given, _Plain) else None
    if enclosed is None:
        return orjson.dumps(given.parameters), {}
    form = aiohttp.FormData()
    for name, value in given.parameters.items():
        form.add_field(name, value if isinstance(value, str) else orjson.dumps(value).decode())
    form.add_field(enclosed.parameter, enclosed.content, filename=enclosed.name, content_type=enclosed.media_type)
    multipart = form()
    return multipart, {"Content-Type": multipart.headers["Content-Type"]}


def _within(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT)


def _seconds(payload: bytes) -> float:
    try:
        return max(1.0, float(orjson.loads(payload)["parameters"]["retry_after"]))
    except (ValueError, KeyError, TypeError):
        return 5.0
