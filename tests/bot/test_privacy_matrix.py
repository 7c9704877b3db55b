"""Who may see which field of whom: one table, and a walk of everybody through everything they can look at."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
import openpyxl
import pytest
import structlog
from starlette.routing import Route

from bot.admin import answers
from bot.admin.routes import routes as desk_routes
from bot.channels.channel import Address, Arrived
from bot.figures import count_all
from bot.payload import unpack
from conversations.commands import WORDS
from conversations.rules.codes import VOLUNTEER
from conversations.turn import Content, Json, Opened, Said
from storage import data_requests, outbox, payment_reports, reports
from tests.bot.admin.test_batches import sealed
from tests.bot.filled import addresses
from tests.bot.relawan import active
from tests.bot.seen import FIELDS, FULL, MASKED, NONE, Planted
from tests.bot.town import PASSWORD, Town, open_town, send

WULAN = Planted(
    first="Wulan", last="Kusumaningtyas", nik="3175054408910006", born="4-8-1991", sex="perempuan", rw="13",
    day=r"4 Agustus 1991|4 Agu 1991|4 August 1991|1991-08-04|0?4[-/]0?8[-/]1991", year="1991",
    phone="085677123498", email="kusuma.w@contoh.id", occupation="pijat", income="2345000",
    chat="cicilan lemari saya belum lunas",
)  # fmt: skip
LARAS = Planted(
    first="Larasati", last="Prabandari", nik="3175055203930008", born="12-3-1993", sex="perempuan", rw="14",
    day=r"12 Maret 1993|12 Mar 1993|12 March 1993|1993-03-12|12[-/]0?3[-/]1993", year="1993",
    phone="085765439871", email="prabandari@contoh.id", occupation="cukur", income="2789000",
    chat="kipas angin saya baru diservis",
)  # fmt: skip
RIGHT, OTHER = "31.75", "31.71"
QUIET_COMMANDS = ("erase", "stop", "language:en", "training")  # they end the walk, or are only another's form

TABLE = """
who looks                                   | first name | full name | NIK    | last four | birth date | phone  | e-mail | RW     | occupation | income | months | step   | status | receipt | transcript
volunteer who brought them, form open       | full       | -         | -      | -         | -          | -      | -      | -      | -          | -      | -      | full   | -      | -       | -
they themselves                             | full       | full      | masked | full      | full       | masked | full   | full   | full       | full   | full   | -      | full   | full    | -
another person                              | -          | -         | -      | -         | -          | -      | -      | -      | -          | -      | -      | -      | -      | -       | -
another person with the receipt             | -          | -         | -      | -         | -          | -      | -      | -      | -          | -      | -      | -      | full   | full    | -
helper, form open                           | full       | full      | masked | full      | full       | masked | full   | full   | full       | full   | full   | -      | -      | -       | -
helper, sent in                             | full       | -         | -      | -         | -          | -      | -      | -      | -          | -      | full   | -      | full   | full    | -
helper, taken over                          | -          | -         | -      | -         | -          | -      | -      | -      | -          | -      | -      | -      | -      | -       | -
whose it is, taken over                     | full       | -         | -      | -         | -          | -      | -      | -      | -          | -      | full   | -      | full   | full    | -
volunteer who brought them                  | full       | -         | -      | -         | -          | -      | -      | -      | -          | -      | -      | -      | full   | -       | -
volunteer of another RW                     | -          | -         | -      | -         | -          | -      | -      | -      | -          | -      | -      | -      | -      | -       | -
volunteer, paused                           | -          | -         | -      | -         | -          | -      | -      | -      | -          | -      | -      | -      | -      | -       | -
volunteer, ended                            | -          | -         | -      | -         | -          | -      | -      | -      | -          | -      | -      | -      | -      | -       | -
branch, reading the file                    | full       | full      | full   | full      | full       | full   | full   | full   | full       | full   | full   | -      | -      | full    | -
admin                                       | masked     | masked    | masked | full      | masked     | masked | masked | full   | full       | full   | full   | -      | full   | full    | -
admin, uncovering                           | full       | full      | full   | full      | full       | full   | full   | full   | full       | full   | full   | -      | full   | full    | full
reviewer of the area                        | masked     | masked    | masked | full      | masked     | masked | masked | full   | full       | full   | full   | -      | full   | full    | -
reviewer of the area, uncovering            | full       | full      | full   | full      | full       | full   | full   | full   | full       | full   | full   | -      | full   | full    | full
reviewer of another area                    | -          | -         | -      | -         | -          | -      | -      | -      | -          | -      | -      | -      | -      | -       | -
reviewer of another area, uncovering        | -          | -         | -      | -         | -          | -      | -      | -      | -          | -      | -      | -      | -      | -       | -
reviewer of another area, of who was helped | -          | -         | -      | -         | -          | -      | -      | -      | -          | -      | -      | -      | -      | -       | -
exporter of the area                        | masked     | masked    | -      | -         | -          | -      | -      | full   | -          | -      | full   | -      | full   | full    | -
exporter of the area, uncovering            | full       | full      | full   | full      | full       | full   | full   | full   | full       | full   | full   | -      | -      | full    | -
exporter of another area                    | -          | -         | -      | -         | -          | -      | -      | -      | -          | -      | -      | -      | -      | -       | -
exporter of another area, uncovering        | -          | -         | -      | -         | -          | -      | -      | -      | -          | -      | -      | -      | -      | -       | -
coordinator of the area                     | -          | -         | -      | -         | -          | -      | -      | -      | -          | -      | -      | -      | -      | -       | -
coordinator of the area, uncovering         | -          | -         | -      | -         | -          | -      | -      | -      | -          | -      | -      | -      | -      | -       | -
coordinator of another area                 | -          | -         | -      | -         | -          | -      | -      | -      | -          | -      | -      | -      | -      | -       | -
coordinator of another area, uncovering     | -          | -         | -      | -         | -          | -      | -      | -      | -          | -      | -      | -      | -      | -       | -
auditor                                     | masked     | masked    | masked | full      | masked     | masked | masked | full   | full       | full   | full   | -      | full   | full    | -
auditor, uncovering                         | -          | -         | -      | -         | -          | -      | -      | -      | -          | -      | -      | -      | -      | -       | -
public pages and metrics                    | -          | -         | -      | -         | -          | -      | -      | -      | -          | -      | -      | -      | -      | -       | -
receipt check on the web                    | -          | -         | -      | -         | -          | -      | -      | -      | -          | -      | -      | -      | full   | full    | -
logs                                        | -          | -         | -      | -         | -          | -      | -      | -      | -          | -      | -      | -      | -      | -       | -
"""  # noqa: E501 — a table is read as a table


@dataclass
class Walker:
    """A chat that says everything there is to say, and all that it was told since."""

    town: Town
    name: str
    said: int = 0
    since: int = 0
    told: list[str] = field(default_factory=list)

    async def says(self, *contents: str | Content) -> str:
        """Say these, each a while after the other; returns the last answer."""
        for content in contents:
            self.town.clock.passes(seconds=20)
            self.said += 1
            said = Said(content) if isinstance(content, str) else content
            at, key = self.town.clock(), f"{self.name}:{self.said:08}"
            await self.town.services.take(Arrived("web", key, (Address("web", self.name),), said, at))
        return (await self.hears())[-1]

    async def hears(self) -> list[str]:
        """All that was said in this chat since it was last begun anew, with the buttons."""
        async with self.town.services.db.reading() as tx:
            chat_id = await outbox.find_chat(tx, self.town.services.keyring, "web", self.name)
            assert chat_id
            told = await outbox.told_since(tx, self.town.services.keyring, chat_id, self.since)
        self.last = told[-1][0] if told else self.since
        messages = [unpack(payload) for _, payload in told]
        return ["\n".join([one.text, *(choice.label for choice in one.choices)]) for one in messages]

    async def begins_anew(self) -> None:
        """Only what is heard from here on counts."""
        await self.hears()
        self.since = self.last

    async def walks(self, *more: str) -> list[str]:
        """Say every command there is; returns all that was heard."""
        for name, words in WORDS.items():
            if name not in QUIET_COMMANDS:
                await self.says(words[0])
        await self.says("menu", *more)
        return await self.hears()


def receipt_in(text: str) -> str:
    found = re.search(r"TK-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", text)
    assert found, text
    return found[0]


@dataclass
class World:
    """The town with its people; shown: what each viewer was shown, of whom."""

    town: Town
    receipts: dict[str, str] = field(default_factory=dict)
    shown: dict[str, tuple[Planted, list[str]]] = field(default_factory=dict)

    def note(self, viewer: str, whom: Planted, documents: Sequence[str]) -> None:
        self.shown[viewer] = (whom, [*documents])

    def found(self) -> dict[str, dict[str, str]]:
        return {
            viewer: whom.seen(documents, self.receipts.get(whom.first, ""))
            for viewer, (whom, documents) in self.shown.items()
        }


# ---- the people ---------------------------------------------------------------------------------------------------


async def volunteer(town: Town, walker: Walker, number: int, rw: str) -> str:
    """Make a chat's person a volunteer of an RW; returns their code."""
    await walker.says("halo")
    code = VOLUNTEER.make(number)
    made = await active(town.services, code, name="Ratna Dewi", rw=rw)
    async with town.services.db.writing() as tx:
        chat_id = await outbox.find_chat(tx, town.services.keyring, "web", walker.name)
        await tx.rows(
            "UPDATE volunteers SET chat_id = $1, person_id = (SELECT person_id FROM chats WHERE id = $1) WHERE id = $2",
            (chat_id, made.id),
        )
    return code


