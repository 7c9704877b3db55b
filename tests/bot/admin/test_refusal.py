"""Refusing: with a reason the person reads and what they can do, seen before it is sent, and taken back."""

from __future__ import annotations

import httpx
import pytest

from storage import audit
from tests.bot.admin.test_correction import asks, opened, text
from tests.bot.town import Phone, Town, send

REASON = "Datanya belum bisa kami pastikan."


async def refuses(member: httpx.AsyncClient, receipt: str, path: str = "refusal", **form: str) -> httpx.Response:
    where = f"/admin/applications/{receipt}/{path}"
    return await send(member, where, **{"version": "1", "own": REASON, **form})


async def test_the_person_reads_why_and_what_they_can_do_as_it_was_previewed(town: Town) -> None:
    phone = Phone(town.visitor())
    receipt = await phone.signs_up()
    ratna = await town.member()
    assert "Tolak pendaftaran" in (await ratna.get(f"/admin/applications/{receipt}/refusal")).text
    shown = await refuses(ratna, receipt, "refusal/preview")
    assert (shown.status_code, await phone.hears_nothing()) == (200, True)
    assert (await refuses(ratna, receipt)).headers["location"].endswith("?done=refused")
    (told,) = await phone.hear()
    assert REASON in told["text"] and "BANTUAN" in told["text"]
    assert "".join(told["text"].replace("*", "").split()) in text(shown).replace(" ", "")
    found = await opened(town, receipt)
    assert (found.state, [(d.kind, d.staff, d.reason) for d in found.decisions]) == (
        *("refused", [("refuse", "Ratna Dewi", REASON)]),
    )
    async with town.services.db.reading() as tx:
        (entry,) = await audit.about(tx, f"application:{receipt}", limit=9)
    assert entry.action == "application.refused"
    assert "Datanya" in (await ratna.get(f"/admin/applications/{receipt}")).text


async def test_a_refusal_is_taken_back_and_the_person_hears_of_it(town: Town) -> None:
    phone = Phone(town.visitor())
    receipt = await phone.signs_up()
    ratna = await town.member()
    await refuses(ratna, receipt)
    undone = await send(ratna, f"/admin/applications/{receipt}/refusal/undo", version="1")
    assert undone.headers["location"].endswith("?done=refusal_undone")
    assert "sekali lagi" in (await phone.hear())[-1]["text"]
    assert (await opened(town, receipt)).state == "submitted"
    again = await send(ratna, f"/admin/applications/{receipt}/refusal/undo", version="1")
    assert again.headers["location"].endswith("faster")


async def test_a_refusal_by_the_agency_is_not_the_desks_to_undo(town: Town) -> None:
    receipt = await Phone(town.visitor()).signs_up()
    async with town.services.db.writing() as tx:
        await tx.rows("UPDATE applications SET state = 'refused' WHERE receipt = $1", (receipt,))
    ratna = await town.member()
    assert "Batalkan penolakan" not in (await ratna.get(f"/admin/applications/{receipt}")).text
    undone = await send(ratna, f"/admin/applications/{receipt}/refusal/undo", version="1")
    assert undone.headers["location"].endswith("faster")
    assert (await opened(town, receipt)).state == "refused"


async def test_refused_while_a_question_is_open_the_question_is_not_asked_any_more(town: Town) -> None:
    phone = Phone(town.visitor())
    receipt = await phone.signs_up()
    ratna = await town.member()
    await asks(ratna, receipt, "rw")
    await phone.hear()
    await refuses(ratna, receipt)
    (told,) = await phone.hear()
    assert REASON in told["text"]
    await phone.says("6")
    found = await opened(town, receipt)
    assert (found.state, found.version) == ("refused", 1)


@pytest.mark.parametrize(
    ("form", "trouble"),
    [
        ({"own": ""}, "Pilih alasan"),
        ({"own": "a" * 301}, "terlalu panjang"),
        ({"own": "karena 3174055708950003"}, "Jangan menulis NIK"),
    ],
)
async def test_a_refusal_without_a_good_reason_is_not_sent(town: Town, form: dict[str, str], trouble: str) -> None:
    phone = Phone(town.visitor())
    receipt = await phone.signs_up()
    answer = await refuses(await town.member(), receipt, **form)
    assert (answer.status_code, trouble in answer.text) == (422, True)
    assert ((await opened(town, receipt)).state, await phone.hears_nothing()) == ("submitted", True)


async def test_what_is_approved_is_not_refused(town: Town) -> None:
    receipt = await Phone(town.visitor()).signs_up()
    ratna = await town.member()
    await send(ratna, f"/admin/applications/{receipt}/approval", version="1")
    assert (await refuses(ratna, receipt)).headers["location"].endswith("faster")
    assert (await ratna.get(f"/admin/applications/{receipt}/refusal")).status_code == 303
    assert (await opened(town, receipt)).state == "approved"
