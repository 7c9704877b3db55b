"""Volunteers in the chat, through the real process: by whose link somebody came, becoming one, card and poster."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversations.rules.codes import INVITATION, VOLUNTEER
from storage import audit, referrals, volunteers
from tests.bot import relawan
from tests.bot.relawan import KLENDER, PULO_GEBANG, RATNA
from tests.bot.town import BUDI, Phone, Town

DEWI = VOLUNTEER.make(22)
PREFILLED = "Halo Taruna, saya mau daftar. Kode relawan: {}"


async def invite(town: Town, *, name: str = "Ratna Dewi", area: str = KLENDER, rw: str = "5", seed: int = 7) -> str:
    token = INVITATION.make(seed)
    now = town.clock()
    async with town.services.db.writing() as tx:
        await volunteers.invite(
            tx, town.services.keyring, token, code=VOLUNTEER.make(seed), name=name, area_code=area, rw=rw,
            staff_id=None, now=now, until=now + timedelta(days=7),
        )  # fmt: skip
    return token


async def links(town: Town) -> list[tuple[str, str]]:
    async with town.services.db.reading() as tx:
        return [(a, b) for a, b in await tx.rows("SELECT first_code, last_code FROM referrals ORDER BY id")]


async def opens(phone: Phone, payload: str) -> str:
    heard = await phone.send(open=payload)
    return str(heard[-1]["text"])


# ---- coming by a link ---------------------------------------------------------------------------------------------


async def test_the_prefilled_text_begins_a_registration_and_is_attributed(town: Town) -> None:
    await relawan.active(town.services)
    heard = await Phone(town.visitor()).says(PREFILLED.format(RATNA.lower().replace("-", " ")))
    assert "Saya *Taruna*" in heard
    assert "cara yang mana" in heard
    assert await links(town) == [(RATNA, RATNA)]


async def test_the_first_and_the_last_link_are_kept_and_the_last_one_counts(town: Town) -> None:
    await relawan.active(town.services)
    await relawan.active(town.services, DEWI, name="Dewi Lestari")
    phone = Phone(town.visitor())
    await opens(phone, RATNA)
    await phone.says(*BUDI[:6])
    assert "Sampai pertanyaan" in await phone.says(f"oh iya {DEWI} kodenya")  # in the middle of a form: go on
    await phone.says(*BUDI[6:])
    async with town.services.db.reading() as tx:
        assert await tx.rows("SELECT referral, state FROM applications") == [(DEWI, "submitted")]
        assert (await referrals.brought(tx, (RATNA, DEWI)))[DEWI].applications == 1
    assert await links(town) == [(RATNA, DEWI)]


@pytest.mark.parametrize("payload", ["", "TRN-TY7-K4Y-5J7", "iklan_fb", VOLUNTEER.make(3)])
async def test_a_missing_or_wrong_code_opens_the_chat_all_the_same(town: Town, payload: str) -> None:
    await relawan.active(town.services)
    assert "Saya *Taruna*" in await opens(Phone(town.visitor()), payload)
    assert await links(town) == []


async def test_a_bare_code_is_looked_up_and_attributed_but_asking_about_one_is_only_asking(town: Town) -> None:
    await relawan.active(town.services)
    asking = Phone(town.visitor())
    await asking.says(f"cek relawan {RATNA}")
    assert await links(town) == []
    await asking.says(RATNA.removeprefix("TRN-"))
    await asking.says(RATNA)
    assert await links(town) == [(RATNA, RATNA)]


# ---- becoming one -------------------------------------------------------------------------------------------------


async def test_an_invitation_makes_a_volunteer_with_a_card_and_a_poster(town: Town) -> None:
    phone = Phone(town.visitor())
    asked = await opens(phone, await invite(town))
    assert "diundang menjadi relawan" in asked
    assert "Yang sudah tercatat: *Ratna Dewi*" in await phone.says("setuju")
    assert "Klender" in await phone.says("Ratna Dewi")
    assert "Yang sudah tercatat: *5*" in await phone.says("klender")
    card = await phone.says("rw 12")
    for said in ("resmi menjadi relawan", "Ratna Dewi", "RW 12, Klender", VOLUNTEER.make(7), f"/r/{VOLUNTEER.make(7)}"):
        assert said in card, said
    assert "Jangan*: menerima uang" in await phone.says("kartu")
    assert f"/r/{VOLUNTEER.make(7)}/poster" in await phone.says("poster")
    async with town.services.db.reading() as tx:
        made = await volunteers.by_code(tx, town.services.keyring, VOLUNTEER.make(7))
        assert await tx.rows("SELECT purpose, granted FROM consents") in ([("volunteer", 1)], [("volunteer", True)])
        assert await tx.rows("SELECT COUNT(*) FROM applications") == [(0,)]
    assert made is not None
    assert (made.state, made.name, made.area_code, made.rw) == ("active", "Ratna Dewi", KLENDER, "12")


async def test_what_the_coordinator_wrote_can_be_kept_or_replaced(town: Town) -> None:
    phone = Phone(town.visitor())
    await phone.says(f"Saya diundang jadi relawan. Undangan: {await invite(town, area='31.75', rw='')}")
    await phone.says("setuju")
    await phone.says("pakai yang tercatat")
    card = await phone.says("pulo gebang", "rw 3")
    assert "RW 3, Pulo Gebang" in card
    async with town.services.db.reading() as tx:
        assert await tx.rows("SELECT area_code, rw FROM volunteers") == [(PULO_GEBANG, "3")]


async def test_a_yes_or_the_first_number_keeps_what_is_on_record_and_a_number_for_the_rw_is_asked_about(
    town: Town,
) -> None:
    phone = Phone(town.visitor())
    await opens(phone, await invite(town))
    await phone.says("setuju")
    await phone.says("ya")
    assert "Yang sudah tercatat: *5*" in await phone.says("1")
    assert "Jadi RW 1, Kak?" in await phone.says("1")
    card = await phone.says("bukan", "iya bener")
    assert "RW 5, Klender" in card


async def test_the_link_tapped_once_more_goes_on_and_a_newer_invitation_begins_anew(town: Town) -> None:
    phone, token = Phone(town.visitor()), await invite(town)
    await opens(phone, token)
    await phone.says("setuju", "Ratna Dewi Sartika")
    assert "Sampai pertanyaan 2 dari 3" in await opens(phone, token)
    assert "diundang menjadi relawan" in await opens(phone, await invite(town, name="Ratna", rw="7", seed=8))
    card = await phone.says("setuju", "ya", "ya", "ya")
    assert "RW 7, Klender" in card and VOLUNTEER.make(8) in card


async def test_an_invitation_opened_elsewhere_or_used_is_good_for_nobody_else(town: Town) -> None:
    token = await invite(town)
    first, second = Phone(town.visitor()), Phone(town.visitor())
    await opens(first, token)
    assert "sudah dipakai" in await opens(second, token)
    await first.says("setuju", "Ratna Dewi", "klender", "rw 5")
    assert "sudah dipakai" in await opens(second, token)
    assert "Kartu relawan" in await opens(first, token)  # the volunteer themselves is shown their card


async def test_an_invitation_withdrawn_in_the_middle_makes_nobody_a_volunteer(town: Town) -> None:
    phone = Phone(town.visitor())
    await opens(phone, await invite(town))
    await phone.says("setuju", "Ratna Dewi", "klender")
    async with town.services.db.writing() as tx:
        [(row_id,)] = await tx.rows("SELECT id FROM volunteers")
        await volunteers.move_to(tx, row_id, ("invited",), "ended", town.clock())
    assert "sudah dipakai atau sudah lewat" in await phone.says("rw 5")


async def test_declining_an_invitation_keeps_nobody(town: Town) -> None:
    phone = Phone(town.visitor())
    await phone.says("daftar", "dibantu", "setuju")
    await opens(phone, await invite(town))
    assert "Tidak apa-apa" in await phone.says("tidak setuju")
    assert "Sampai pertanyaan 1 dari" in await phone.says("lanjutkan")  # the button leads to their own draft
    async with town.services.db.reading() as tx:
        assert await tx.rows("SELECT state FROM volunteers") == [("invited",)]


async def test_card_and_poster_are_for_volunteers_and_rest_while_they_are_paused(town: Town) -> None:
    assert "Perintah ini untuk relawan" in await Phone(town.visitor()).says("kartu")
    phone = Phone(town.visitor())
    await opens(phone, await invite(town))
    await phone.says("setuju", "Ratna Dewi", "klender", "rw 5")
    async with town.services.db.writing() as tx:
        [(row_id,)] = await tx.rows("SELECT id FROM volunteers")
        await volunteers.move_to(tx, row_id, ("active",), "paused", town.clock())
    assert "sedang dijeda" in await phone.says("poster")
    assert "sedang dijeda" in await phone.says("kartu")


async def test_a_volunteers_draft_of_their_own_waits_behind_the_invitation(town: Town) -> None:
    phone = Phone(town.visitor())
    await phone.says("daftar", "dibantu", "setuju")
    await opens(phone, await invite(town))
    await phone.says("setuju", "Ratna Dewi", "klender")
    await phone.says("rw 5")
    assert "Sampai pertanyaan" in await phone.says("lanjut")


async def test_the_menu_has_the_card_for_volunteers_and_for_nobody_else(town: Town) -> None:
    phone = Phone(town.visitor())
    await opens(phone, await invite(town))
    assert "card" not in await offered(phone, "menu")
    await opens(phone, await invite(town, seed=8))
    await phone.says("setuju", "ya", "ya")
    assert {"poster", "my_people", "help_other", "training", "menu"} <= set(await offered(phone, "ya"))
    assert "card" in await offered(phone, "menu")
    await phone.says("berhenti jadi relawan", "ya, berhenti")
    assert "card" not in await offered(phone, "menu")


async def offered(phone: Phone, text: str) -> list[str]:
    return [str(option["value"]) for option in (await phone.send(text=text))[-1]["choices"]]


async def test_a_volunteer_stops_by_saying_so_and_their_name_goes(town: Town) -> None:
    phone = Phone(town.visitor())
    await opens(phone, await invite(town))
    await phone.says("setuju", "Ratna Dewi", "klender", "rw 5")
    assert "mau berhenti jadi relawan?" in await phone.says("berhenti jadi relawan")
    assert "di daftar relawan kami hapus" in await phone.says("ya, berhenti")
    assert "Perintah ini untuk relawan" in await phone.says("kartu")
    assert "Ratna" not in (await town.visitor().get(f"/r/{VOLUNTEER.make(7)}")).text
    async with town.services.db.reading() as tx:
        assert await tx.rows("SELECT state, name FROM volunteers") == [("ended", None)]
        granted = await tx.rows("SELECT granted FROM consents WHERE purpose = 'volunteer' ORDER BY id")
        entries = await audit.search(tx, action="volunteer.")
    assert [bool(one) for (one,) in granted] == [True, False]
    assert [entry.actor for entry in entries] == ["the volunteer"]


async def test_who_is_no_volunteer_has_nothing_to_stop(town: Town) -> None:
    phone = Phone(town.visitor())
    assert "Perintah ini untuk relawan" in await phone.says("berhenti jadi relawan")
    assert "Perintah ini untuk relawan" in str((await phone.send(tap={"step": "!", "value": "resign_yes"}))[-1]["text"])