async def walk_chats(world: World) -> None:
    """Everybody who has a chat, before and after the forms are handed in."""
    town = world.town
    wulan, other, helper, keeper, neighbour, own, finder = (Walker(town, name * 32) for name in "abcdef0")
    code = await volunteer(town, keeper, 71, "5")
    await volunteer(town, neighbour, 72, "6")
    await wulan.says(Opened(code), "daftar", "dibantu", *WULAN.answers[:3])
    await keeper.begins_anew()
    world.note("volunteer who brought them, form open", WULAN, await keeper.walks())
    world.receipts["Wulan"] = receipt_in(await wulan.says("lanjut", *WULAN.answers[3:], "kirim"))
    await keeper.begins_anew()
    world.note("they themselves", WULAN, await wulan.walks("data saya", "status", "perbaiki"))
    world.note("another person", WULAN, await other.walks())
    await finder.says("halo", f"cek {world.receipts['Wulan']}")
    world.note("another person with the receipt", WULAN, await finder.hears())
    await helper.says("halo", "daftarkan orang lain", "Larasati", "ya", "dibantu", *LARAS.answers)
    world.note("helper, form open", LARAS, await helper.hears())
    world.receipts["Larasati"] = receipt_in(await helper.says("kirim"))
    await helper.begins_anew()
    world.note("helper, sent in", LARAS, await helper.walks("ganti", "perbaiki 2", "ubah 3", "data saya"))
    await own.says("data ini milik saya", world.receipts["Larasati"], LARAS.born, LARAS.nik[-4:])
    await helper.begins_anew()
    await own.begins_anew()
    world.note("helper, taken over", LARAS, await helper.walks("ganti", "data saya", "status"))
    world.note("whose it is, taken over", LARAS, await own.walks("data saya", "status"))
    world.note("volunteer who brought them", WULAN, await keeper.walks("orang saya"))
    world.note("volunteer of another RW", WULAN, await neighbour.walks("orang saya"))
    for state in ("paused", "ended"):
        async with town.services.db.writing() as tx:
            await tx.rows("UPDATE volunteers SET state = $1 WHERE code = $2", (state, code))
        await keeper.begins_anew()
        world.note(f"volunteer, {state}", WULAN, await keeper.walks("orang saya"))
    async with town.services.db.writing() as tx:
        await tx.rows("UPDATE volunteers SET state = 'active' WHERE code = $1", (code,))


