"""Reads one file and writes its rows to standard output, a line each: the process that a hostile file may bring down.

    python -m bot.results.child FILE

First the list that was found, then its rows, then how many they were; or, instead of any of these, what is the matter.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from bot.results.sheet import NotRead, dump_cells, read_sheet

MEMORY = 2_000_000_000  # bytes of addresses; a sheet of 200,000 rows takes a third of it
SECONDS = 120


def main(file: str) -> None:
    """Write the file's rows."""
    _limit()
    try:
        for line in _lines(Path(file)):
            _say(line)
    except NotRead as error:
        _say({"trouble": error.trouble})
    except MemoryError:
        _say({"trouble": "trap"})
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the library's own word for a file that broke it
            raise
        _say({"trouble": "not_a_sheet"})
    sys.stdout.flush()


def _lines(file: Path) -> Iterator[Any]:
    sheet = read_sheet(file)
    header = sheet.header
    yield {"sheet": sheet.name, "row": header.row, "names": header.names, "mapping": header.mapping}
    count = 0
    for count, (number, cells) in enumerate(sheet.rows, start=1):  # noqa: B007 — told at the end
        yield [number, dump_cells(cells)]
    yield {"end": count}


def _say(line: Any) -> None:
    sys.stdout.buffer.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on Windows: there only the size of the file is limited
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core would hold people's data


if __name__ == "__main__":
    main(sys.argv[1])
