"""Volunteers at the desk: a link made once, a list kept to one's area, and a pause that works at once."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import httpx
import pytest

from bot.admin.volunteers import DONE, MOVES
from conversations.rules.codes import INVITATION, VOLUNTEER
from locales import LANGUAGES, catalogue
from storage import audit, volunteers
from storage.volunteers import STATES
from tests.bot import relawan
from tests.bot.relawan import KLENDER, PULO_GEBANG, RATNA
from tests.bot.town import Phone, Town, send

HERE = "/admin/volunteers"
DEWI = VOLUNTEER.make(22)


async def invited(member: httpx.AsyncClient, area: str = KLENDER, rw: str = "5", name: str = "Ratna Dewi") -> str:
    """Make an invitation and return what is to be forwarded."""
    page = await send(member, f"{HERE}/invitations", seen_on=HERE, name=name, area=area, rw=rw)
    found = re.search(r'<textarea id="forward"[^>]*>([^<]+)</textarea>', page.text)
    return html.unescape(found[1]) if found else ""


async def moved(member: httpx.AsyncClient, row_id: int, move: str) -> httpx.Response:
    return await send(member, f"{HERE}/{row_id}/state", seen_on=HERE, move=move)


async def actions(town: Town) -> list[tuple[str, str]]:
    async with town.services.db.reading() as tx:
        return [(entry.actor, entry.action) for entry in reversed(await audit.search(tx, action="volunteer."))]


async def test_an_invitation_from_the_desk_becomes_a_volunteer_in_the_chat(town: Town) -> None:
    sari = await town.member("coordinator", "sari", area="31.75")
    forward = await invited(sari)
    assert "Kak Ratna Dewi" in forward
    [link] = re.findall(r"https?://\S+/coba\?mulai=(\S+)", forward)
    token = INVITATION.read(link)
    assert token is not None
    listed = await sari.get(HERE)
    assert ("Ratna Dewi" in listed.text, "diundang" in listed.text, token in listed.text) == (True, True, False)
    phone = Phone(town.visitor())
    await phone.send(open=link)
    card = await phone.says("setuju", "Ratna Dewi", "klender", "rw 5")
    assert "resmi menjadi relawan" in card
    [code] = re.findall(r"TRN-\w{3}-\w{3}-\w{3}", card)[:1]
    assert "Ratna Dewi" in (await town.visitor().get(f"/r/{code}")).text
    assert await actions(town) == [("sari", "volunteer.invited")]


async def test_a_card_says_how_an_invitation_stands(town: Town) -> None:
    admin, phone = await town.member(), Phone(town.visitor())
    await invited(admin)
    assert "Belum dibuka, berlaku sampai" in (await admin.get(f"{HERE}/1")).text
    async with town.services.db.writing() as tx:
        await tx.rows("UPDATE volunteers SET invite_until = $1", (town.clock() - timedelta(days=1),))
    assert "sudah lewat sejak" in (await admin.get(f"{HERE}/1")).text
    [link] = re.findall(r"/coba\?mulai=(\S+)", await invited(admin))
    await phone.send(open=link)
    assert "Sudah dibuka di sebuah chat" in (await admin.get(f"{HERE}/2")).text


async def test_pausing_stops_link_poster_and_code_at_once_and_tells_the_volunteer(town: Town) -> None:
    admin, phone = await town.member(), Phone(town.visitor())
    [link] = re.findall(r"/coba\?mulai=(\S+)", await invited(admin))
    await phone.send(open=link)
    await phone.says("setuju", "Ratna Dewi", "klender")
    [code] = re.findall(r"/r/(TRN-\S+)", await phone.says("rw 5"))
    assert (await moved(admin, 1, "pause")).headers["location"] == f"{HERE}/1?done=paused"
    assert "Ratna" not in (await town.visitor().get(f"/r/{code}")).text
    assert (await town.visitor().get(f"/r/{code}/poster/a6.png")).status_code == 404
    told = [message["text"] for message in await phone.hear()]
    assert told == [town.services.house.words["id"].text("notice.volunteer.paused")]
    assert (await moved(admin, 1, "pause")).headers["location"] == f"{HERE}/1"  # twice is once
    await moved(admin, 1, "resume")
    assert "Ratna Dewi" in (await town.visitor().get(f"/r/{code}")).text
    await moved(admin, 1, "end")
    assert "Ratna" not in (await town.visitor().get(f"/r/{code}")).text
    assert [action for _, action in await actions(town)] == [
        f"volunteer.{what}" for what in ("invited", "paused", "resumed", "ended")
    ]
    assert (await moved(admin, 1, "resume")).headers["location"] == f"{HERE}/1"  # an end is an end


async def test_a_coordinator_sees_and_moves_only_their_own_area(town: Town) -> None:
    await relawan.active(town.services)
    await relawan.active(town.services, DEWI, name="Dewi Lestari", area=PULO_GEBANG)
    sari = await town.member("coordinator", "sari", area="31.75.07")
    page = (await sari.get(HERE, params={"area": "31.75.06"})).text
    assert ("Ratna Dewi" in page, "Dewi Lestari" in page) == (True, False)
    assert (await sari.get(f"{HERE}/1")).status_code == 200
    assert (await sari.get(f"{HERE}/2")).status_code == 404
    assert (await moved(sari, 2, "pause")).status_code == 404
    assert await invited(sari, area=PULO_GEBANG) == ""
    async with town.services.db.reading() as tx:
        assert [one.state for one in await volunteers.listed(tx, town.services.keyring)] == ["active", "active"]


async def test_the_card_says_how_many_came_and_by_which_rule(town: Town) -> None:
    await relawan.active(town.services)
    phone = Phone(town.visitor())
    await phone.send(open=RATNA)
    await phone.signs_up()
    await Phone(town.visitor()).send(open=RATNA)
    page = (await (await town.member("auditor")).get(f"{HERE}/1")).text
    assert "2 chat lewat tautannya, 1 pendaftaran terhitung" in page
    assert "tautan yang terakhir dibuka" in page
    assert f'href="/r/{RATNA}/poster/a4.pdf"' in page
    assert 'name="move"' not in page  # an auditor only looks


async def test_reports_about_a_volunteer_are_counted_where_they_can_be_paused(town: Town) -> None:
    await relawan.active(town.services)
    await relawan.active(town.services, DEWI, name="Dewi Lestari")
    await Phone(town.visitor()).says("lapor")
    async with town.services.db.writing() as tx:
        [(chat_id, person_id)] = await tx.rows("SELECT id, person_id FROM chats")
        row = ("collector", chat_id, person_id, RATNA, "open", town.clock())
        await tx.insert("reports", ("kind", "chat_id", "person_id", "volunteer_code", "state", "at"), [row, row])
    admin = await town.member()
    assert (await admin.get(HERE)).text.count("2 laporan") == 1
    assert "2 laporan" in (await admin.get(f"{HERE}/1")).text
    assert "laporan" not in (await admin.get(f"{HERE}/2")).text


async def test_a_rush_by_a_code_is_shown_until_somebody_has_looked(town: Town) -> None:
    await relawan.active(town.services)
    await Phone(town.visitor()).send(open=RATNA)
    admin = await town.member()
    assert (await admin.get(HERE)).text.count("Ramai sekali") == 1, "only the filter names it"
    async with town.services.db.writing() as tx:
        await tx.rows("UPDATE volunteers SET rushed_at = $1", (town.clock(),))
    assert (await admin.get(f"{HERE}?state=rushed")).text.count("Ramai sekali") == 2
    page = (await admin.get(f"{HERE}/1")).text
    assert "datang 1 chat baru. 0 di antaranya mengirim pendaftaran" in page
    assert "/rush" not in (await (await town.member("auditor", login="audi")).get(f"{HERE}/1")).text, "who only looks"
    assert (
        "Dicatat sebagai sudah diperiksa"
        in (await admin.get((await send(admin, f"{HERE}/1/rush")).headers["location"])).text
    )
    assert "Ramai sekali lewat" not in (await admin.get(f"{HERE}/1")).text
    assert (await send(admin, f"{HERE}/1/rush")).headers["location"] == f"{HERE}/1"
    assert "volunteer.looked_at" in [action for _, action in await actions(town)]


@pytest.mark.parametrize(
    ("given", "trouble"),
    [
        ({"area": "", "rw": "5"}, "Pilih kelurahan"),
        ({"area": "31.75", "rw": "5"}, "Pilih kelurahan"),
        ({"area": KLENDER, "rw": "77"}, "dari 1 sampai 40"),
        ({"area": KLENDER, "rw": "lima"}, "dari 1 sampai 40"),
    ],
)
async def test_what_is_missing_in_an_invitation_is_said(town: Town, given: dict[str, str], trouble: str) -> None:
    answer = await send(await town.member(), f"{HERE}/invitations", seen_on=HERE, **given)
    assert (answer.status_code, trouble in answer.text) == (422, True)


async def test_a_long_list_goes_on_over_pages_and_is_sifted_by_state(town: Town) -> None:
    for number in range(52):
        await relawan.active(town.services, VOLUNTEER.make(number), state="paused" if number == 51 else "active")
    admin = await town.member()
    first = (await admin.get(HERE)).text
    assert first.count('class="card item') == 50
    [more] = re.findall(r'href="(/admin/volunteers\?[^"]*after=[^"]+)"', first)
    assert (await admin.get(html.unescape(more))).text.count('class="card item') == 2
    paused = (await admin.get(HERE, params={"state": "paused"})).text
    assert (paused.count('class="card item'), VOLUNTEER.make(51) in paused) == (1, True)


def test_every_state_and_move_has_words() -> None:
    for language in LANGUAGES:
        texts = catalogue(language)
        for state in STATES:
            assert f"admin.volunteers.state.{state}" in texts
        for move in MOVES:
            for key in (
                f"admin.volunteers.{move}",
                f"admin.volunteers.{move}.text",
                f"admin.volunteers.done.{DONE[move]}",
            ):
                assert key in texts
            assert f"notice.volunteer.{DONE[move]}" in texts
            assert f"admin.audit.volunteer.{DONE[move]}" in texts


async def test_a_volunteers_page_draws_their_sign_ups_by_day_and_counts_how_far_they_came(town: Town) -> None:
    found = await relawan.active(town.services)
    admin = await town.member()
    page = (await admin.get(f"{HERE}/{found.id}")).text
    assert "Belum ada yang terkirim dalam 14 hari ini." in page
    assert "<svg" not in page.partition("Terkirim, 14 hari terakhir")[2].partition("</section>")[0]
    phone = Phone(town.visitor())
    await phone.send(open=RATNA)
    await phone.signs_up()
    async with town.services.db.writing() as tx:
        await tx.rows("UPDATE applications SET state = 'registered'")
    shown = (await admin.get(f"{HERE}/{found.id}")).text.partition("Terkirim, 14 hari terakhir")[2]
    assert "<title>24 Nov: 1</title>" in shown
    assert shown.count("<title>") == 14
    assert re.findall(r"<dt>([^<]+)</dt><dd class=\"number\">(\d)</dd>", shown) == [
        ("Terkirim semuanya", "1"), ("Lolos pemeriksaan petugas", "1"), ("Tercatat di daftar BPJS", "1"),
    ]  # fmt: skip
    assert "Siti" not in shown
