"""The files of a batch, read by others than who wrote them: a library, and LibreOffice where it is installed."""

from __future__ import annotations

import asyncio
import csv
import os
import shutil
from pathlib import Path

from python_calamine import CalamineWorkbook

# Commas, quotes, UTF-8, from the first line; cells as they are shown.
AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"


def read_with_a_library(path: Path) -> list[list[str]]:
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert all(isinstance(cell, str) for row in rows for cell in row), "a cell is no text"
    return [[str(cell) for cell in row] for row in rows]


async def read_with_libreoffice(path: Path, scratch: Path) -> list[list[str]]:
    """Open it as somebody at the branch office would, and say what is shown in every cell."""
    scratch.mkdir()
    process = await asyncio.create_subprocess_exec(
        *("soffice", f"-env:UserInstallation=file://{scratch}/profile", "--headless", "--norestore"),
        *("--convert-to", AS_SHOWN, "--outdir", str(scratch), str(path)),
        env=os.environ | {"HOME": str(scratch)}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(process.communicate(), 180)
    shown = scratch / f"{path.stem}.csv"
    assert shown.exists(), said.decode()
    with shown.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


async def readings(path: Path, scratch: Path) -> list[list[list[str]]]:
    """The rows as each reader there is on this machine sees them; the library always."""
    found = [read_with_a_library(path)]
    if shutil.which("soffice"):
        found.append(await read_with_libreoffice(path, scratch))
    return found
