"""The served process of the reminders' soak: the real program, whose clock stands in a file that the test moves."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from bot import upkeep
from bot.app import build
from bot.settings import read_settings


async def main(clock: Path) -> None:
    """Serve until killed, looking at what is due all the time."""
    upkeep.EVERY = 0.1
    app = build(read_settings(), lambda: datetime.fromisoformat(clock.read_text(encoding="ascii")))
    async with app.router.lifespan_context(app):
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
