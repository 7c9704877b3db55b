"""`make soak`: the long run, on SQLite with one process and on PostgreSQL with three. Ends by itself."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.postgres import serving
from tests.soak.child import DEFECTS
from tests.soak.harness import Report, soak


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chats", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--on", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--defect", choices=["", *DEFECTS], default="")
    parser.add_argument("--long", action="store_true", help="the default sizes; said by make soak")
    arguments = parser.parse_args()

    def run(url: str, folder: str, processes: int) -> Report:
        return asyncio.run(
            soak(
                url,
                Path(folder),
                chats=arguments.chats,
                kills=arguments.kills,
                processes=processes,
                defect=arguments.defect,
            )
        )

    reports = {}
    if arguments.on != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            reports["sqlite"] = run(f"sqlite+aiosqlite:///{folder}/soak.db", folder, 1)
            tell("sqlite", reports["sqlite"])
    if arguments.on != "sqlite":
        with tempfile.TemporaryDirectory() as folder, serving() as postgres:
            reports["postgresql"] = run(asyncio.run(postgres.make()), folder, 3)
            tell("postgresql", reports["postgresql"])
    return 1 if any(report.faults for report in reports.values()) else 0


def tell(name: str, report: Report) -> None:
    print(f"{name}: {report}", *report.examples, sep="\n  ", flush=True)


if __name__ == "__main__":
    sys.exit(main())