# ---- the desk -----------------------------------------------------------------------------------------------------


async def cases(world: World) -> None:
    """Something of Wulan's lies in each of the desk's rooms."""
    services, now = world.town.services, world.town.clock()
    async with services.db.writing() as tx:
        [(application_id, chat_id, person_id, wrapped)] = await tx.rows(
            "SELECT a.id, a.chat_id, a.person_id, p.key FROM applications a JOIN people p ON p.id = a.person_id "
            "WHERE a.receipt = $1",
            (world.receipts["Wulan"],),
        )
        who = {"chat_id": chat_id, "person_id": person_id, "key": services.keyring.unwrap(bytes(wrapped)), "now": now}
        await payment_reports.add(tx, application_id=application_id, paid_on="2026-11-20", months=3, **who)
        await data_requests.add(tx, kind="correct", receipt=world.receipts["Wulan"], body=WULAN.chat, **who)
        await reports.add(tx, kind="collector", body=WULAN.chat, **who)
    await count_all(services, now)


def reveals(town: Town, parts: dict[str, str]) -> list[str]:
    """Every button of the desk that uncovers something."""
    paths = [r.path for r in desk_routes(town.services) if isinstance(r, Route) and r.path.endswith("/reveal")]
    for name, value in parts.items():
        paths = [path.replace("{" + name + "}", value) for path in paths]
    return [re.sub(r"\{[a-z]+\}", "1", path) for path in paths]


