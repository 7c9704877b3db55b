"""A town in which something lies on every page: a full queue, drafts, a batch, a list, an open case of each kind."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
from starlette.routing import Route

from bot.admin.routes import routes as desk_routes
from bot.figures import count_all
from bot.public.routes import routes as public_routes
from conversations.rules.codes import VOLUNTEER
from storage import data_requests, payment_reports, reports, volunteers
from storage.columns import micros
from tests.bot.admin.test_batches import sealed
from tests.bot.admin.test_outlines import brought
from tests.bot.admin.test_results import budi, loaded, siti
from tests.bot.coverage.patchwork import collection, level
from tests.bot.results.lists import excel_list
from tests.bot.town import BUDI, SITI, Phone, Town, send

QUEUE = 26  # one more than a page holds
NOT_PAGES = (".json", ".xlsx", ".png", ".{kind}", "/small", "{ticket}", "{name}", "/messages", "/history")


async def fill(town: Town, ratna: httpx.AsyncClient, folder: Path) -> dict[str, str]:
    """Fill it through the doors people use. Returns what stands for each {part} of an address."""
    receipt = await Phone(town.visitor()).signs_up(SITI)
    await _copied(town, QUEUE)
    batched = await Phone(town.visitor()).signs_up(BUDI)
    await send(ratna, f"/admin/applications/{batched}/approval", version="1")
    batch = await sealed(ratna, which="simulated")
    for far in (2, 5, 6, len(SITI) - 1):
        await Phone(town.visitor()).says(*SITI[:far])
    await Phone(town.visitor()).says("halo", "bantuan")
    await _cases(town, receipt)
    number = await loaded(ratna, excel_list(folder / "hasil.xlsx", [siti(), budi()]))
    await send(ratna, f"{await brought(ratna, collection(level('kota')))}/apply")
    spoilt = collection(level("kecamatan"))
    spoilt["features"][3]["properties"]["WADMKC"] = "Antah Berantah"
    outlines = await brought(ratna, spoilt)
    await ratna.post("/admin/login", data={"login": "ratna", "password": "bukan ini"})
    town.clock.passes(hours=2)
    await count_all(town.services, town.clock())
    return {
        "receipt": receipt,
        "batch": batch.rpartition("/")[2],
        "number": number.rpartition("/")[2],
        "file": outlines.rpartition("/")[2],
        "token": "abc",
        "code": VOLUNTEER_CODE,
        "size": "a4",
    }


VOLUNTEER_CODE = VOLUNTEER.make(7)


async def _copied(town: Town, more: int) -> None:
    """The first application so many times over."""
    async with town.services.db.writing() as tx:
        rows = await tx.rows(
            "SELECT chat_id, person_id, state, form, fingerprint, language, channel, flags, submitted_at, changed_at, "
            "area_code, kecamatan_code, kota_code, rw, programme, months, sector, simulated FROM applications LIMIT 1"
        )
        columns = (
            *("chat_id", "person_id", "state", "form", "fingerprint", "language", "channel", "flags", "submitted_at"),
            *("changed_at", "area_code", "kecamatan_code", "kota_code", "rw", "programme", "months", "sector"),
            *("simulated", "receipt", "answers", "version"),
        )
        await tx.insert(
            "applications", columns, [(*rows[0], f"TK-{n:04}", b"", 1) for n in range(more)]
        )  # fmt: skip


async def _cases(town: Town, receipt: str) -> None:
    """A reported payment, a wrong told of, a wish about one's data, a volunteer, a message that crashed."""
    services, now = town.services, town.clock()
    async with services.db.writing() as tx:
        [(application_id, chat_id, person_id, wrapped)] = await tx.rows(
            "SELECT a.id, a.chat_id, a.person_id, p.key FROM applications a JOIN people p ON p.id = a.person_id "
            "WHERE a.receipt = $1",
            (receipt,),
        )
        key = services.keyring.unwrap(bytes(wrapped))
        await payment_reports.add(
            tx, application_id=application_id, chat_id=chat_id, person_id=person_id, paid_on="2026-11-20", months=3,
            now=now, key=key,
        )  # fmt: skip
        await reports.add(
            tx, kind="collector", chat_id=chat_id, person_id=person_id, key=key, body="Diminta uang tunai", now=now
        )
        await data_requests.add(
            tx, kind="correct", chat_id=chat_id, person_id=person_id, key=key, now=now, receipt=receipt, body="Ejaan"
        )
        await volunteers.invite(
            tx, services.keyring, "undangan", code=VOLUNTEER_CODE, name="Joko", area_code="31.75.07.1001", rw="5",
            staff_id=None, now=now, until=now + timedelta(days=7),
        )  # fmt: skip
        await tx.insert(
            "inbox", ("channel", "message_id", "kind", "arrived_at", "state", "error"),
            [("whatsapp", "SM1", "unreadable", micros(now), "parked", "no MessageSid")],
        )  # fmt: skip
        await tx.rows("UPDATE outbox SET state = 'failed', error = '63024' WHERE id = 1")


def addresses(town: Town, parts: dict[str, str]) -> list[str]:
    """Every page there is, of the desk and for everybody, with something in the place of each {part}."""
    services = town.services
    found = [r for r in (*public_routes(services), *desk_routes(services)) if isinstance(r, Route)]
    paths = [r.path for r in found if "GET" in (r.methods or ()) and not r.path.endswith(NOT_PAGES)]
    return [_filled_in(path, parts) for path in paths]


def _filled_in(path: str, parts: dict[str, str]) -> str:
    for name in path.split("{")[1:]:
        part = name.partition("}")[0]
        path = path.replace("{" + part + "}", parts.get(part, "1"))
    return path
