"""The second step: set up once, asked for at every login, each code once; lost telephones; and roles that must."""

from __future__ import annotations

import html
import re

import httpx
import pyotp
import pytest

from bot.admin import codes
from bot.admin.passwords import FREE_FAILURES
from storage import audit
from tests.bot.town import PASSWORD, Town, csrf_of, send, sign_in

HERE = "/admin/second-step"


class Authenticator:
    """A telephone that shows codes."""

    def __init__(self, town: Town, secret: str) -> None:
        self.town, self.totp = town, pyotp.TOTP(secret)

    def shows(self) -> str:
        return self.totp.at(self.town.clock())

    def shows_next(self) -> str:
        """The code after this one; time passes until it is there."""
        self.town.clock.passes(seconds=30)
        return self.shows()


async def set_up(
    town: Town, member: httpx.AsyncClient, password: str = PASSWORD
) -> tuple[Authenticator, httpx.Response]:
    """Scan, type the code and the password."""
    page = await member.get(HERE)
    phone = Authenticator(town, re.sub(r"\s", "", found(r'<code class="number">([A-Z2-7 ]+)</code>', page)))
    form = {"sealed": found(r'name="sealed" value="([^"]+)"', page), "code": phone.shows(), "password": password}
    return phone, await member.post(HERE, data={"csrf": csrf_of(page), **form})


def found(pattern: str, page: httpx.Response) -> str:
    hit = re.search(pattern, page.text)
    assert hit, page.text[:3000]
    return html.unescape(hit[1])


def papers(page: httpx.Response) -> list[str]:
    return re.findall(r"<li>([2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4})</li>", page.text)


async def comes(town: Town, code: str, login: str = "ratna") -> tuple[httpx.AsyncClient, httpx.Response]:
    """Sign in anew with password and code."""
    visitor = town.visitor()
    asked = await sign_in(visitor, login)
    assert asked.status_code == 200, asked.status_code
    half = found(r'name="half" value="([^"]+)"', asked)
    return visitor, await visitor.post("/admin/login/code", data={"half": half, "next": "/admin/queue", "code": code})


async def actions(town: Town) -> list[str]:
    async with town.services.db.reading() as tx:
        return [entry.action for entry in reversed(await audit.search(tx))]


async def test_setting_up_shows_the_papers_once_and_the_next_login_asks_for_a_code(town: Town) -> None:
    ratna = await town.member()
    picture = await ratna.get(HERE)
    assert ("<svg" in picture.text, "style=" in picture.text) == (True, False)
    phone, done = await set_up(town, ratna)
    assert (len(papers(done)), "Langkah kedua sudah terpasang" in done.text) == (codes.RECOVERY_CODES, True)
    again = await ratna.get(HERE)
    assert (papers(again), "Sisa kode pemulihan: 10" in again.text, "<svg" in again.text.split("<main")[1]) == (
        [], True, True,
    )  # fmt: skip

    visitor, entered = await comes(town, phone.shows_next())
    assert (entered.status_code, entered.headers["location"]) == (303, "/admin/queue")
    assert (await visitor.get("/admin/queue")).status_code == 200
    assert (await actions(town))[-2:] == ["staff.second_step_on", "login.in"]


async def test_the_password_alone_opens_nothing(town: Town) -> None:
    await set_up(town, await town.member())
    visitor = town.visitor()
    assert (await sign_in(visitor, "ratna")).status_code == 200
    assert (await visitor.get("/admin/queue")).status_code == 303


async def test_a_code_that_was_used_is_used_and_so_is_every_older_one(town: Town) -> None:
    phone, _ = await set_up(town, await town.member())
    set_up_with = phone.shows()
    code = phone.shows_next()
    assert (await comes(town, code))[1].status_code == 303
    for old in (code, set_up_with):
        _, refused = await comes(town, old)
        assert (refused.status_code, "Kode itu sudah dipakai" in refused.text) == (401, True)


async def test_clocks_may_differ_by_half_a_minute_and_no_more(town: Town) -> None:
    phone, _ = await set_up(town, await town.member())
    town.clock.passes(minutes=5)
    now = int(town.clock().timestamp()) // codes.PERIOD
    late, early, later = (phone.totp.generate_otp(now + steps) for steps in (-1, 1, 3))
    assert [(await comes(town, code))[1].status_code for code in (later, late, early)] == [401, 303, 303]


async def test_too_many_wrong_codes_rest_the_login_though_the_password_is_right(town: Town) -> None:
    phone, _ = await set_up(town, await town.member())
    for _ in range(FREE_FAILURES):
        assert (await comes(town, "000000"))[1].status_code == 401
    resting = await sign_in(town.visitor(), "ratna")
    assert resting.status_code == 401
    town.clock.passes(minutes=2)
    assert (await comes(town, phone.shows()))[1].status_code == 303
    assert (await actions(town)).count("login.wrong_code") == FREE_FAILURES
    assert (await comes(town, "000000"))[1].status_code == 401  # counted from nothing again
    assert (await comes(town, phone.shows_next()))[1].status_code == 303


async def test_a_recovery_code_opens_the_door_once(town: Town) -> None:
    _, done = await set_up(town, await town.member())
    paper = papers(done)[3]
    visitor, entered = await comes(town, paper.upper().replace("-", " "))
    assert entered.status_code == 303
    assert "Sisa kode pemulihan: 9" in (await visitor.get(HERE)).text
    assert (await comes(town, paper))[1].status_code == 401
    assert "login.recovery_code" in await actions(town)


