"""Telling what storage knows: facts looked up for a turn become replies."""

from __future__ import annotations

from collections.abc import Mapping

from conversations.turn import Json, Option, Reply


class Unexpected(Exception):
    """Facts arrived that no conversation asked for: our mistake."""


def tell(name: str, facts: Mapping[str, Json]) -> tuple[Reply, ...]:
    """Say what was looked up under this name, where no topic does.

    Raises:
        Unexpected: no conversation wants facts of this name.
    """
    match name:
        case "draft_expired":
            return (Reply("draft.expired", options=(Option("!", "register", key="command.register"),)),)
    raise Unexpected(f"nobody asked for {name}")
