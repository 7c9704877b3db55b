"""Turning pages: where the last one ended, carried in the address."""

from __future__ import annotations

from datetime import datetime

from starlette.requests import Request

from storage.columns import micros, moment


def cursor(at: datetime, row_id: int) -> str:
    """The end of a page."""
    return f"{micros(at)}.{row_id}"


def after(request: Request) -> tuple[datetime, int] | None:
    """Where the page before this one ended; None for the first page, and for an address that somebody changed."""
    at, _, row_id = request.query_params.get("after", "").partition(".")
    return (moment(int(at)), number(row_id)) if number(at) and number(row_id) else None


def number(text: str) -> int:
    """A number in an address, 0 where it is none."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 18 else 0