async def test_half_way_in_is_no_place_to_stay(town: Town) -> None:
    phone, _ = await set_up(town, await town.member())
    visitor = town.visitor()
    half = found(r'name="half" value="([^"]+)"', await sign_in(visitor, "ratna"))
    town.clock.passes(minutes=6)
    for given in (half, "", "bm8=", half[:-8], "é"):
        late = await visitor.post("/admin/login/code", data={"half": given, "code": phone.shows()})
        assert late.headers["location"] == "/admin/login?done=late", given
    assert "Waktunya habis" in (await visitor.get("/admin/login?done=late")).text


@pytest.mark.parametrize(("wrong", "said"), [("code", "Kode itu tidak cocok"), ("password", "Kata sandi")])
async def test_setting_up_needs_the_code_and_the_password(town: Town, wrong: str, said: str) -> None:
    ratna = await town.member()
    page = await ratna.get(HERE)
    secret = re.sub(r"\s", "", found(r'<code class="number">([A-Z2-7 ]+)</code>', page))
    form = {"code": Authenticator(town, secret).shows(), "password": PASSWORD, wrong: "000000"}
    sealed = found(r'name="sealed" value="([^"]+)"', page)
    refused = await ratna.post(HERE, data={"csrf": csrf_of(page), "sealed": sealed, **form})
    assert (refused.status_code, said in refused.text) == (422, True)
    assert secret in refused.text.replace(" ", "")  # what was scanned stays good
    assert (await sign_in(town.visitor(), "ratna")).status_code == 303


async def test_somebody_elses_picture_cannot_be_confirmed(town: Town) -> None:
    ratna, dewi = await town.member(login="ratna"), await town.member(login="dewi")
    page = await dewi.get(HERE)
    secret = re.sub(r"\s", "", found(r'<code class="number">([A-Z2-7 ]+)</code>', page))
    form = {"sealed": found(r'name="sealed" value="([^"]+)"', page), "code": Authenticator(town, secret).shows()}
    refused = await send(ratna, HERE, password=PASSWORD, **form)
    assert (refused.status_code, "Gambarnya sudah terlalu lama" in refused.text) == (422, True)


async def test_it_is_switched_off_with_a_code_and_papers_are_renewed_with_one(town: Town) -> None:
    ratna = await town.member()
    phone, done = await set_up(town, ratna)
    assert (await send(ratna, f"{HERE}/codes", code="000000")).status_code == 422
    fresh = papers(await send(ratna, f"{HERE}/codes", code=phone.shows_next()))
    assert len(fresh) == codes.RECOVERY_CODES
    assert (await comes(town, papers(done)[0]))[1].status_code == 401
    assert (await send(ratna, f"{HERE}/end", code="000000")).status_code == 422
    off = await send(ratna, f"{HERE}/end", code=fresh[0])
    assert off.headers["location"] == f"{HERE}?done=off"
    assert (await sign_in(town.visitor(), "ratna")).status_code == 303


async def test_a_role_that_must_sees_nothing_before_it_has_one(town: Town) -> None:
    ratna, reviewer = await town.member(), await town.member("reviewer", "dewi")
    assert (await reviewer.get("/admin/queue")).status_code == 200
    await send(ratna, "/admin/staff/second-step", must_reviewer="yes")
    for answer in (await reviewer.get("/admin/queue"), await reviewer.get("/admin/sessions")):
        assert (answer.status_code, answer.headers["location"]) == (303, HERE)
    asked = await send(reviewer, "/admin/queue/search", seen_on=HERE, sought="Budi")
    assert asked.headers["location"] == HERE
    assert (await ratna.get("/admin/queue")).status_code == 200

    phone, done = await set_up(town, reviewer)
    assert papers(done)
    assert (await reviewer.get("/admin/queue")).status_code == 200
    off = await send(reviewer, f"{HERE}/end", code=phone.shows_next())
    assert off.headers["location"] == f"{HERE}?done=must"
    assert "checked" in found(r'(name="must_reviewer"[^>]*)>', await ratna.get("/admin/staff"))
    assert "staff.second_step_required" in await actions(town)


async def test_an_admin_takes_it_off_somebody_who_lost_everything_and_never_off_themselves(town: Town) -> None:
    ratna, dewi = await town.member(login="ratna"), await town.member("reviewer", "dewi")
    await set_up(town, dewi)
    where = found(r'action="(/admin/staff/[0-9]+/second-step/end)"', await ratna.get("/admin/staff"))
    assert (await send(ratna, where)).headers["location"].endswith("?done=step_reset")
    assert (await send(ratna, where)).headers["location"].endswith("?done=nothing")
    assert (await dewi.get("/admin/queue")).status_code == 303
    assert (await sign_in(town.visitor(), "dewi")).status_code == 303
    await set_up(town, ratna)
    mine = where.replace(found(r"/staff/([0-9]+)/", httpx.Response(200, text=where)), "1")
    assert (await send(ratna, mine)).headers["location"].endswith("?done=step_yourself")
    assert "mengambil" not in (await ratna.get("/admin/audit?what=staff")).text
    assert "melepas langkah kedua milik" in (await ratna.get("/admin/audit?what=staff")).text