async def text_of(answer: httpx.Response) -> str:
    """A page, or a sheet's cells."""
    if answer.content.startswith(b"PK"):
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        return "\n".join(",".join(map(str, row)) for page in book for row in page.iter_rows(values_only=True))
    return answer.text if answer.status_code == 200 and not answer.content.startswith(b"\x89PNG") else ""


async def walk_desk(world: World) -> None:
    """Each role, of their area and of another, looks at every page; who may uncovers everything that can be."""
    town, receipt = world.town, world.receipts["Wulan"]
    admin = await town.member(login="budi")
    await send(admin, f"/admin/applications/{receipt}/approval", version="1")
    batch = await sealed(admin, which="simulated", area=RIGHT)
    parts = {"receipt": receipt, "other": world.receipts["Larasati"], "batch": batch.rpartition("/")[2]}
    file = (
        await send(admin, f"{batch}/file", kind="xlsx", password=PASSWORD),
        await admin.get(f"{batch}/manifest.json"),
    )
    world.note("branch, reading the file", WULAN, [await text_of(one) for one in file])
    pages = [path for path in addresses(town, parts) if path.startswith("/admin") and "setup" not in path]
    async with town.services.db.reading() as tx:
        asked = [f"/admin/help/{row_id}" for (row_id,) in await tx.rows("SELECT id FROM help_requests ORDER BY id")]
    assert len(asked) > 4, "everybody asked for an officer on their walk"
    places = [f"{path}/reveal" for path in asked]
    for role, area in DESK:
        login = f"{role[:4]}{area.replace('.', '')}"
        member = await town.member(role, login, area or None)
        looked = [await text_of(await member.get(path)) for path in (*pages, *asked, "/admin/coverage/sheet.xlsx")]
        for sought in (f"{WULAN.first} {WULAN.last}", WULAN.nik[-4:], receipt):
            found = await send(member, "/admin/queue/search", sought=sought)
            looked.append(await text_of(await member.get(found.headers.get("location", "/admin"))))
        where = {"": "", RIGHT: " of the area", OTHER: " of another area"}[area]
        world.note(f"{role}{where}", WULAN, looked)
        uncovered = [await text_of(await send(member, path)) for path in (*reveals(town, parts), *places)]
        uncovered.append(await text_of(await send(member, f"{batch}/file", kind="csv", password=PASSWORD)))
        world.note(f"{role}{where}, uncovering", WULAN, uncovered)
        if role == "reviewer" and area == OTHER:
            world.note(f"{role}{where}, of who was helped", LARAS, [*looked, *uncovered])


