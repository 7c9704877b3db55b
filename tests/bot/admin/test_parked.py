"""Stuck messages: tried again once the trouble is mended, once only, and never out of place; or set aside."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import Any, get_args

import httpx
import pytest

import bot.turns as turns_module
from bot.admin.parked import DONE
from bot.channels.channel import Unreadable
from bot.parked import content_of
from conversations.turn import Content, Opened, Said, Sent, Tapped
from locales import LANGUAGES, catalogue
from storage import audit, parked
from storage.parked import Parked
from tests.bot.town import START, Phone, Town, send

HERE = "/admin/parked"


class Broken:
    """A conversation that crashes on one word until it is mended."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.mended = False
        self._real = turns_module.converse
        monkeypatch.setattr(turns_module, "converse", self._converse)

    def _converse(self, house: Any, talk: Any, inbound: Any) -> Any:
        if inbound.content == Said("daftar") and not self.mended:
            raise KeyError("Siti Aminah 3174055708950003")
        return self._real(house, talk, inbound)


def number(page: httpx.Response, path: str = "aside") -> str:
    (found,) = re.findall(rf'action="{HERE}/([0-9]+)/{path}"', page.text)
    return str(found)


async def shouts(phone: Phone, *texts: str) -> None:
    """Type these without waiting for an answer."""
    for text in texts:
        await phone.visitor.post("/coba/messages", json={"chat": phone.chat, "id": secrets.token_hex(8), "text": text})


async def actions(town: Town) -> list[tuple[str, object]]:
    async with town.services.db.reading() as tx:
        return [(e.action, e.facts.get("outcome")) for e in reversed(await audit.search(tx, action="parked."))]


async def test_a_stuck_message_is_listed_without_its_words_and_tried_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation, phone = Broken(monkeypatch), Phone(town.visitor())
    await phone.says("halo")
    assert "belum bisa kami proses" in await phone.says("daftar")
    town.clock.passes(hours=2)
    ratna = await town.member()
    page = await ratna.get(HERE)
    assert ("Tulisan" in page.text, "2 jam yang lalu" in page.text, "KeyError in" in page.text) == (True, True, True)
    assert not re.search("daftar<|Siti|3174", page.text)

    failed = await send(ratna, f"{HERE}/{number(page, 'again')}/again")
    assert failed.headers["location"].endswith("?done=parked")
    again = await ratna.get(HERE)
    assert number(again) != number(page)

    conversation.mended = True
    worked = await send(ratna, f"{HERE}/{number(again, 'again')}/again")
    assert worked.headers["location"].endswith("?done=taken")
    assert "Kakak mau daftar dengan cara yang mana" in (await phone.hear())[-1]["text"]
    assert "Tidak ada yang macet" in (await ratna.get(HERE)).text
    assert await actions(town) == [("parked.tried_again", "parked"), ("parked.tried_again", "taken")]


async def test_trying_twice_does_it_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation, phone = Broken(monkeypatch), Phone(town.visitor())
    await phone.says("halo", "daftar")
    ratna = await town.member()
    conversation.mended = True
    where = f"{HERE}/{number(await ratna.get(HERE), 'again')}/again"
    outcomes = [(await send(ratna, where)).headers["location"].rpartition("=")[2] for _ in range(2)]
    assert outcomes == ["taken", "nothing"]
    assert len(await phone.hear()) == 1


