"""The watch over the whole suite is able to fail, and sees what real processes leave behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.canary import WATCH, Watch, found
from tests.doubles.telegram_server import TelegramServer
from tests.end_to_end.served import polling, serving

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "planted",
    [
        '{"event": "turn", "nik": "3174055708950003"}',
        "nik 3174 0557 0895 0003 ok",
        "GET /isi/3174.0557.0895.0003",
        "GET /cek?nama=siti+aminah",
        "GET /cek?nama=Siti%20Aminah",
        "phone +6281234567890",
        "phone 0812-3456-7890",
        "Budi Santoso".encode("utf-16-le").decode("latin-1"),
    ],
)
def test_a_planted_person_is_found_however_they_are_written(planted: str) -> None:
    assert len(found(f"before {planted} after".encode("latin-1"))) == 1


@pytest.mark.parametrize("innocent", ["3174••••••••0003", "0812•••••890", "TK-0000-0000-0", "Siti", ""])
def test_what_is_masked_is_not_taken_for_it(innocent: str) -> None:
    assert found(innocent.encode()) == []


@pytest.mark.parametrize("name", ["served.log", "taruna.db", "taruna.db-wal"])
def test_a_leak_in_any_file_a_process_leaves_is_a_finding(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\0\1\2 Siti Aminah \3")
    watch = Watch()
    watch.look_at_files(tmp_path)
    assert watch.findings == [f"'Siti Aminah' can be read in {name}"]


async def test_every_process_that_ends_is_looked_at(tmp_path: Path) -> None:
    async with TelegramServer() as telegram:
        async with serving(tmp_path, polling(telegram)):
            telegram.person("Siti Aminah").says("Siti Aminah 3174055708950003")
            assert (await telegram.person("Siti Aminah").hears(20)).text
            before, places = list(WATCH.findings), WATCH.places
        assert WATCH.places >= places + 4  # the metrics, the log, the database and its own log
        assert len(telegram.addresses) > 3
    assert WATCH.findings == before


@pytest.mark.parametrize(("logged", "code"), [("NIK 3174055708950003", 1), ("NIK 3174••••••••0003", 0)])
def test_a_run_in_which_every_test_passed_fails_when_one_logged_a_person(
    tmp_path: Path, logged: str, code: int
) -> None:
    (tmp_path / "test_one.py").write_text(
        f"import sys\n\ndef test_one():\n    print({logged!r}, file=sys.stderr)\n", encoding="utf-8"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    run = subprocess.run(
        [*(sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", str(tmp_path))],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "1 passed" in run.stdout, run.stdout + run.stderr
    assert run.returncode == code
    assert ("PERSONAL DATA" in run.stdout) == bool(code)
