"""Delivers a crowd's messages one to five times, shuffled across chats, kills processes on a timer, and compares."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import signal
import socket
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import orjson

from conversations.saved import load_answers
from storage.database import Database
from storage.opening import open_keyring
from tests.soak.people import Soul, crowd, update
from tests.soak.recorder import Recorder

SECRET = "soak-secret"
CALLERS = 64
IN_FLIGHT = 256  # bot.delivery.IN_FLIGHT: what one kill can make repeat at most


@dataclass
class Report:
    """What a soak saw. `faults` must be empty."""

    chats: int = 0
    messages: int = 0
    deliveries: int = 0
    kills: int = 0
    repeats: int = 0
    seconds: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def fault(self, kind: str, example: str) -> None:
        self.faults[kind] += 1
        if self.faults[kind] <= 3:
            self.examples.append(f"{kind}: {example}")

    def __str__(self) -> str:
        found = dict(self.faults) or "none"
        return (
            f"{self.chats} chats, {self.messages} messages delivered {self.deliveries} times, {self.kills} kills, "
            f"{self.seconds:.0f} s; repeats {self.repeats} (at most {self.kills * IN_FLIGHT} were in flight); "
            f"faults {found}"
        )


class Process:
    """One served process that can be killed and comes back."""

    def __init__(self, environment: dict[str, str], defect: str, log: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment = environment | {"PORT": str(self.port)}
        self._defect = defect
        self._log = log
        self._child: asyncio.subprocess.Process | None = None
        self.url = f"http://127.0.0.1:{self.port}"

    async def start(self, session: aiohttp.ClientSession) -> None:
        with self._log.open("ab") as log:
            self._child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.soak.child", self._defect, env=self.environment, stdout=log, stderr=log
            )
        for _ in range(600):
            if self._child.returncode is not None:
                raise RuntimeError(f"the process ended at once; see {self._log}")
            try:
                async with session.get(f"{self.url}/healthz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)
        raise RuntimeError(f"the process never answered; see {self._log}")

    async def kill(self, with_signal: signal.Signals = signal.SIGKILL) -> None:
        if self._child and self._child.returncode is None:
            self._child.send_signal(with_signal)
            await self._child.wait()


async def soak(
    url: str, folder: Path, *, chats: int, kills: int, processes: int = 1, defect: str = "", seed: int = 1
) -> Report:
    """Run one soak against a fresh database."""
    started = time.monotonic()
    chance = random.Random(seed)
    today = datetime.now(UTC)
    people = crowd(chats, seed, today)
    report = Report(chats=chats, messages=sum(len(p.typed) for p in people))
    recorder = Recorder()
    await recorder.open()
    keys = ",".join(f"{name}:{_key()}" for name in ("k1", "index"))
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("TELEGRAM", "TWILIO", "DATABASE", "DATA_KEYS"))},
        "DATABASE_URL": url,
        "DATA_KEYS": keys,
        "TELEGRAM_BOT_TOKEN": "1:soak",
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_API_URL": recorder.url,
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "SIMULATOR": "0",
    }
    served = [Process(environment, defect, folder / f"served-{n}.log") for n in range(processes)]
    connector = aiohttp.TCPConnector(limit=CALLERS * 2)
    try:
        async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=30)) as session:
            for process in served:
                await process.start(session)
            killing = asyncio.create_task(_kill(served, kills, chance, session, report))
            await _deliver(people, served, session, chance, report)
            await killing
            await _settle(people, recorder)
            for process in served:
                await process.kill(signal.SIGTERM)
    finally:
        for process in served:
            await process.kill()
        await recorder.close()
    await _compare(url, keys, folder, people, recorder, report)
    report.seconds = time.monotonic() - started
    return report


def _key() -> str:
    import base64

    return base64.b64encode(secrets.token_bytes(32)).decode()


async def _kill(
    served: list[Process], kills: int, chance: random.Random, session: aiohttp.ClientSession, report: Report
) -> None:
    """Kill on a timer, never at an acknowledgement: that would hide the moment in doubt."""
    for _ in range(kills):
        await asyncio.sleep(chance.uniform(0.2, 1.2))
        process = chance.choice(served)
        await process.kill()
        report.kills += 1
        await process.start(session)


async def _deliver(
    people: list[Soul], served: list[Process], session: aiohttp.ClientSession, chance: random.Random, report: Report
) -> None:
    """Deliver like Telegram: a chat's next message only after its last was acknowledged; copies come at any time."""
    ready: list[tuple[Soul, int, bool]] = [(soul, 0, True) for soul in people]
    unfinished = len(people)
    headers = {"x-telegram-bot-api-secret-token": SECRET, "content-type": "application/json"}

    async def caller() -> None:
        nonlocal unfinished
        while unfinished or ready:
            if not ready:
                await asyncio.sleep(0.01)
                continue
            place = chance.randrange(len(ready))
            ready[place], ready[-1] = ready[-1], ready[place]
            soul, step, original = ready.pop()
            process = chance.choice(served)
            try:
                body = orjson.dumps(update(soul, step))
                async with session.post(f"{process.url}/telegram/webhook", data=body, headers=headers) as answer:
                    acknowledged = answer.status == 200
                    if answer.status not in (200, 503):
                        report.fault("refused", f"status {answer.status}")
            except (aiohttp.ClientError, TimeoutError):
                acknowledged = False
                await asyncio.sleep(0.3)  # as a platform backs off; hammering would starve the process that starts
            report.deliveries += 1
            if not acknowledged:
                ready.append((soul, step, original))
            elif original:
                ready.extend([(soul, step, False)] * chance.choice((0, 0, 1, 2, 4)))
                if step + 1 < len(soul.typed):
                    ready.append((soul, step + 1, True))
                else:
                    unfinished -= 1

    await asyncio.gather(*(caller() for _ in range(CALLERS)))


