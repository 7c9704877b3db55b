"""The program serves until it is asked to stop, and browsers that listen do not hold it up."""

from __future__ import annotations

import time
from pathlib import Path

import httpx

from tests.served import serving


def test_an_open_stream_tells_what_is_sent(tmp_path: Path) -> None:
    with serving(tmp_path) as served, httpx.Client(base_url=served.url, timeout=10) as client:
        where = {"chat": "a" * 32, "after": "0"}
        with client.stream("GET", "/coba/messages", params=where, headers={"accept": "text/event-stream"}) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            httpx.post(f"{served.url}/coba/messages", json={"chat": "a" * 32, "id": "12345678", "text": "halo"})
            lines = stream.iter_lines()
            told = next(line for line in lines if line.startswith("data:"))
            assert "Saya *Taruna*" in told


def test_a_stream_that_is_still_open_ends_at_once(tmp_path: Path) -> None:
    began = 0.0
    client = httpx.Client(timeout=30)
    try:
        with serving(tmp_path) as served:
            where = {"chat": "b" * 32, "after": "0"}
            request = client.build_request(
                "GET", f"{served.url}/coba/messages", params=where, headers={"accept": "text/event-stream"}
            )
            held = client.send(request, stream=True)
            assert held.status_code == 200
            began = time.monotonic()
        assert time.monotonic() - began < 8
    finally:
        client.close()
