"""The fake Telegram refuses what Telegram refuses: a double that forgives would hide our mistakes."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

import aiohttp
import pytest

from tests.doubles.telegram_html import Refused, read_html
from tests.doubles.telegram_server import TOKEN, TelegramServer


async def ask(server: TelegramServer, method: str, **given: Any) -> tuple[int, Any]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/bot{TOKEN}/{method}", json=given) as answer,
    ):
        body = await answer.json()
        return answer.status, body.get("result", body.get("description"))


def inline(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "message text is empty"),
        ({"text": "a" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"text": "<x>", "parse_mode": "HTML"}, 'Unsupported start tag "x" at byte offset 0'),
        ({"text": "é < 5", "parse_mode": "HTML"}, "at byte offset 3"),
        ({"text": "<b>a", "parse_mode": "HTML"}, "Can't find end tag"),
        ({"text": "<b>a</i>", "parse_mode": "HTML"}, 'expected "</b>", found "</i>"'),
        ({"text": "a</b>", "parse_mode": "HTML"}, "Unexpected end tag"),
        ({"parse_mode": "Markdown"}, "unsupported parse_mode"),
        ({"paragraph": 1}, "no such parameter: paragraph"),
        ({"reply_markup": inline({"text": "A", "callback_data": "x" * 65})}, "BUTTON_DATA_INVALID"),
        ({"reply_markup": inline({"text": "A", "callback_data": "é" * 33})}, "BUTTON_DATA_INVALID"),
        ({"reply_markup": inline({"text": "A", "callback_data": ""})}, "BUTTON_DATA_INVALID"),
        ({"reply_markup": inline({"text": "", "callback_data": "x"})}, "text buttons are unallowed"),
        ({"reply_markup": inline({"text": "A"})}, "exactly one action"),
        ({"reply_markup": inline({"text": "A", "callback_data": "x", "url": "https://x"})}, "exactly one action"),
        ({"reply_markup": inline({"text": "A", "callback_data": "x", "colour": "red"})}, "no such button field"),
        ({"reply_markup": inline({"text": "A", "callback_data": "x", "style": "red"})}, "BUTTON_STYLE_INVALID"),
        ({"reply_markup": inline({"text": "A", "copy_text": {"text": ""}})}, "BUTTON_COPY_TEXT_INVALID"),
        ({"reply_markup": {"inline_keyboard": [{"text": "A"}]}}, "Array of Arrays"),
        ({"reply_markup": inline(*[{"text": "A", "callback_data": "x"}] * 9)}, "too long"),
        ({"reply_markup": {"keyboard": []}}, "must be non-empty"),
        ({"reply_markup": {"remove_keyboard": False}}, "can't parse reply keyboard"),
        ({"chat_id": 5}, "chat not found"),
    ],
)
async def test_a_message_telegram_would_refuse_is_refused(
    server: TelegramServer, more: dict[str, Any], refusal: str
) -> None:
    siti = server.person()
    siti.says("halo")
    status, description = await ask(server, "sendMessage", **{"chat_id": siti.id, "text": "halo", **more})
    assert status == 400
    assert refusal in description
    assert [line for line in siti.chat if line.mine] == []


async def test_a_message_at_the_limits_passes(server: TelegramServer) -> None:
    siti = server.person()
    siti.says("halo")
    markup = inline({"text": "A", "callback_data": "x" * 64})
    text = f"<b>{'a' * 4096}</b>"
    assert (await ask(server, "sendMessage", chat_id=siti.id, text=text, parse_mode="HTML", reply_markup=markup))[
        0
    ] == 200


@pytest.mark.parametrize(
    ("source", "plain", "entities"),
    [
        ("a &amp; b &lt; c", "a & b < c", []),
        ("a & b &nbsp; c > d", "a & b &nbsp; c > d", []),
        ("<b>x</b> <i>y</i>", "x y", [("bold", 0, 1), ("italic", 2, 1)]),
        ("😀<b>x</b>", "😀x", [("bold", 2, 1)]),
        ("<b>a<i>b</i></b>", "ab", [("italic", 1, 1), ("bold", 0, 2)]),
    ],
)
def test_html_is_read_as_telegram_reads_it(source: str, plain: str, entities: list[tuple[str, int, int]]) -> None:
    text, found = read_html(source)
    assert text == plain
    assert [(entity["type"], entity["offset"], entity["length"]) for entity in found] == entities


def test_html_with_a_bare_angle_is_refused() -> None:
    with pytest.raises(Refused):
        read_html("5 < 6")


async def test_a_person_who_never_wrote_cannot_be_written_to(server: TelegramServer) -> None:
    siti = server.person()
    assert await ask(server, "sendMessage", chat_id=siti.id, text="x") == (
        403,
        "Forbidden: bot can't initiate conversation with a user",
    )
    siti.says("halo")
    siti.blocks()
    assert (await ask(server, "sendMessage", chat_id=siti.id, text="x"))[1] == "Forbidden: bot was blocked by the user"


async def test_an_update_is_handed_out_until_a_higher_offset_confirms_it(server: TelegramServer) -> None:
    siti = server.person()
    siti.says("satu")
    siti.says("dua")
    for _ in range(2):
        assert len((await ask(server, "getUpdates"))[1]) == 2
    first = (await ask(server, "getUpdates", limit=1))[1][0]["update_id"]
    assert [u["update_id"] for u in (await ask(server, "getUpdates", offset=first + 1))[1]] == [first + 1]
    assert server.updates.pending == 1


async def test_long_polling_waits_for_news(server: TelegramServer) -> None:
    asking = asyncio.create_task(ask(server, "getUpdates", timeout=5))
    await asyncio.sleep(0.05)
    assert not asking.done()
    server.person().says("halo")
    assert len((await asking)[1]) == 1


async def test_a_second_poller_ends_the_first(server: TelegramServer) -> None:
    first = asyncio.create_task(ask(server, "getUpdates", timeout=5))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(ask(server, "getUpdates", timeout=5))
    status, description = await first
    assert status == 409
    assert "terminated by other getUpdates" in description
    server.person().says("halo")
    assert (await second)[0] == 200


async def test_polling_under_a_webhook_conflicts(server: TelegramServer) -> None:
    await ask(server, "setWebhook", url="http://127.0.0.1:9/x", secret_token="abc")
    assert (await ask(server, "getUpdates"))[0] == 409
    assert (await ask(server, "getWebhookInfo"))[1]["url"] == "http://127.0.0.1:9/x"


@pytest.mark.parametrize("given", [{"url": "http://taruna.id/x"}, {"url": "https://x", "secret_token": "sp ace"}])
async def test_a_webhook_telegram_would_refuse_is_refused(server: TelegramServer, given: dict[str, str]) -> None:
    assert (await ask(server, "setWebhook", **given))[0] == 400


async def test_kinds_not_asked_for_do_not_come(server: TelegramServer) -> None:
    await ask(server, "getUpdates", allowed_updates=["message"])
    siti = server.person()
    siti.says("halo")
    siti.blocks()
    assert len((await ask(server, "getUpdates"))[1]) == 1


async def test_edits_are_refused_where_telegram_refuses_them(server: TelegramServer) -> None:
    siti = server.person()
    theirs = siti.says("halo")
    question = (
        await ask(
            server, "sendMessage", chat_id=siti.id, text="?", reply_markup=inline({"text": "A", "callback_data": "x"})
        )
    )[1]
    keyboard = (await ask(server, "sendMessage", chat_id=siti.id, text="?", reply_markup={"remove_keyboard": True}))[1]
    edit = "editMessageReplyMarkup"
    assert (await ask(server, edit, chat_id=siti.id, message_id=question["message_id"]))[0] == 200
    refused = {
        question["message_id"]: "not modified",
        theirs.id: "can't be edited",
        keyboard["message_id"]: "can't be edited",
        999: "message to edit not found",
    }
    for number, refusal in refused.items():
        assert refusal in (await ask(server, edit, chat_id=siti.id, message_id=number))[1]


async def test_a_message_can_be_deleted_for_48_hours_and_once() -> None:
    clock = [time.time()]
    async with TelegramServer(now=lambda: clock[0]) as server:
        siti = server.person()
        young, old = siti.says("satu"), siti.says("dua")
        assert (await ask(server, "deleteMessage", chat_id=siti.id, message_id=young.id)) == (200, True)
        assert "not found" in (await ask(server, "deleteMessage", chat_id=siti.id, message_id=young.id))[1]
        clock[0] += 48 * 3600 + 1
        assert "can't be deleted" in (await ask(server, "deleteMessage", chat_id=siti.id, message_id=old.id))[1]


async def test_a_tap_is_answered_once_and_soon() -> None:
    clock = [time.time()]
    async with TelegramServer(now=lambda: clock[0]) as server:
        first, second = server.next_query(), server.next_query()
        assert (await ask(server, "answerCallbackQuery", callback_query_id=str(first)))[0] == 200
        assert "too old" in (await ask(server, "answerCallbackQuery", callback_query_id=str(first)))[1]
        clock[0] += 61
        assert "too old" in (await ask(server, "answerCallbackQuery", callback_query_id=str(second)))[1]


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("setMyCommands", {"commands": [{"command": "Daftar", "description": "x"}]}),
        ("setMyCommands", {"commands": [{"command": "daftar", "description": ""}]}),
        ("setMyCommands", {"commands": [], "language_code": "indonesia"}),
        ("setMyDescription", {"description": "x" * 513}),
        ("setMyShortDescription", {"short_description": "x" * 121}),
    ],
)
async def test_an_introduction_telegram_would_refuse_is_refused(
    server: TelegramServer, method: str, given: dict[str, Any]
) -> None:
    assert (await ask(server, method, **given))[0] == 400


async def test_too_fast_is_429_with_a_time(server: TelegramServer) -> None:
    siti = server.person()
    siti.says("halo")
    server.limit(overall=30, per_chat=1)
    assert (await ask(server, "sendMessage", chat_id=siti.id, text="satu"))[0] == 200
    assert (await ask(server, "sendMessage", chat_id=siti.id, text="dua"))[0] == 429


async def test_files_are_downloaded_with_the_token_and_expire_as_404(server: TelegramServer) -> None:
    server.files["f1"] = b"bytes"
    path = (await ask(server, "getFile", file_id="f1"))[1]["file_path"]
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{server.url}/file/bot{TOKEN}/{path}") as answer:
            assert await answer.read() == b"bytes"
        del server.files["f1"]
        for token in (TOKEN, "1:x"):
            async with session.get(f"{server.url}/file/bot{token}/{path}") as answer:
                assert answer.status == 404


async def test_a_button_that_is_not_there_cannot_be_tapped(server: TelegramServer) -> None:
    siti = server.person()
    siti.says("halo")
    with pytest.raises(LookupError, match="Lanjut"):
        siti.taps("Lanjut")


async def test_the_double_runs_by_itself_and_moves_people_over_http() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.doubles.telegram_server", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout
        url = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()
        async with aiohttp.ClientSession() as session:
            await (await session.post(f"{url}/_people/Siti/says", json=["halo"])).read()
            async with session.post(f"{url}/bot{TOKEN}/getUpdates", json={}) as answer:
                update = (await answer.json())["result"][0]
            chat = update["message"]["chat"]["id"]
            await (await session.post(f"{url}/bot{TOKEN}/sendMessage", json={"chat_id": chat, "text": "hai"})).read()
            async with session.get(f"{url}/_people/Siti/hears") as answer:
                assert (await answer.json())["text"] == "hai"
    finally:
        process.terminate()
        await process.wait()
