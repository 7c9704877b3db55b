"""The headers every page leaves with, and the most a page takes in.

Nothing inline, nothing framed, nothing cached, no address told to others.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST_BODY = 65_536
UPLOADS = {  # their pages read them only from who may send one
    "/admin/results": 30_100_000,  # a list of the agency's
    "/admin/coverage/outlines": 20_100_000,
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
ALWAYS = {
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


def guarded(app: ASGIApp) -> ASGIApp:
    """Wrap the pages; a page that says otherwise about caching or indexing is left alone."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        taken = int(declared) if declared.isdecimal() else 0

        async def receive_capped() -> Message:
            nonlocal taken
            message = await receive()
            if not declared:
                taken += len(message.get("body", b""))
            if taken > UPLOADS.get(scope["path"], LONGEST_BODY):
                raise HTTPException(413)
            return message

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await app(scope, receive_capped, send_guarded)

    return wrapped
