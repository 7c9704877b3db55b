"""Coming and going: the one-time link, the login that tells nothing, sessions that end."""

from __future__ import annotations

import secrets
from datetime import timedelta

import httpx
import pytest
from argon2 import PasswordHasher

from bot.admin import passwords
from bot.house_keeping import setup_link
from storage import audit, staff
from storage.staff import Member
from tests.bot.town import PASSWORD, Town, csrf_of, open_town, send, sign_in

JOINING = {"name": "Ratna Dewi", "login": "Ratna", "password": PASSWORD, "repeat": PASSWORD}


async def invitation(town: Town) -> str:
    link = await setup_link(town.services.db, town.services.settings, town.clock())
    return link.removeprefix(town.services.settings.base_url)


async def actions(town: Town) -> list[str]:
    async with town.services.db.reading() as tx:
        return [entry.action for entry in reversed(await audit.search(tx))]


async def test_the_first_admin_comes_by_a_link_that_works_once(town: Town) -> None:
    link = await invitation(town)
    ratna, other = town.visitor(), town.visitor()
    page = await ratna.get(link)
    assert page.status_code == 200
    joined = await ratna.post(link, data=JOINING)
    assert (joined.status_code, joined.headers["location"]) == (303, "/admin")
    assert (await ratna.get("/admin/queue")).status_code == 200
    spent = await other.get(link)
    assert spent.status_code == 410
    assert (await other.post(link, data={**JOINING, "login": "mallory"})).status_code == 410
    assert await invitation(town) == ""
    assert await actions(town) == ["staff.joined", "login.in"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"login": "R"}, "paling sedikit dua"),
        ({"name": "  "}, "nama lengkap"),
        ({"password": "pendek", "repeat": "pendek"}, "paling sedikit 12"),
        ({"repeat": "kopi tubruk pahit sekali"}, "yang kedua berbeda"),
        ({"password": "ratna dewi 2026", "repeat": "ratna dewi 2026"}, "nama sendiri"),
    ],
)
async def test_what_cannot_be_taken_is_said_beside_its_field(town: Town, change: dict[str, str], said: str) -> None:
    link = await invitation(town)
    answer = await town.visitor().post(link, data={**JOINING, **change})
    assert answer.status_code == 422
    assert said in answer.text
    assert PASSWORD not in answer.text
    assert (await town.visitor().post(link, data=JOINING)).status_code == 303


async def test_a_login_that_is_taken_leaves_the_link_good(town: Town) -> None:
    await town.member(login="ratna")
    token = secrets.token_urlsafe(24)
    async with town.services.db.writing() as tx:
        await staff.invite(
            tx, token, role="reviewer", now=town.clock(), expires_at=town.clock() + timedelta(hours=1)
        )  # fmt: skip
    visitor = town.visitor()
    taken = await visitor.post(f"/admin/setup/{token}", data=JOINING)
    assert (taken.status_code, "sudah dipakai" in taken.text) == (422, True)
    assert (await visitor.post(f"/admin/setup/{token}", data={**JOINING, "login": "dewi"})).status_code == 303


async def test_a_wrong_password_and_an_unknown_login_look_the_same(town: Town) -> None:
    await town.member()
    wrong = await sign_in(town.visitor(), "ratna", "salah salah salah")
    unknown = await sign_in(town.visitor(), "mallory", "salah salah salah")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.text.replace("ratna", "mallory") == unknown.text
    assert (await actions(town))[-2:] == ["login.wrong_password", "login.unknown"]


async def test_after_five_wrong_passwords_even_the_right_one_waits(town: Town) -> None:
    await town.member()
    for _ in range(5):
        await sign_in(town.visitor(), "ratna", "salah salah salah")
    assert (await sign_in(town.visitor(), "ratna")).status_code == 401
    town.clock.passes(seconds=59)
    assert (await sign_in(town.visitor(), "ratna")).status_code == 401
    town.clock.passes(seconds=2)
    assert (await sign_in(town.visitor(), "ratna")).status_code == 303
    assert (await actions(town)).count("login.wrong_password") == 5
    assert "login.resting" in await actions(town)


async def test_one_address_may_not_try_for_ever(town: Town) -> None:
    guesser = town.visitor()
    answers = [(await sign_in(guesser, f"nama{n}", "salah salah salah")).status_code for n in range(21)]
    assert answers == [401] * 20 + [429]


async def test_signing_in_gives_a_new_session_and_ends_the_one_before(town: Town) -> None:
    ratna = await town.member()
    before = dict(ratna.cookies)
    await sign_in(ratna, "ratna")
    assert dict(ratna.cookies) != before
    thief = town.visitor()
    thief.cookies.update(before)
    assert (await thief.get("/admin/queue")).status_code == 303


async def test_the_cookie_is_out_of_reach_of_scripts(town: Town) -> None:
    visitor = town.visitor()
    await town.member()
    cookie = (await sign_in(visitor, "ratna")).headers["set-cookie"]
    assert cookie.startswith("taruna-desk=")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))


