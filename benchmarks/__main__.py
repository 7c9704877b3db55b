"""`make bench`: durable turns a second beside peers and floors, interleaved in one run, printed as one table.

The peers are installed into an environment of their own (their pins differ from ours). Redis is used where it is found.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import uvloop

from benchmarks.load import Measured, Sink, measure, updates

SECRET = "soak-secret"
PEERS = Path(".venv-bench")
TEXTS = ("/start", "daftar", "dibantu", "setuju", "1", "Siti Aminah", "3174055708950003", "17-8-1995", "ya", "klender")


@dataclass(frozen=True)
class Contender:
    """One program: how it is started, where its webhook is, and whether it replies."""

    name: str
    command: tuple[str, ...]
    path: str = "/"
    replies: bool = True


def contenders() -> list[Contender]:
    """Who takes part here."""
    peer = str(PEERS / "bin" / "python")
    taruna = (sys.executable, "-m", "tests.soak.child")
    found = [
        Contender("bare webhook (floor)", (sys.executable, "-m", "benchmarks.contenders", "bare"), replies=False),
        Contender(
            "one commit a turn (floor)", (sys.executable, "-m", "benchmarks.contenders", "one_commit"), replies=False
        ),
        Contender("Taruna", taruna, "/telegram/webhook"),
        Contender(
            "Taruna, replies left in the outbox",
            (sys.executable, "-m", "benchmarks.contenders", "to_the_commit"),
            "/telegram/webhook",
            replies=False,
        ),
        Contender("PTB ConversationHandler + Pickle", (sys.executable, "-m", "benchmarks.contenders", "ptb")),
    ]
    if shutil.which("redis-server"):
        found.append(Contender("aiogram 3 + Redis", (peer, "-m", "benchmarks.contenders", "aiogram")))
    else:
        print("aiogram is left out: no redis-server here (Debian: apt-get install redis-server)")
    return found


def install_peers() -> None:
    """aiogram in an environment of its own."""
    if (PEERS / "bin" / "aiogram-is-here").exists():
        return
    subprocess.run([sys.executable, "-m", "venv", str(PEERS)], check=True)
    packages = ["aiogram==3.28.2", "redis", "uvicorn", "uvloop", "httptools", "starlette", "aiosqlite", "orjson"]
    subprocess.run([str(PEERS / "bin" / "python"), "-m", "pip", "install", "-q", *packages], check=True)
    (PEERS / "bin" / "aiogram-is-here").touch()


async def run(contender: Contender, chats: int, first_chat: int, redis: str) -> Measured:
    """Start one contender afresh, warm it, measure it, end it."""
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    telegram = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "PORT": str(port),
            "BENCH_FOLDER": folder,
            "BENCH_REDIS": redis,
            "TELEGRAM_API_URL": telegram,
            "TELEGRAM_BOT_TOKEN": "1:bench",
            "TELEGRAM_MODE": "webhook",
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
            "SIMULATOR": "0",
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/bench.db",
        }
        log = Path(folder) / "log"
        with log.open("wb") as out:
            served = subprocess.Popen(contender.command, env=environment, stdout=out, stderr=out)
        url = f"http://127.0.0.1:{port}{contender.path}"
        try:
            await answers(f"http://127.0.0.1:{port}/", served, log)
            texts = TEXTS
            for crowd in (updates(64, texts, first_chat), updates(chats, texts, first_chat + 1000)):
                expected = sum(map(len, crowd)) if contender.replies else 0
                measured = await measure(url, crowd, SECRET, lambda: Sink.sent, expected)
            return measured
        finally:
            served.terminate()
            served.wait(timeout=30)
            server.close()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def answers(url: str, served: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a contender's web server answers anything at all."""
    async with aiohttp.ClientSession() as session:
        for _ in range(400):
            if served.poll() is not None:
                raise RuntimeError(log.read_text()[-2000:])
            try:
                async with session.get(url):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)
    raise RuntimeError("it never answered: " + log.read_text()[-2000:])


def table(results: dict[str, list[Measured]]) -> str:
    """Medians over the rounds, with each one's ratio to PTB's default."""
    lines = [
        "| program | turns/s to the answer | turns/s with the reply sent | webhook p50 ms | p95 ms |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, runs in results.items():
        turns, sends, p50, p95 = (
            statistics.median(getattr(run, part) for run in runs) for part in ("turns", "sends", "p50", "p95")
        )
        reply = f"{sends:,.0f}" if sends else "–"
        lines.append(f"| {name} | {turns:,.0f} | {reply} | {p50:.1f} | {p95:.1f} |")
    return "\n".join(lines)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--chats", type=int, default=600)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    taking_part = [c for c in contenders() if arguments.only.casefold() in c.name.casefold()]
    if any("aiogram" in c.name for c in taking_part):
        install_peers()
    results: dict[str, list[Measured]] = {c.name: [] for c in taking_part}
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""]
        command += ["--appendonly", "yes", "--appendfsync", "always"]
        redis = subprocess.Popen(command, stdout=subprocess.DEVNULL) if shutil.which("redis-server") else None
        try:
            for number in range(arguments.rounds):
                for place, contender in enumerate(taking_part):
                    # PTB's whole store is pickled at each flush, so it gets fewer people: more would only slow it down.
                    chats = arguments.chats // 4 if "Pickle" in contender.name else arguments.chats
                    first = 1_000_000 * (1 + number * 10 + place)
                    measured = await run(contender, chats, first, f"redis://127.0.0.1:{port}/0")
                    results[contender.name].append(measured)
                    print(f"round {number + 1}: {contender.name}: {measured.turns:,.0f} turns/s", flush=True)
        finally:
            if redis:
                redis.terminate()
                redis.wait(timeout=10)
    print()
    print(table(results))


if __name__ == "__main__":
    uvloop.run(main())
