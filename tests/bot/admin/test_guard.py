"""Every page of the desk, by every role, as the one table says; every form with its own token only."""

from __future__ import annotations

import pytest
from starlette.routing import Route

from bot.admin.permissions import PERMISSIONS, ROLES, may
from bot.admin.routes import routes
from tests.bot.town import Phone, Town, send

OPEN = {"/admin/login", "/admin/login/code", "/admin/setup/{token}"}  # pages that come before a seat


def pages(town: Town) -> list[tuple[str, str, str]]:
    """Every page behind the door: act, method, path."""
    found = [route for route in routes(town.services) if isinstance(route, Route) and route.path not in OPEN]
    return [(r.name, next(iter((r.methods or set()) - {"HEAD"})), r.path) for r in found]


async def test_every_page_behind_the_door_does_something_the_table_lists(town: Town) -> None:
    assert {act for act, _, _ in pages(town)} == set(PERMISSIONS)
    assert all(roles <= set(ROLES) for roles in PERMISSIONS.values())


async def test_nobody_sees_anything_without_a_seat(town: Town) -> None:
    visitor = town.visitor()
    for _, method, path in pages(town):
        answer = await visitor.request(method, path.replace("{receipt}", "TK-7Q4F-92XM-C"))
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/admin/login?next=")


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_gets_what_the_table_says_and_nothing_else(town: Town, role: str) -> None:
    phone = Phone(town.visitor())
    receipt = await phone.signs_up()
    await phone.says("bantuan")
    other = await Phone(town.visitor()).signs_up()
    member = await town.member(role)
    for act, method, path in sorted(pages(town), key=lambda page: page[0] == "own.leave"):
        where = path.replace("{receipt}", receipt).replace("{other}", other).replace("{request}", "1")
        answer = await (member.get(where) if method == "GET" else send(member, where))
        if may(role, act):
            nobodys = "{" in where  # something else than an application, of which there is none yet
            assert answer.status_code in ((200, 303, 404, 422) if nobodys else (200, 303, 422)), (act, path)
            assert "Peran ini tidak boleh" not in answer.text
        else:
            assert (answer.status_code, "Peran ini tidak boleh" in answer.text) == (403, True), act


async def test_a_form_without_this_sessions_token_changes_nothing(town: Town) -> None:
    receipt = await Phone(town.visitor()).signs_up()
    ratna, dewi = await town.member(login="ratna"), await town.member(login="dewi")
    where = f"/admin/applications/{receipt}/approval"
    hers = (await dewi.get("/admin/sessions")).text.split('name="csrf" value="')[1].split('"')[0]
    for given in ({}, {"csrf": ""}, {"csrf": "made.up"}, {"csrf": hers}):
        answer = await ratna.post(where, data={"version": "1", **given})
        assert (answer.status_code, "tidak kami terima" in answer.text) == (403, True)
    page = await ratna.get(f"/admin/applications/{receipt}")
    assert f'action="/admin/applications/{receipt}/approval"' in page.text


async def test_a_form_from_another_site_is_refused_even_with_the_token(town: Town) -> None:
    ratna = await town.member()
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        ratna.headers.update(headers)
        answer = await send(ratna, "/admin/logout")
        assert answer.status_code == 403
        for name in headers:
            del ratna.headers[name]
    assert (await ratna.get("/admin/queue")).status_code == 200
