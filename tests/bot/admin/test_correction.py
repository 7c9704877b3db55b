"""Asking again: a reviewer ticks and gives a reason; the chat is asked, and the answers bring the form back."""

from __future__ import annotations

import re

import httpx
import pytest

from storage import applications, audit
from storage.applications import Opened
from tests.bot.town import BUDI, Phone, Town, send

REASON = "Di KTP namanya lebih panjang, ya Kak?"


def text(page: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


async def opened(town: Town, receipt: str) -> Opened:
    async with town.services.db.reading() as tx:
        found = await applications.one(tx, town.services.keyring, receipt)
    assert found is not None
    return found


async def asks(
    member: httpx.AsyncClient, receipt: str, *steps: str, path: str = "correction", **form: str
) -> httpx.Response:
    """Send the question, as the preview's button does."""
    ticked = {f"step.{step}": "yes" for step in steps}
    where = f"/admin/applications/{receipt}/{path}"
    return await send(member, where, **{"version": "1", "own": REASON, **ticked, **form})


async def test_the_reviewer_sees_the_very_message_before_it_goes_out(town: Town) -> None:
    phone = Phone(town.visitor())
    receipt = await phone.signs_up()
    ratna = await town.member()
    where = f"/admin/applications/{receipt}/correction"
    form = await ratna.get(where)
    assert 'name="step.full_name"' in form.text and 'name="step.confirm"' not in form.text
    ticked = {"step.full_name": "yes", "step.rw": "yes", "own": REASON, "ready": "own", "version": "1"}
    shown = await send(ratna, f"{where}/preview", **ticked)
    assert (shown.status_code, await phone.hears_nothing()) == (200, True)
    assert (await opened(town, receipt)).state == "submitted"
    await send(ratna, where, **ticked)
    (asked,) = await phone.hear()
    sent = " ".join(asked["text"].replace("*", "").split())
    assert REASON in sent and "Jawaban yang tadi: Siti Aminah" in sent
    assert sent.replace("tadi: Siti Aminah", "tadi: S••• A•••") in text(shown)
    assert all(choice["label"] in text(shown) for choice in asked["choices"])


async def test_only_the_ticked_answers_are_asked_and_the_answers_bring_the_form_back(town: Town) -> None:
    phone = Phone(town.visitor())
    receipt = await phone.signs_up()
    ratna = await town.member()
    answer = await asks(ratna, receipt, "full_name", "rw")
    assert answer.headers["location"].endswith("?done=asked")
    found = await opened(town, receipt)
    assert found.state == "needs_correction"
    assert [(d.kind, d.staff, d.steps, d.reason) for d in found.decisions] == [
        ("ask_again", "Ratna Dewi", ("full_name", "rw"), REASON)
    ]
    (asked,) = await phone.hear()
    assert asked["text"].startswith(f"Pendaftaran *{receipt}* perlu diperbaiki")
    assert "RW berapa" in await phone.says("Siti Aminah Putri")
    assert receipt in await phone.says("6")
    back = await opened(town, receipt)
    assert (back.state, back.version, back.name, back.answers["rw"].value) == ("submitted", 2, "Siti Aminah Putri", 6)
    page = text(await ratna.get(f"/admin/applications/{receipt}"))
    assert page.count("berubah Sebelumnya:") == 2


async def test_asking_is_written_down_without_the_words(town: Town) -> None:
    receipt = await Phone(town.visitor()).signs_up()
    await asks(await town.member(), receipt, "rw")
    async with town.services.db.reading() as tx:
        (entry,) = await audit.about(tx, f"application:{receipt}", limit=9)
        rows = await tx.rows("SELECT facts FROM scheduled UNION ALL SELECT facts FROM audit")
    assert (entry.actor, entry.action) == ("ratna", "application.asked_again")
    assert not [facts for (facts,) in rows if "KTP" in facts]


@pytest.mark.parametrize(
    ("steps", "form", "trouble"),
    [
        ((), {}, "Centang paling sedikit satu"),
        (("rw",), {"own": " "}, "Pilih alasan"),
        (("rw",), {"own": "", "ready": "made up"}, "Pilih alasan"),
        (("rw",), {"own": "a" * 301}, "terlalu panjang"),
        (("rw",), {"own": "NIK 3174055708950003 itu salah"}, "Jangan menulis NIK"),
        (("confirm",), {}, "Centang paling sedikit satu"),
        (("made_up",), {}, "Centang paling sedikit satu"),
    ],
)
async def test_what_cannot_be_sent_is_said_and_changes_nothing(
    town: Town, steps: tuple[str, ...], form: dict[str, str], trouble: str
) -> None:
    phone = Phone(town.visitor())
    receipt = await phone.signs_up()
    answer = await asks(await town.member(), receipt, *steps, **form)
    assert (answer.status_code, trouble in answer.text) == (422, True)
    assert ((await opened(town, receipt)).state, await phone.hears_nothing()) == ("submitted", True)


async def test_a_ready_reason_is_said_in_the_persons_own_language(town: Town) -> None:
    phone = Phone(town.visitor())
    await phone.send(tap={"step": "!", "value": "language:en"})
    receipt = await phone.signs_up(
        (
            *("register", "with help", "i agree", "none of these", "Ana Wijaya", "3174055708950003", "17-8-1995"),
            *("female", "klender", "5", "i have none", "i have none", "ojol", "i have none", "2jt", "2 programmes"),
            *("1 month", "no", "send"),
        )
    )
    ratna = await town.member()
    assert "Your address is not clear" in (await ratna.get(f"/admin/applications/{receipt}/correction")).text
    await asks(ratna, receipt, "rw", own="", ready="home")
    (asked,) = await phone.hear()
    assert "Your address is not clear to us yet." in asked["text"]


async def test_a_question_sent_twice_is_asked_once(town: Town) -> None:
    phone = Phone(town.visitor())
    receipt = await phone.signs_up()
    ratna = await town.member()
    first, second = await asks(ratna, receipt, "rw"), await asks(ratna, receipt, "rw")
    assert first.headers["location"].endswith("asked") and second.headers["location"].endswith("faster")
    assert len(await phone.hear()) == 1
    assert len((await opened(town, receipt)).decisions) == 1
    assert (await ratna.get(f"/admin/applications/{receipt}/correction")).status_code == 303


async def test_an_unknown_receipt_cannot_be_asked(town: Town) -> None:
    ratna = await town.member()
    assert (await ratna.get("/admin/applications/TK-0000-0000-0/correction")).status_code == 404
    assert (await asks(ratna, "TK-0000-0000-0", "rw")).status_code == 404


async def test_who_is_asked_after_their_session_was_let_go_of_is_asked_all_the_same(town: Town) -> None:
    phone = Phone(town.visitor())
    receipt = await phone.signs_up()
    async with town.services.db.writing() as tx:
        await tx.rows("DELETE FROM sessions")
    ratna = await town.member()
    shown = await asks(ratna, receipt, "rw", path="correction/preview")
    assert f"Pendaftaran {receipt} perlu diperbaiki" in text(shown)
    await asks(ratna, receipt, "rw")
    (asked,) = await phone.hear()
    assert "RW berapa" in asked["text"]
    assert receipt in await phone.says("6")
    found = await opened(town, receipt)
    assert (found.state, found.answers["rw"].value, found.name) == ("submitted", 6, "Siti Aminah")


# ---- taking a question back ---------------------------------------------------------------------------------------


async def test_a_question_taken_back_is_unasked_and_the_form_is_whole_again(town: Town) -> None:
    phone = Phone(town.visitor())
    receipt = await phone.signs_up()
    ratna = await town.member()
    await asks(ratna, receipt, "full_name", "rw")
    await phone.says("Siti Aminah Putri")
    page = await ratna.get(f"/admin/applications/{receipt}")
    assert "Tarik pertanyaan" in page.text
    undone = await send(ratna, f"/admin/applications/{receipt}/correction/undo", version="1")
    assert undone.headers["location"].endswith("?done=question_undone")
    (told,) = await phone.hear()
    assert "tidak perlu dijawab lagi" in told["text"]
    assert "RW" not in await phone.says("6")  # nothing is open, so it answers nothing
    found = await opened(town, receipt)
    assert (found.state, found.version, found.answers["rw"].value) == ("submitted", 1, 5)
    assert [(d.kind, d.undone_at is not None) for d in found.decisions] == [
        ("ask_again", True),
        ("undo_ask_again", False),
    ]
    assert (
        (await send(ratna, f"/admin/applications/{receipt}/approval", version="1"))
        .headers["location"]
        .endswith("approved")
    )


async def test_a_question_that_was_answered_cannot_be_taken_back(town: Town) -> None:
    phone = Phone(town.visitor())
    receipt = await phone.signs_up()
    ratna = await town.member()
    await asks(ratna, receipt, "rw")
    await phone.says("6")
    late = await send(ratna, f"/admin/applications/{receipt}/correction/undo", version="2")
    assert late.headers["location"].endswith("faster")
    assert (await opened(town, receipt)).state == "submitted"


# ---- coming back --------------------------------------------------------------------------------------------------


async def test_a_corrected_form_returns_to_whoever_asked(town: Town) -> None:
    phone = Phone(town.visitor())
    receipt, other = await phone.signs_up(), await Phone(town.visitor()).signs_up(BUDI)
    ratna, dewi = await town.member(login="ratna"), await town.member("reviewer", login="dewi")
    await asks(dewi, receipt, "rw")
    assert "Kembali ke saya" not in (await dewi.get("/admin/queue")).text
    await phone.says("6")
    hers = await dewi.get("/admin/queue", params={"mine": "yes"})
    assert (receipt in hers.text, other in hers.text, "kembali ke saya</b>" in hers.text) == (True, False, True)
    assert "kembali ke Ratna Dewi</b>" in (await ratna.get("/admin/queue")).text
    assert receipt not in (await ratna.get("/admin/queue", params={"mine": "yes"})).text
    assert "Kembali ke saya" not in (await (await town.member("auditor", login="auditor")).get("/admin/queue")).text
    await send(dewi, f"/admin/applications/{receipt}/approval", version="2")
    assert "Kembali ke saya" not in (await dewi.get("/admin/queue")).text


async def test_the_queue_says_what_a_colleague_has_open(town: Town) -> None:
    receipt = await Phone(town.visitor()).signs_up()
    ratna, dewi = await town.member(login="ratna"), await town.member("reviewer", login="dewi")
    await ratna.get(f"/admin/applications/{receipt}")
    assert "dilihat Ratna Dewi" in (await dewi.get("/admin/queue")).text
    assert "dilihat" not in (await ratna.get("/admin/queue")).text