async def test_over_https_the_cookie_is_bound_to_its_host(sqlite_url: str) -> None:
    async with open_town(sqlite_url, public_url="https://taruna.example") as town:
        await town.member()
        cookie = (await sign_in(town.visitor(), "ratna")).headers["set-cookie"]
    assert cookie.startswith("__Host-taruna-desk=")
    assert "Secure" in cookie.split("; ")


async def test_a_session_ends_when_nobody_uses_it_for_half_an_hour(town: Town) -> None:
    ratna = await town.member()
    for _ in range(3):
        town.clock.passes(minutes=29)
        assert (await ratna.get("/admin/queue")).status_code == 200
    town.clock.passes(minutes=30)
    assert (await ratna.get("/admin/queue")).headers["location"] == "/admin/login?next=%2Fadmin%2Fqueue"


async def test_a_session_ends_after_twelve_hours_however_busy(town: Town) -> None:
    ratna = await town.member()
    for _ in range(25):
        town.clock.passes(minutes=28)
        assert (await ratna.get("/admin/queue")).status_code == 200
    town.clock.passes(minutes=21)
    assert (await ratna.get("/admin/queue")).status_code == 303


async def test_leaving_ends_the_session_on_the_server(town: Town) -> None:
    ratna = await town.member()
    before = dict(ratna.cookies)
    left = await send(ratna, "/admin/logout")
    assert left.headers["location"] == "/admin/login"
    assert not ratna.cookies
    ratna.cookies.update(before)
    assert (await ratna.get("/admin/queue")).status_code == 303


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/admin/queue?state=approved", "/admin/queue?state=approved"),
        ("https://evil.example/", "/admin"),
        ("//evil.example", "/admin"),
        ("/admin\\@evil.example", "/admin"),
        ("/admin/../r/x", "/admin"),
        ("", "/admin"),
    ],
)
async def test_after_signing_in_one_stays_here(town: Town, wanted: str, led: str) -> None:
    await town.member()
    assert (await sign_in(town.visitor(), "ratna", next=wanted)).headers["location"] == led


async def test_a_login_sent_from_another_site_is_refused(town: Town) -> None:
    await town.member()
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        visitor = town.visitor(**headers)
        assert (await sign_in(visitor, "ratna")).status_code == 403
        assert not visitor.cookies


async def test_one_can_end_ones_other_sessions_but_nobody_elses(town: Town) -> None:
    here = await town.member(login="ratna")
    there, dewi = town.visitor(), await town.member(login="dewi")
    await sign_in(there, "ratna")
    page = await here.get("/admin/sessions")
    assert page.text.count('name="session"') == 2
    foreign = await send(dewi, "/admin/sessions/end", session="2")
    assert foreign.status_code == 303
    assert (await there.get("/admin/queue")).status_code == 200
    await here.post("/admin/sessions/end", data={"csrf": csrf_of(page), "session": "others"})
    assert [r.status_code for r in await looks(here, there, dewi)] == [200, 303, 200]


async def looks(*visitors: httpx.AsyncClient) -> list[httpx.Response]:
    return [await visitor.get("/admin/queue") for visitor in visitors]


async def test_somebody_shut_out_is_out_at_once(town: Town) -> None:
    ratna = await town.member()
    async with town.services.db.writing() as tx:
        member = await staff.by_login(tx, "ratna")
        assert member is not None
        await staff.disable(tx, member.id, town.clock())
    assert (await ratna.get("/admin/queue")).status_code == 303
    assert (await sign_in(town.visitor(), "ratna")).status_code == 401


async def test_a_hash_of_older_parameters_is_made_anew_at_the_next_login(town: Town) -> None:
    await town.member()
    old = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    async with town.services.db.writing() as tx:
        member = await staff.by_login(tx, "ratna")
        assert member is not None
        await staff.set_password(tx, member.id, old)
    assert (await sign_in(town.visitor(), "ratna", "salah salah salah")).status_code == 401
    assert passwords.stale((await found(town)).password_hash)
    assert (await sign_in(town.visitor(), "ratna")).status_code == 303
    assert not passwords.stale((await found(town)).password_hash)
    assert (await sign_in(town.visitor(), "ratna")).status_code == 303


async def found(town: Town) -> Member:
    async with town.services.db.reading() as tx:
        member = await staff.by_login(tx, "ratna")
    assert member is not None
    return member


async def test_a_link_from_another_site_opens_with_the_strict_cookie_at_the_second_try(town: Town) -> None:
    ratna = await town.member()
    cookies = dict(ratna.cookies)
    ratna.cookies.clear()
    from_chat = await ratna.get("/admin/queue?state=&flag=minor", headers={"sec-fetch-site": "cross-site"})
    assert (from_chat.status_code, from_chat.headers["refresh"]) == (200, "0; url=/admin/queue?state=&flag=minor")
    assert "csrf" not in from_chat.text
    ratna.cookies.update(cookies)
    assert (await ratna.get("/admin/queue", headers={"sec-fetch-site": "same-origin"})).status_code == 200
    stranger = await town.visitor().get("/admin/queue", headers={"sec-fetch-site": "same-origin"})
    assert stranger.headers["location"] == "/admin/login?next=%2Fadmin%2Fqueue"
