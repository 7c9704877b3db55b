"""A volunteer's link lands on a small page: who, what, and what never; codes cannot be tried by the thousand."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

import httpx
import pytest

from bot.channels.telegram import Telegram
from bot.public.doors import doors
from bot.settings import Settings
from conversations.rules.codes import VOLUNTEER
from tests.bot import relawan
from tests.bot.relawan import RATNA
from tests.bot.town import Town, open_town

WHATSAPP = {
    "twilio_account_sid": "AC1",
    "twilio_auth_token": "t",
    "twilio_whatsapp_from": "+6281200000001",
    "twilio_api_url": "http://127.0.0.1:9",
    "public_url": "https://taruna.example",
}


async def land(town: Town, code: str = RATNA, address: str = "36.68.0.7") -> httpx.Response:
    return await town.visitor(address).get(f"/r/{code}")


async def test_a_link_names_the_volunteer_and_their_rw_and_says_what_is_never_asked(town: Town) -> None:
    await relawan.active(town.services)
    page = (await land(town)).text
    for said in ("Ratna Dewi", "RW 5, Klender", RATNA, "OTP, PIN", "Uang, titipan iuran", "tekan <b>KIRIM</b>"):
        assert said in page, said


@pytest.mark.parametrize(
    "said", ["trn-ty7-k4y-5j6", "TRNTY7K4Y5J6", "ty7k4y5j6", "TRM-TY7-K4Y-SJG", "TRN%20TY7%20K4Y%205J6"]
)
async def test_a_retyped_code_lands_on_the_same_volunteer(town: Town, said: str) -> None:
    await relawan.active(town.services)
    assert "Ratna Dewi" in (await land(town, said)).text


@pytest.mark.parametrize("said", ["TRN-TY7-K4Y-5J7", VOLUNTEER.make(5), "x", "%3Cscript%3E", "9" * 200, "TRN-"])
async def test_a_wrong_code_still_lands_on_a_page_that_leads_on(town: Town, said: str) -> None:
    await relawan.active(town.services)
    answer = await land(town, said)
    assert (answer.status_code, 'href="/coba"' in answer.text) == (200, True)
    assert not re.search("Ratna|Kode relawan|<script>", answer.text)


@pytest.mark.parametrize("state", ["paused", "ended", "invited"])
async def test_who_is_not_active_is_not_named_any_more(town: Town, state: str) -> None:
    await relawan.active(town.services, state=state)
    answer = await land(town)
    assert answer.status_code == 200
    assert not re.search("Ratna|Kode relawan|mulai=", answer.text)


async def test_the_code_travels_into_each_chat(sqlite_url: str) -> None:
    async with open_town(sqlite_url, **WHATSAPP) as town:
        await relawan.active(town.services)
        page = (await land(town)).text
    [text] = re.findall(r'https://wa\.me/6281200000001\?text=([^"]+)"', page)
    assert unquote(text) == f"Halo Taruna, saya mau daftar. Kode relawan: {RATNA}"
    assert VOLUNTEER.find(unquote(text)) == RATNA
    assert f'href="/coba?mulai={RATNA}"' in page


async def test_telegram_is_opened_with_the_code(town: Town) -> None:
    telegram = Telegram(Settings(_env_file=None, telegram_bot_token="1:made-up"), town.services.take)  # type: ignore[call-arg,arg-type]
    telegram.username = "TarunaBot"
    found = doors(replace(town.services, telegram=telegram), RATNA, "Halo")
    assert found[0].href == f"https://t.me/TarunaBot?start={RATNA}"


async def test_codes_cannot_be_tried_by_the_thousand_and_a_hall_behind_one_address_is_let_in(town: Town) -> None:
    await relawan.active(town.services)
    for _ in range(30):  # a hall of thirty scans one poster
        assert "Ratna Dewi" in (await land(town)).text
    tried = [await land(town, VOLUNTEER.make(number), "36.68.0.9") for number in range(12)]
    assert [answer.status_code for answer in tried] == [200] * 10 + [429] * 2
    assert all('href="/coba"' in answer.text for answer in tried)
    guessed = await land(town, RATNA, "36.68.0.9")  # a right guess looks like a wrong one by now
    assert (guessed.status_code, "Ratna" in guessed.text) == (429, False)
    assert "Ratna Dewi" in (await land(town)).text


async def test_the_page_with_all_it_loads_weighs_less_than_30_kilobytes_and_loads_nothing_from_elsewhere(
    town: Town,
) -> None:
    await relawan.active(town.services)
    visitor, page = town.visitor(), (await land(town)).text
    files = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    style = next(file for file in files if file.endswith(".css"))
    files |= {
        f"{style.rpartition('/')[0]}/{name}"
        for name in re.findall(r'url\("([^"]+)"\)', (await visitor.get(style)).text)
    }
    weights = {file.rpartition("/")[2]: len((await visitor.get(file)).content) for file in files}
    assert set(weights) == {"taruna.css", "taruna.svg", "kawung.svg"}
    assert len(page.encode()) + sum(weights.values()) < 30_000
    assert "<script" not in page
    elsewhere = re.findall(r'(?:src|action)="https?://[^"]+"|<link[^>]+href="https?:', page)
    assert elsewhere == []
