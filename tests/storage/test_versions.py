"""What an application said before it was corrected can be read again, until its person is forgotten."""

from __future__ import annotations

from storage import people
from storage.database import Database
from storage.keys import Keyring
from storage.versions import answers_of
from tests.storage.world import NOW, a_form, later, submit


async def test_each_version_keeps_its_own_answers(database: Database, keyring: Keyring) -> None:
    place = await submit(database, keyring)
    await submit(database, keyring, form=a_form(rw="9"), at=later(hours=1))
    async with database.writing() as tx:
        first, second = [await answers_of(tx, keyring, "K7Q2M-4", version) for version in (1, 2)]
        assert (first["rw"].value, second["rw"].value) == ("7", "9")
        assert first["full_name"] == second["full_name"]
        assert await answers_of(tx, keyring, "K7Q2M-4", 3) == {}
        assert await answers_of(tx, keyring, "K7Q2M-5", 1) == {}
        await people.erase(tx, keyring, place.person_id, NOW)
        assert await answers_of(tx, keyring, "K7Q2M-4", 1) == {}
