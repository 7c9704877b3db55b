"""The short soak: kills on a timer, copies and disorder; nothing lost, doubled or out of order. And it would notice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.harness import soak


async def test_killed_processes_lose_and_double_nothing_on_sqlite(tmp_path: Path) -> None:
    report = await soak(f"sqlite+aiosqlite:///{tmp_path}/soak.db", tmp_path, chats=80, kills=3)
    assert not report.faults, f"{report}\n" + "\n".join(report.examples)


@pytest.mark.postgres
async def test_several_killed_processes_lose_and_double_nothing_on_postgresql(
    tmp_path: Path, postgres_url: str
) -> None:
    report = await soak(postgres_url, tmp_path, chats=80, kills=3, processes=2)
    assert not report.faults, f"{report}\n" + "\n".join(report.examples)


@pytest.mark.parametrize("defect", ["ack_before_commit", "sent_before_sending", "no_deduplication", "no_chat_order"])
async def test_the_harness_notices_a_planted_defect(tmp_path: Path, defect: str) -> None:
    report = await soak(f"sqlite+aiosqlite:///{tmp_path}/soak.db", tmp_path, chats=80, kills=3, defect=defect)
    assert report.faults, f"nothing noticed: {report}"
