"""Outgoing messages as bytes and back: what an outbox row holds, before sealing."""

from __future__ import annotations

from typing import Any

import orjson

from bot.channels.channel import Outgoing
from conversations.turn import Choice, Paper


def pack(outgoing: Outgoing) -> bytes:
    """Write an outgoing message as JSON; what is empty is left out."""
    whole = {
        "text": outgoing.text,
        "choices": [[c.step, c.value, c.label] for c in outgoing.choices],
        "share_contact": outgoing.share_contact,
        "private": outgoing.private,
        "copy": outgoing.copy,
        "redact": dict(outgoing.redact),
        "acknowledge": dict(outgoing.acknowledge),
        "template": outgoing.template,
        "variables": list(outgoing.variables),
        "paper": [outgoing.paper.receipt, outgoing.paper.size] if outgoing.paper else [],
    }
    return orjson.dumps({name: value for name, value in whole.items() if value})


def unpack(payload: bytes | dict[str, Any]) -> Outgoing:
    """Read an outgoing message."""
    saved = orjson.loads(payload) if isinstance(payload, bytes) else dict(payload)
    return Outgoing(
        text=saved.get("text", ""),
        choices=tuple(Choice(*triple) for triple in saved.get("choices", ())),
        share_contact=saved.get("share_contact", ""),
        private=saved.get("private", False),
        copy=saved.get("copy", ""),
        redact=saved.get("redact", {}),
        acknowledge=saved.get("acknowledge", {}),
        template=saved.get("template", ""),
        variables=tuple(saved.get("variables", ())),
        paper=Paper(*saved["paper"]) if "paper" in saved else None,
    )
