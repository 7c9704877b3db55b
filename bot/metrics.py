"""What is counted for operators. Labels are from closed sets: never a person, a chat or a text."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

TURNS = Counter("taruna_turns_total", "Inbound messages taken", ["channel", "outcome"])
SENDS = Counter("taruna_sends_total", "Outbound attempts by what came of them", ["channel", "outcome"])
BILLED = Counter("taruna_billable_messages_total", "Outbound messages the platform bills", ["channel"])
WAITING = Gauge("taruna_outbox_waiting", "Outbound messages waiting or being sent")
PARKED = Gauge("taruna_parked_messages", "Inbound messages that wait for an admin")
STOPPED = Gauge("taruna_channel_stopped", "1 while a channel cannot send because it is misconfigured", ["channel"])
WEBHOOK = Histogram(
    "taruna_webhook_seconds", "From request to commit", ["channel"], buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2)
)
