"""The HTTP under Twilio's client, on aiohttp: JSON stays JSON, timeouts count, nothing personal is logged, and the host
can be another. Twilio's own async client does none of these."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
import orjson
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

TWILIO = "https://api.twilio.com"
LONGEST = 15.0
CONNECT = 5.0


class NotSent(Exception):
    """No connection: Twilio never saw the request."""


class NoAnswer(Exception):
    """The request may have arrived; what became of it is not known."""


class AiohttpClient(AsyncHttpClient):  # type: ignore[misc]
    """One connection pool. api_url: where every Twilio host is found instead, unless it is Twilio's own."""

    def __init__(self, api_url: str = TWILIO, longest: float = LONGEST) -> None:
        super().__init__(logging.getLogger("twilio"), is_async=True, timeout=longest)
        self._elsewhere = "" if api_url == TWILIO else api_url
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: Any = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the parent's own name
        allow_redirects: bool = False,
    ) -> Response:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=128, keepalive_timeout=15, ttl_dns_cache=60)
            self._session = aiohttp.ClientSession(connector=connector)
        headers = dict(headers or {})
        if auth is not None:
            headers["Authorization"] = aiohttp.encode_basic_auth(*auth)
        body = None
        if data:
            as_json = headers.get("Content-Type") == "application/json"
            body = orjson.dumps(data) if as_json else urlencode(data, doseq=True).encode()
        try:
            async with self._session.request(
                method,
                self._place(uri),
                params={name: str(value) for name, value in (params or {}).items()},
                data=body,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=timeout or self.timeout, sock_connect=CONNECT),
                allow_redirects=allow_redirects,
            ) as answer:
                return Response(answer.status, await answer.text(errors="replace"), answer.headers)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(type(error).__name__) from None
        except (TimeoutError, aiohttp.ClientError) as error:
            raise NoAnswer(type(error).__name__) from None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _place(self, uri: str) -> str:
        if not self._elsewhere:
            return uri
        return f"{self._elsewhere}{uri.removeprefix('{0.scheme}://{0.netloc}'.format(urlsplit(uri)))}"
