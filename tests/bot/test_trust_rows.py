"""What the trust kit keeps and looks up, through the whole program: codes of volunteers, and sealed reports."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversations.rules.codes import VOLUNTEER
from storage import reports, volunteers
from tests.bot.town import Phone, Town, open_town

CODE, OTHER = VOLUNTEER.make(11), VOLUNTEER.make(22)


async def volunteer(town: Town, state: str) -> None:
    """Ratna, invited, and brought to this state."""
    until = town.clock() + timedelta(days=7)
    async with town.services.db.writing() as tx:
        number = await volunteers.invite(
            tx,
            town.services.keyring,
            "t",
            code=CODE,
            name="Ratna Dewi",
            area_code="31.75.07.1003",
            rw="5",
            staff_id=None,
            now=town.clock(),
            until=until,
        )
        if state != "invited":
            await volunteers.move_to(tx, number, ("invited",), state, town.clock())


@pytest.mark.parametrize(
    ("state", "said", "named"),
    [
        ("active", "aktif", True),
        ("paused", "sedang tidak aktif", False),
        ("ended", "sedang tidak aktif", False),
        ("invited", "tidak kami kenal", False),
    ],
)
async def test_a_volunteers_name_is_said_only_while_they_are_active(
    database_url: str, state: str, said: str, named: bool
) -> None:
    async with open_town(database_url) as town:
        await volunteer(town, state)
        heard = await Phone(town.visitor()).says("menu", f"cek relawan {CODE}")
        assert said in heard
        assert ("Ratna Dewi" in heard) is named
        assert ("RW 5" in heard) is named


async def test_a_code_nobody_has_is_unknown(database_url: str) -> None:
    async with open_town(database_url) as town:
        await volunteer(town, "active")
        assert "tidak kami kenal" in await Phone(town.visitor()).says("menu", f"cek relawan {OTHER}")


async def test_a_report_is_kept_sealed_and_read_only_when_it_is_opened(database_url: str) -> None:
    async with open_town(database_url) as town:
        phone = Phone(town.visitor())
        heard = await phone.says("lapor", "2", f"ada yang minta uang, katanya relawan {CODE}")
        assert "sudah sampai" in heard
        async with town.services.db.reading() as tx:
            [waiting] = await reports.waiting(tx)
            assert (waiting.kind, waiting.body, waiting.volunteer_code) == ("money", "", CODE)
            opened = await reports.one(tx, town.services.keyring, waiting.id)
            assert opened is not None
            assert opened.body == f"ada yang minta uang, katanya relawan {CODE}"
