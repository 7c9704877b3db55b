"""Telling what storage knows: facts looked up for a turn become replies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from conversations.turn import Fact, Json, Option, Reply


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
        case "status":
            return _status(cast("list[dict[str, Json]]", facts.get("applications", [])), options)
        case "my_data":
            return _my_data(facts, lines, options)
        case "draft_expired":
            return (Reply("draft.expired", options=(Option("!", "register", key="command.register"),)),)
    raise Unexpected(f"nobody asked for {name}")


def _status(applications: list[dict[str, Json]], options: tuple[Option, ...]) -> tuple[Reply, ...]:
    if not applications:
        return (Reply("status.none", options=options),)
    lines: list[tuple[str, Mapping[str, Fact]]] = []
    for application in applications:
        at = date.fromisoformat(str(application["at"]))
        lines.append((f"status.line.{application['state']}", {"receipt": str(application["receipt"]), "at_date": at}))
    return (Reply("status.head", lines=tuple(lines), options=options),)


def _my_data(
    facts: Mapping[str, Json], lines: Sequence[tuple[str, Mapping[str, Any]]], options: tuple[Option, ...]
) -> tuple[Reply, ...]:
    receipts = ", ".join(str(receipt) for receipt in cast("list[str]", facts.get("receipts", [])))
    erase = (*options, Option("!", "erase", key="command.erase"))
    if not lines and not receipts:
        return (Reply("mydata.none", options=options),)
    head = Reply("mydata.head", lines=tuple(lines), options=() if receipts else erase, private=True)
    return (head, Reply("mydata.receipts", {"receipts": receipts}, options=erase)) if receipts else (head,)
