"""Forms are ours: a token only this session knows, and a browser that says the request began on our own page."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from starlette.datastructures import Headers


def token(secret: str) -> str:
    """A token for one form, different each time, so that a compressed page gives nothing away."""
    salt = secrets.token_hex(8)
    return f"{salt}.{_mark(secret, salt)}"


def fits(secret: str, given: str) -> bool:
    """Say whether a form carries this session's token."""
    salt, _, mark = given.partition(".")
    return bool(salt) and hmac.compare_digest(mark.encode(), _mark(secret, salt).encode())


def ours(headers: Headers, base_url: str) -> bool:
    """Say whether the browser says the request began here. One that says nothing is left to the token.

    Our pages send no referrer, so a browser gives the origin of our own forms as "null": then only Sec-Fetch-Site tells
    (https://fetch.spec.whatwg.org/#append-a-request-origin-header).
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin", "null")
    return origin == "null" or urlsplit(origin).netloc in (headers.get("host", ""), urlsplit(base_url).netloc)


def _mark(secret: str, salt: str) -> str:
    return hmac.new(secret.encode(), salt.encode(), hashlib.sha256).hexdigest()