async def _settle(people: list[Soul], recorder: Recorder) -> None:
    """Wait until nothing more is sent."""
    before, quiet = -1, 0
    while quiet < 12:
        await asyncio.sleep(0.5)
        quiet = quiet + 1 if recorder.sent == before else 0
        before = recorder.sent
        if quiet >= 3 and all(len(recorder.heard[p.chat]) >= len(p.told) for p in people):
            return


async def _compare(url: str, keys: str, folder: Path, people: list[Soul], recorder: Recorder, report: Report) -> None:
    """Hold what was heard and what is stored against the model."""
    for soul in people:
        heard = recorder.heard[soul.chat]
        report.repeats += max(0, len(heard) - len(soul.told))
        if _once(heard) != _once(soul.told):
            missing = [t for t in soul.told if t not in heard]
            kind = "messages missing" if missing else "messages out of order or doubled"
            strange = next((t for t in heard if t not in soul.told), "")
            report.fault(kind, f"{soul.chat}: {len(heard)} heard, {len(soul.told)} told; not ours: {strange[:80]!r}")
    if report.repeats > report.kills * IN_FLIGHT:
        report.fault("repeats beyond what was in flight", str(report.repeats))
    db = await Database.open(url)
    try:
        keyring = await open_keyring(db, keys, folder / "none")
        async with db.reading() as tx:
            rows = await tx.rows(
                "SELECT i.value_hash, a.receipt, a.answers, p.key FROM applications a JOIN identities i "
                "ON i.chat_id = a.chat_id JOIN people p ON p.id = a.person_id"
            )
            inbox = (await tx.rows("SELECT COUNT(*), COUNT(DISTINCT message_id) FROM inbox WHERE state = 'taken'"))[0]
    finally:
        await db.close()
    signed: dict[bytes, list[object]] = {}
    for value_hash, receipt, answers, wrapped in rows:
        opened = keyring.unwrap(bytes(wrapped)).open(bytes(answers), f"applications.answers/{receipt}")
        signed.setdefault(bytes(value_hash), []).append(load_answers(orjson.loads(opened)))
    for soul in people:
        stored = signed.get(keyring.blind("address.telegram", str(soul.chat)), [])
        if not stored:
            report.fault("sign-ups lost", str(soul.chat))
        elif len(stored) > 1:
            report.fault("sign-ups doubled", str(soul.chat))
        elif stored[0] != soul.answers:
            report.fault("answers differ", f"{soul.chat}")
    if inbox[0] != report.messages:
        report.fault("acknowledged messages lost or doubled", f"{inbox[0]} stored, {report.messages} sent")


def _once(texts: object) -> list[str]:
    """Take immediate repeats out: a message sent twice after a crash stands beside its first sending."""
    kept: list[str] = []
    for text in texts:  # type: ignore[attr-defined]
        if not kept or kept[-1] != text:
            kept.append(text)
    return kept
