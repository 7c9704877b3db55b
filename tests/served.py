"""The program as anybody starts it: `taruna serve` in a process of its own, stopped politely at the end."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Served:
    """A running `taruna serve`: where it is, the one-time link it printed, and the folder of its database."""

    url: str
    setup: str
    var: Path


@contextmanager
def serving(var: Path) -> Iterator[Served]:
    """Start the program as the command line does, on a database of its own; at the end ask it to stop, once."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "DATABASE_URL": f"sqlite+aiosqlite:///{var}/taruna.db",
        "PORT": str(port),
    }
    command = [sys.executable, "-m", "bot.cli", "serve"]
    with (var / "log").open("wb") as log:
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True, cwd=Path(__file__).parents[1]
        )
    assert process.stdout is not None
    with process.stdout as said:
        setup = next((found[0] for line in said if (found := re.search(r"http\S+/admin/setup/\S+", line))), "")
    assert setup, f"the program ended before it served: {(var / 'log').read_text()}"
    _wait_for(port)
    yield Served(f"http://127.0.0.1:{port}", setup, var)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=15) in (0, -signal.SIGTERM), (var / "log").read_text()


def _wait_for(port: int) -> None:
    """It says where it is a moment before it listens there."""
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError(f"nobody listens on {port}")
