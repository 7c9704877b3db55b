"""The canary: after a real process signed somebody up, they are readable nowhere that they must not be."""

from __future__ import annotations

from pathlib import Path

import aiohttp

from tests.doubles.telegram_server import TelegramServer
from tests.end_to_end.served import SECRET, free_port, serving, webhook

NIK, NAME, PHONE = "3174055708950003", "Kenanga Purnamasari", "81298765432"
FOLDING = "✓"  # what Telegram is told first, so that a keyboard goes away
PLANTED = (NIK, NAME, "Purnamasari", PHONE)
TYPED = (
    *("daftar", "dibantu", "setuju", "1", NAME, NIK, "17-8-1995", "perempuan", "Klender", "rw 5", f"0{PHONE}"),
    *("lewati", "pedagang", "lewati", "2 juta", "2 program", "3 bulan", "ya", "kirim"),
)


def found(planted: tuple[str, ...], content: bytes) -> list[str]:
    """Which of these can be read in there, as it is or as a database would write it."""
    return [value for value in planted if value.encode() in content or value.encode("utf-16-le") in content]


def test_the_canary_sings() -> None:
    """The check itself must be able to fail."""
    assert found(PLANTED, b"...3174055708950003...") == [NIK]
    assert found(PLANTED, "Kenanga Purnamasari".encode("utf-16-le")) == [NAME, "Purnamasari"]


async def test_nothing_personal_is_in_logs_metrics_addresses_or_the_database(tmp_path: Path) -> None:
    async with TelegramServer() as server, aiohttp.ClientSession() as browser:
        server.limit(10_000, 10_000)
        async with serving(tmp_path, webhook(server, free_port())) as process:
            person = server.person(NAME)
            heard = []
            for text in TYPED:
                person.says(text)
                line = await person.hears(timeout=20)
                heard.append((line if line.text != FOLDING else await person.hears(timeout=20)).text)
            assert "TK-" in heard[-1], heard[-1]
            pages = {}
            for path in ("/metrics", "/readyz", "/cek", f"/isi/{NIK}", "/admin/queue", "/nothing"):
                async with browser.get(process.url + path) as page:
                    pages[path] = await page.read()
            forged = {"x-telegram-bot-api-secret-token": SECRET}
            async with browser.post(f"{process.url}/telegram/webhook", data=f'{{"x":"{NIK}"', headers=forged) as page:
                pages["broken webhook"] = await page.read()
    assert found((NIK,), "\n".join(heard).encode()) == [], "a NIK was said back in full"
    for where, content in pages.items():
        assert found(PLANTED, content) == [], f"readable on {where}"
    for file in sorted(tmp_path.rglob("*")):
        if file.is_file():
            assert found(PLANTED, file.read_bytes()) == [], f"readable in {file.name}"
    assert (tmp_path / "taruna.db").stat().st_size > 100_000