async def test_who_wrote_again_is_not_answered_out_of_place(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation, phone = Broken(monkeypatch), Phone(town.visitor())
    await phone.says("halo", "daftar", "bantuan")
    conversation.mended = True
    ratna = await town.member()
    page = await ratna.get(HERE)
    assert "Orangnya sudah menulis lagi" in page.text
    assert "/again" not in page.text
    which = number(page)
    assert (await send(ratna, f"{HERE}/{which}/again")).headers["location"].endswith("?done=nothing")
    assert (await send(ratna, f"{HERE}/{which}/aside")).headers["location"].endswith("?done=set_aside")
    assert (await send(ratna, f"{HERE}/{which}/aside")).headers["location"].endswith("?done=nothing")
    assert await phone.hears_nothing()
    assert await actions(town) == [("parked.set_aside", None)]


async def test_what_could_not_be_read_can_only_be_set_aside(town: Town) -> None:
    await town.services.take(Unreadable("whatsapp", "SM1", "no MessageSid"))
    page = await (await town.member()).get(HERE)
    assert ("Tidak terbaca" in page.text, "Isinya tidak disimpan" in page.text) == (True, True)
    assert "/again" not in page.text


async def test_an_auditor_sees_that_something_is_stuck_and_leaves_it(town: Town) -> None:
    await town.services.take(Unreadable("whatsapp", "SM1", "no MessageSid"))
    page = await (await town.member("auditor")).get(HERE)
    assert "Tidak terbaca" in page.text
    assert f'action="{HERE}' not in page.text


async def test_many_stuck_messages_come_in_pages(town: Town) -> None:
    for n in range(51):
        await town.services.take(Unreadable("whatsapp", f"SM{n}", "no MessageSid"))
    ratna = await town.member()
    first = await ratna.get(HERE)
    more = re.search(r'href="([^"]*after=[0-9]+)"', first.text)
    assert more
    seen = [
        *re.findall(r"/([0-9]+)/aside", first.text),
        *re.findall(r"/([0-9]+)/aside", (await ratna.get(more[1])).text),
    ]
    assert len(set(seen)) == len(seen) == 51


async def test_a_flood_is_one_line_and_is_answered_from_where_the_chat_stands(town: Town) -> None:
    phone = Phone(town.visitor())
    await shouts(phone, *["halo"] * 58, "daftar", "dibantu", "setuju", "1", "Siti Aminah")
    assert "pelan-pelan" in (await phone.hear())[-1]["text"]
    ratna = await town.member()
    page = await ratna.get(HERE)
    assert ("Pesan beruntun" in page.text, ">3 pesan<" in page.text, "Siti" in page.text) == (True, True, False)
    (chat,) = set(re.findall(rf'action="{HERE}/floods/([0-9]+)/again"', page.text))
    assert (await send(ratna, f"{HERE}/floods/{chat}/again")).headers["location"].endswith("?done=taken")
    assert "NIK" in (await phone.hear())[-1]["text"], "consent, path and name were taken in their order"
    assert (await send(ratna, f"{HERE}/floods/{chat}/again")).headers["location"].endswith("?done=nothing")
    assert "Tidak ada yang macet" in (await ratna.get(HERE)).text
    assert await actions(town) == [("parked.flood_taken", None)]


async def test_who_wrote_again_after_a_flood_is_left_in_peace(town: Town) -> None:
    phone = Phone(town.visitor())
    await shouts(phone, *["halo"] * 70)
    town.clock.passes(minutes=2)
    await phone.says("menu")
    ratna = await town.member()
    page = await ratna.get(HERE)
    assert "Orangnya sudah menulis lagi" in page.text
    assert f"{HERE}/floods/" in page.text
    assert "/again" not in page.text
    (chat, last) = re.findall(r'floods/([0-9]+)/aside".*?name="last" value="([0-9]+)"', page.text)[0]
    for done in ("set_aside", "nothing"):
        answer = await send(ratna, f"{HERE}/floods/{chat}/aside", last=last)
        assert answer.headers["location"].endswith(f"?done={done}")
    assert await actions(town) == [("parked.flood_set_aside", None)]


@pytest.mark.parametrize(
    ("kind", "body", "content"),
    [
        ("said", b'{"text":"halo"}', Said("halo")),
        ("tapped", b'{"tap":"!","value":"register"}', Tapped("!", "register")),
        ("sent", b'{"kind":"sticker"}', Sent("sticker")),
        ("opened", b'{"opened":"rw07"}', Opened("rw07")),
        ("filled", b'{"filled":"nik","text":"3174********0003"}', None),
        ("shared", b'{"text":"+62812","kind":"contact"}', None),
        ("woke", b'{"kind":"woke"}', None),
        ("said", b"", None),
    ],
)
def test_only_what_was_kept_whole_can_be_taken_again(kind: str, body: bytes, content: object) -> None:
    at = START - timedelta(hours=1)
    assert content_of(Parked(1, "telegram", 7, kind, at, "", body, moved_on=False)) == content
    assert content_of(Parked(1, "telegram", 7, kind, at, "", body, moved_on=True)) is None
    assert content_of(Parked(1, "telegram", None, kind, at, "", body, moved_on=False)) is None


def test_every_kind_and_every_outcome_has_words() -> None:
    kinds = {kind.__name__.lower() for kind in get_args(Content)} | {"unreadable"}
    for language in LANGUAGES:
        assert {f"admin.parked.kind.{kind}" for kind in kinds} <= set(catalogue(language))
        assert {f"admin.parked.done.{done}" for done in DONE} <= set(catalogue(language))


async def test_a_message_is_one_until_it_is_seen_to(town: Town) -> None:
    await town.services.take(Unreadable("whatsapp", "SM1", "no MessageSid"))
    await town.services.take(Unreadable("whatsapp", "SM1", "no MessageSid"))
    async with town.services.db.reading() as tx:
        assert await parked.count(tx) == 1
