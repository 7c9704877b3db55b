"""The team: a link makes a member once, is shown once, can be withdrawn; somebody shut out is out, never oneself."""

from __future__ import annotations

import re

import httpx
import pytest

from bot.admin.permissions import ROLES
from bot.admin.team import DONE
from locales import LANGUAGES, catalogue
from storage import audit
from tests.bot.town import PASSWORD, Town, csrf_of, send, sign_in

HERE = "/admin/staff"
JOINING = {"name": "Dewi Lestari", "login": "dewi", "password": PASSWORD, "repeat": PASSWORD}


def link_in(page: httpx.Response, town: Town) -> str:
    found = re.search(r'<input id="link"[^>]* value="([^"]+)"', page.text)
    assert found, page.text
    assert found[1].startswith(f"{town.services.settings.base_url}/admin/setup/")
    return found[1].removeprefix(town.services.settings.base_url)


def number(page: httpx.Response, path: str) -> str:
    """The only one on the page for whom something can be done."""
    (found,) = re.findall(rf'action="/admin/staff/(?:invitations/)?([0-9]+)/{path}"', page.text)
    return str(found)


async def actions(town: Town) -> list[tuple[str, str, str]]:
    async with town.services.db.reading() as tx:
        entries = reversed(await audit.search(tx, action="staff."))
        return [(entry.actor, entry.action, entry.subject) for entry in entries]


async def test_an_invited_reviewer_joins_once_and_works_in_her_area(town: Town) -> None:
    ratna, dewi = await town.member(), town.visitor()
    made = await send(ratna, f"{HERE}/invitations", role="reviewer", area="31.75", name="Dewi")
    link = link_in(made, town)
    assert "tidak ditampilkan lagi" in made.text
    assert made.headers["cache-control"] == "no-store"
    team = await ratna.get(HERE)
    assert "Tautan yang belum dipakai" in team.text
    assert link.rpartition("/")[2] not in team.text
    assert (await dewi.post(link, data=JOINING)).headers["location"] == "/admin"
    assert (await dewi.get("/admin/queue")).status_code == 200
    assert (await town.visitor().post(link, data={**JOINING, "login": "eve"})).status_code == 410
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", (await ratna.get(HERE)).text))
    assert "Dewi Lestari dewi pemeriksa Jakarta Timur Terakhir dipakai" in page
    assert "Tautan yang belum dipakai" not in page
    assert await actions(town) == [("ratna", "staff.invited", "reviewer"), ("dewi", "staff.joined", "staff:2")]


@pytest.mark.parametrize("role", ["owner", "", "Admin"])
async def test_only_a_known_role_is_invited(town: Town, role: str) -> None:
    ratna = await town.member()
    answer = await send(ratna, f"{HERE}/invitations", role=role)
    assert (answer.status_code, "Pilih perannya dulu" in answer.text) == (422, True)
    assert "Tautan yang belum dipakai" not in (await ratna.get(HERE)).text


@pytest.mark.parametrize(
    ("role", "area", "kept"),
    [
        ("reviewer", "31.75", "Jakarta Timur"),
        ("coordinator", "31.75.07", "Duren Sawit"),
        ("reviewer", "99.99", None),
        ("reviewer", "'; --", None),
        ("admin", "31.75", None),
        ("exporter", "31.75", None),
    ],
)
async def test_an_area_is_kept_only_where_it_means_something(
    town: Town, role: str, area: str, kept: str | None
) -> None:
    ratna = await town.member()
    await send(ratna, f"{HERE}/invitations", role=role, area=area)
    chips = re.findall(r'<b class="chip">([^<]+)', (await ratna.get(HERE)).text)
    assert chips == ["admin", catalogue("id")[f"admin.role.{role}"], *([kept] if kept else [])]


async def test_a_withdrawn_link_opens_nothing(town: Town) -> None:
    ratna = await town.member()
    made = await send(ratna, f"{HERE}/invitations", role="admin")
    link, which = link_in(made, town), number(made, "withdrawal")
    where = f"{HERE}/invitations/{which}/withdrawal"
    assert (await send(ratna, where)).headers["location"].endswith("?done=withdrawn")
    assert (await send(ratna, where)).headers["location"].endswith("?done=nothing")
    assert (await town.visitor().get(link)).status_code == 410
    assert (await actions(town))[-1] == ("ratna", "staff.invitation_withdrawn", "admin")


async def test_somebody_shut_out_is_out_at_once_and_may_be_let_in_again(town: Town) -> None:
    ratna, dewi = await town.member(), await town.member("reviewer", login="dewi")
    which = number(await ratna.get(HERE), "absence")
    assert (await send(ratna, f"{HERE}/{which}/absence")).headers["location"].endswith("?done=shut_out")
    assert (await dewi.get("/admin/queue")).status_code == 303
    assert (await sign_in(town.visitor(), "dewi")).status_code == 401
    assert ">dikeluarkan<" in (await ratna.get(HERE)).text
    assert (await send(ratna, f"{HERE}/{which}/return")).headers["location"].endswith("?done=let_in")
    assert (await dewi.get("/admin/queue")).status_code == 303
    assert (await sign_in(town.visitor(), "dewi")).status_code == 303
    assert [what for _, what, _ in await actions(town)] == ["staff.shut_out", "staff.let_in"]


async def test_nobody_shuts_themselves_out(town: Town) -> None:
    ratna = await town.member()
    assert (await send(ratna, f"{HERE}/1/absence")).headers["location"].endswith("?done=yourself")
    assert (await ratna.get("/admin/queue")).status_code == 200
    assert "absence" not in (await ratna.get(HERE)).text


@pytest.mark.parametrize("which", ["99", "x", "0"])
async def test_what_is_not_there_changes_nothing(town: Town, which: str) -> None:
    ratna = await town.member()
    for path in (f"{which}/absence", f"{which}/return", f"invitations/{which}/withdrawal"):
        assert (await send(ratna, f"{HERE}/{path}")).headers["location"].endswith("?done=nothing")
    assert await actions(town) == []


async def test_an_auditor_sees_the_team_and_changes_nothing(town: Town) -> None:
    await town.member()
    page = await (await town.member("auditor", login="joko")).get(HERE)
    assert "Ratna Dewi" in page.text
    assert not re.search(r'action="/admin/staff', page.text)


async def test_a_name_that_is_markup_stays_a_name(town: Town) -> None:
    ratna = await town.member()
    page = await send(ratna, f"{HERE}/invitations", role="admin", name='<img src=x onerror="alert(1)">')
    assert "<img src=x" not in page.text
    assert "&lt;img src=x" in page.text


async def test_the_page_after_an_invitation_has_its_languages_and_forms(town: Town) -> None:
    ratna = await town.member()
    page = await send(ratna, f"{HERE}/invitations", role="admin")
    assert csrf_of(page)
    assert f'href="{HERE}?lang=en"' in page.text


def test_every_role_is_explained_and_every_outcome_said() -> None:
    for language in LANGUAGES:
        assert {f"admin.role.{role}.text" for role in ROLES} <= set(catalogue(language))
        assert {f"admin.team.done.{done}" for done in DONE} <= set(catalogue(language))
