"""A new password: only with the old one, judged like the first, and every other place is signed out."""

from __future__ import annotations

import pytest

from storage import audit
from tests.bot.town import PASSWORD, Town, send, sign_in

HERE = "/admin/password"
NEW = "teh poci hangat pagi hari"


async def test_a_new_password_counts_from_now_on_and_ends_every_other_place(town: Town) -> None:
    ratna, there = await town.member(), town.visitor()
    await sign_in(there, "ratna")
    answer = await send(ratna, HERE, old=PASSWORD, password=NEW, repeat=NEW)
    assert answer.headers["location"] == "/admin/sessions?done=password"
    assert "Kata sandi sudah diganti" in (await ratna.get(answer.headers["location"])).text
    assert (await there.get("/admin/queue")).status_code == 303
    assert (await sign_in(town.visitor(), "ratna")).status_code == 401
    assert (await sign_in(town.visitor(), "ratna", NEW)).status_code == 303
    async with town.services.db.reading() as tx:
        (entry,) = await audit.search(tx, action="staff.password_changed")
    assert (entry.actor, entry.subject, entry.facts) == ("ratna", "staff:1", {})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"old": "salah salah salah"}, "Kata sandi yang sekarang tidak cocok"),
        ({"password": "pendek", "repeat": "pendek"}, "paling sedikit 12"),
        ({"repeat": "teh poci dingin"}, "yang kedua berbeda"),
        ({"password": "Ratna Dewi 2026!", "repeat": "Ratna Dewi 2026!"}, "nama sendiri"),
    ],
)
async def test_what_cannot_be_taken_is_said_and_changes_nothing(town: Town, change: dict[str, str], said: str) -> None:
    ratna = await town.member()
    answer = await send(ratna, HERE, **{"old": PASSWORD, "password": NEW, "repeat": NEW, **change})
    assert (answer.status_code, said in answer.text) == (422, True)
    assert NEW not in answer.text
    assert (await sign_in(town.visitor(), "ratna")).status_code == 303


async def test_guessing_the_old_password_here_rests_the_login_too(town: Town) -> None:
    ratna = await town.member()
    for _ in range(5):
        await send(ratna, HERE, old="salah salah salah", password=NEW, repeat=NEW)
    assert (await send(ratna, HERE, old=PASSWORD, password=NEW, repeat=NEW)).status_code == 422
    town.clock.passes(minutes=1)
    assert (await send(ratna, HERE, old=PASSWORD, password=NEW, repeat=NEW)).status_code == 303
