"""Telling what storage knows: facts looked up for a turn become replies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from conversations.turn import Json, Option, Reply


class Unexpected(Exception):
    """Facts arrived that no conversation asked for: our mistake."""


def tell(
    name: str, facts: Mapping[str, Json], lines: Sequence[tuple[str, Mapping[str, Any]]], options: tuple[Option, ...]
) -> tuple[Reply, ...]:
    """Say what was looked up under this name. `lines`: the open draft's answers, masked; `options`: the ways on.

    Raises:
        Unexpected: no conversation wants facts of this name.
    """
    match name:
        case "my_data":
            return _my_data(facts, lines, options)
        case "draft_expired":
            return (Reply("draft.expired", options=(Option("!", "register", key="command.register"),)),)
    raise Unexpected(f"nobody asked for {name}")


def _my_data(
    facts: Mapping[str, Json], lines: Sequence[tuple[str, Mapping[str, Any]]], options: tuple[Option, ...]
) -> tuple[Reply, ...]:
    receipts = ", ".join(str(receipt) for receipt in cast("list[str]", facts.get("receipts", [])))
    erase = (*options, Option("!", "erase", key="command.erase"))
    if not lines and not receipts:
        return (Reply("mydata.none", options=options),)
    head = Reply("mydata.head", lines=tuple(lines), options=() if receipts else erase, private=True)
    return (head, Reply("mydata.receipts", {"receipts": receipts}, options=erase)) if receipts else (head,)