DESK = (
    *(("admin", ""), ("reviewer", RIGHT), ("reviewer", OTHER), ("exporter", RIGHT), ("exporter", OTHER)),
    *(("coordinator", RIGHT), ("coordinator", OTHER), ("auditor", "")),
)


async def walk_outside(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    """Nobody in particular: public pages, metrics, logs."""
    town = world.town
    code = VOLUNTEER.make(71)
    visitor = town.visitor()
    paths = [path for path in addresses(town, {"code": code, "token": "abc", "size": "a4"}) if "/admin" not in path]
    pages = [await text_of(await visitor.get(path)) for path in (*paths, "/metrics", "/healthz", "/readyz")]
    world.note("public pages and metrics", WULAN, pages)
    checked = await visitor.post("/cek", data={"receipt": world.receipts["Wulan"]})
    world.note("receipt check on the web", WULAN, [checked.text])
    out, err = capfd.readouterr()
    world.note("logs", WULAN, [out, err])


# ---- the table ----------------------------------------------------------------------------------------------------


def table() -> dict[str, dict[str, str]]:
    """The table as it is written: per viewer, per field."""
    head, *rows = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]
    assert tuple(head[1:]) == FIELDS
    meant = {FULL: FULL, MASKED: MASKED, "-": NONE}
    return {row[0]: {name: meant[cell] for name, cell in zip(FIELDS, row[1:], strict=True)} for row in rows}


def differences(world: World) -> list[str]:
    """Each cell in which somebody sees something else than the table says, named."""
    written, found = table(), world.found()
    assert written.keys() == found.keys(), written.keys() ^ found.keys()
    return [
        f"{viewer} sees {name} of {world.shown[viewer][0].first}: {seen}, table says {written[viewer][name]}"
        for viewer, fields in found.items()
        for name, seen in fields.items()
        if seen != written[viewer][name]
    ]


@asynccontextmanager
async def walked(url: str, capfd: pytest.CaptureFixture[str]) -> AsyncIterator[World]:
    async with open_town(url) as town:
        world = World(town)
        await walk_chats(world)
        await cases(world)
        await walk_desk(world)
        await walk_outside(world, capfd)
        yield world


async def test_everybody_sees_what_the_table_says_and_nothing_else(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)  # PostgreSQL has no folder of its own: keys go to ./var
    async with walked(database_url, capfd) as world:
        found = differences(world)
    assert not found, "\n".join(found)


async def test_a_leak_fails_by_the_name_of_its_cell(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Three leaks are planted: a volunteer is given the whole name, a masked page shows phones, a log says a name."""

    def called(name: str) -> str:
        structlog.get_logger().info("people_asked", name=name)
        return name

    monkeypatch.setattr("bot.people_facts._called", called)
    monkeypatch.setattr("bot.admin.answers.mask", partial(_unmasked, answers.mask))
    async with walked(sqlite_url, capfd) as world:
        found = differences(world)
    assert "volunteer who brought them sees full name of Wulan: full, table says none" in found
    assert "auditor sees phone of Wulan: full, table says masked" in found
    assert "logs sees full name of Wulan: full, table says none" in found
    leaking = ("volunteer who brought", "logs", "admin", "reviewer of the area", "auditor")
    assert [cell for cell in found if not cell.startswith(leaking)] == []


def _unmasked(masked: Callable[[str, Json], str], step: str, value: Json) -> str:
    return str(value) if step == "phone" else masked(step, value)
