"""A form that was not made for this session, or not sent from our page, is refused."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from bot.admin import csrf

BASE = "https://taruna.example"


def test_a_token_fits_its_own_session_only() -> None:
    given = csrf.token("the secret of one session")
    assert csrf.fits("the secret of one session", given)
    assert not csrf.fits("the secret of another", given)


@pytest.mark.parametrize("given", ["", ".", "abc", "abc.", ".abc", "ä.ö"])
def test_a_made_up_token_fits_nothing(given: str) -> None:
    assert not csrf.fits("secret", given)


def test_every_form_gets_another_token() -> None:
    assert csrf.token("secret") != csrf.token("secret")


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"}, True),
        ({"host": "inside:8000", "origin": BASE, "sec-fetch-site": "same-origin"}, True),
        ({"host": "taruna.example"}, True),
        ({"host": "taruna.example", "origin": "null"}, True),
        ({"host": "taruna.example", "origin": "null", "sec-fetch-site": "same-origin"}, True),
        ({"host": "taruna.example", "origin": "null", "sec-fetch-site": "cross-site"}, False),
        ({"host": "taruna.example", "origin": "https://evil.example"}, False),
        ({"host": "taruna.example", "sec-fetch-site": "cross-site"}, False),
        ({"host": "taruna.example", "sec-fetch-site": "same-site"}, False),
        ({"host": "taruna.example", "origin": "https://taruna.example.evil"}, False),
    ],
)
def test_only_our_own_page_may_send(headers: dict[str, str], allowed: bool) -> None:
    assert csrf.ours(Headers(headers), BASE) is allowed
