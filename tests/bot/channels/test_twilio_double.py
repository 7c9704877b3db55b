"""The fake Twilio refuses what Twilio and WhatsApp refuse: a double that forgives would hide our mistakes."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.doubles.twilio_checks import Failure, check_shape
from tests.doubles.twilio_hooks import sign
from tests.doubles.twilio_people import Person
from tests.doubles.twilio_server import ACCOUNT, SENDER, TOKEN, TwilioServer

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages"


async def ask(
    twilio: TwilioServer, method: str, path: str, *, token: str = TOKEN, json: Any = None, **form: str
) -> tuple[int, Any]:
    headers = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, token)}
    given = {"json": json} if json is not None else {"params" if method == "GET" else "data": form}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, twilio.url + path, **given) as answer,  # type: ignore[arg-type]
    ):
        return answer.status, await answer.json() if answer.status != 204 else None


@pytest.fixture
async def siti(twilio: TwilioServer) -> Person:
    person = twilio.person()
    person.window_until = twilio.now() + 60
    return person


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"Body": ""}, 21602),
        ({"Body": "x" * 1601}, 21617),
        ({"To": ""}, 21604),
        ({"To": "+6281234567001"}, 21211),
        ({"To": "whatsapp:0812"}, 21211),
        ({"From": "whatsapp:+1"}, 63007),
        ({"StatusCallback": "taruna/status"}, 21609),
        ({"Subject": "x"}, 20001),
        ({"ContentVariables": "{}"}, 92005),
        ({"ContentSid": "HX1"}, 21664),
    ],
)
async def test_a_message_twilio_would_refuse_is_refused(
    twilio: TwilioServer, siti: Person, more: dict[str, str], code: int
) -> None:
    form = {"To": siti.address, "From": SENDER, "Body": "halo", **more}
    status, answer = await ask(twilio, "POST", f"{MESSAGES}.json", **form)
    assert (status, answer["code"]) == (400, code)


@pytest.mark.parametrize(
    "variables",
    ["", "{}", "x", "[]", '{"1": null}', '{"1": ""}', '{"1": 5}', '{"2": "x"}', json.dumps({"1": "x" * 1601})],
)
async def test_variables_that_are_no_json_text_of_texts_are_refused(
    twilio: TwilioServer, siti: Person, variables: str
) -> None:
    form = {"To": siti.address, "From": SENDER, "ContentSid": twilio.approve("Kabar: {{1}}.")}
    status, answer = await ask(twilio, "POST", f"{MESSAGES}.json", **form, ContentVariables=variables)
    assert (status, answer["code"]) == (400, 21656)


async def test_a_content_nobody_made_is_refused(twilio: TwilioServer, siti: Person) -> None:
    form = {"To": siti.address, "From": SENDER, "ContentSid": "HX" + "0" * 32}
    assert (await ask(twilio, "POST", f"{MESSAGES}.json", **form))[1]["code"] == 21655


def _quick(titles: list[str], body: str = "x", number: str = "1") -> dict[str, Any]:
    return {"twilio/quick-reply": {"body": body, "actions": [{"title": title, "id": number} for title in titles]}}


def _list(count: int, **more: str) -> dict[str, Any]:
    items = [{"item": "x", "id": str(number)} | more for number in range(count)]
    return {"twilio/list-picker": {"body": "x", "button": "Pilih", "items": items}}


@pytest.mark.parametrize(
    "types",
    [
        _quick([]),
        _quick(["a", "b", "c", "d"]),
        _quick(["a", "a"]),
        _quick(["x" * 21]),
        _quick(["a"], body="x" * 1025),
        _quick(["a"], number="x" * 201),
        _list(0),
        _list(11),
        _list(1, item="x" * 25),
        _list(1, id="x" * 201),
        _list(1, description="x" * 73),
        _list(2, id="same"),
        {"twilio/list-picker": {"body": "x", "button": "x" * 21, "items": [{"item": "x", "id": "1"}]}},
        {"twilio/text": {"body": "x" * 1601}},
    ],
)
def test_a_shape_whatsapp_would_refuse_fails(types: dict[str, Any]) -> None:
    with pytest.raises(Failure):
        check_shape(types)


def test_a_shape_at_the_limits_passes() -> None:
    check_shape(_quick(["a" * 20, "b" * 20, "c" * 20], body="x" * 1024, number="x" * 200))
    check_shape(_list(10, item="x" * 24, description="x" * 72))


@pytest.mark.parametrize(
    "given",
    [
        {"language": "id", "types": {"twilio/text": {"body": "x"}}},
        {"friendly_name": "x", "language": "id", "types": {}},
        {"friendly_name": "x", "language": "id", "types": {"twilio/hologram": {}}},
        {"friendly_name": "x", "language": "id", "types": {"twilio/text": {"body": "{{1}}"}}, "variables": {}},
        {"friendly_name": "x", "language": "id", "types": {"twilio/text": {"body": "{{1}}"}}, "variables": {"1": 5}},
    ],
)
async def test_a_content_twilio_would_refuse_is_refused(twilio: TwilioServer, given: dict[str, Any]) -> None:
    assert (await ask(twilio, "POST", "/v1/Content", json=given))[0] == 400


async def test_a_content_sent_as_a_form_is_refused(twilio: TwilioServer) -> None:
    assert (await ask(twilio, "POST", "/v1/Content", friendly_name="x"))[0] == 415


async def test_only_our_credentials_open_the_door(twilio: TwilioServer) -> None:
    status, answer = await ask(twilio, "GET", f"{MESSAGES}.json", token="another")
    assert (status, answer["code"]) == (401, 20003)


async def test_a_text_may_be_emptied_and_nothing_else(twilio: TwilioServer, siti: Person) -> None:
    sid = siti.says("3174055708950003")
    path = f"{MESSAGES}/{sid}.json"
    assert (await ask(twilio, "POST", path, Body="diganti"))[0] == 400
    assert (await ask(twilio, "POST", path, Body=""))[1]["body"] == ""
    assert (await ask(twilio, "GET", path))[1]["body"] == ""
    assert (await ask(twilio, "DELETE", path))[0] == 204
    assert (await ask(twilio, "GET", path))[1]["code"] == 20404


async def test_media_are_listed_and_deleted_once(twilio: TwilioServer, siti: Person) -> None:
    sid = siti.sends("image")
    media = (await ask(twilio, "GET", f"{MESSAGES}/{sid}/Media.json"))[1]["media_list"]
    path = f"{MESSAGES}/{sid}/Media/{media[0]['sid']}.json"
    assert (await ask(twilio, "DELETE", path))[0] == 204
    assert (await ask(twilio, "DELETE", path))[1]["code"] == 20404


async def test_a_list_is_newest_first_in_pages_and_by_date(twilio: TwilioServer, siti: Person) -> None:
    clock = [1_790_000_000.0]
    twilio.now = lambda: clock[0]
    for text in ("satu", "dua", "tiga"):
        clock[0] += 60
        twilio.receive(siti, {"Body": text})
    first = (await ask(twilio, "GET", f"{MESSAGES}.json", PageSize="2", To=SENDER))[1]
    assert [message["body"] for message in first["messages"]] == ["tiga", "dua"]
    assert [m["body"] for m in (await ask(twilio, "GET", first["next_page_uri"]))[1]["messages"]] == ["satu"]
    late = (await ask(twilio, "GET", f"{MESSAGES}.json", **{"DateSent>": "2026-09-21T14:15:40+00:00"}))[1]
    assert [message["body"] for message in late["messages"]] == ["tiga"]
    assert (await ask(twilio, "GET", f"{MESSAGES}.json", From=SENDER))[1]["messages"] == []


async def test_somebody_who_opted_out_is_refused_at_once(twilio: TwilioServer, siti: Person) -> None:
    siti.opted_out = True
    form = {"To": siti.address, "From": SENDER, "Body": "halo"}
    assert (await ask(twilio, "POST", f"{MESSAGES}.json", **form))[1]["code"] == 21610


async def test_too_fast_is_20429(twilio: TwilioServer, siti: Person) -> None:
    twilio.limit(overall=80, per_chat=1)
    form = {"To": siti.address, "From": SENDER, "Body": "halo"}
    assert (await ask(twilio, "POST", f"{MESSAGES}.json", **form))[0] == 201
    assert (await ask(twilio, "POST", f"{MESSAGES}.json", **form))[1]["code"] == 20429


@pytest.fixture
async def listener(twilio: TwilioServer) -> AsyncIterator[list[dict[str, str]]]:
    got: list[dict[str, str]] = []

    async def receive(request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        expected = sign(TOKEN, f"{base}{request.path_qs}", list(form.items()))
        assert request.headers["X-Twilio-Signature"] == expected
        got.append(form)
        return web.Response(status=500 if form.get("Body") == "rusak" else 200)

    app = web.Application()
    app.router.add_post("/{path:.*}", receive)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    twilio.hooks.url = f"{base}/webhook"
    yield got
    await runner.cleanup()


async def test_webhooks_are_signed_and_a_5xx_is_not_retried(
    twilio: TwilioServer, siti: Person, listener: list[dict[str, str]]
) -> None:
    siti.says("rusak")
    siti.says("halo")
    await siti.arrived()
    assert [form["Body"] for form in listener] == ["rusak", "halo"]
    assert twilio.hooks.lost == []


async def test_a_dead_webhook_is_tried_twice_and_then_lost(twilio: TwilioServer, siti: Person) -> None:
    twilio.hooks.url = "http://127.0.0.1:9/webhook"
    siti.says("halo")
    await siti.arrived()
    assert len(twilio.hooks.lost) == 1


async def test_callbacks_can_be_held_and_released(
    twilio: TwilioServer, siti: Person, listener: list[dict[str, str]]
) -> None:
    twilio.hooks.callbacks = "held"
    callback = twilio.hooks.url.replace("webhook", "status?outbox=7")
    form = {"To": siti.address, "From": SENDER, "Body": "halo", "StatusCallback": callback}
    assert (await ask(twilio, "POST", f"{MESSAGES}.json", **form))[1]["status"] == "queued"
    await siti.hears()
    await asyncio.sleep(0.05)
    assert listener == []
    await twilio.hooks.release()
    assert [form["MessageStatus"] for form in listener] == ["sent", "delivered"]


async def test_a_button_that_is_not_there_cannot_be_tapped(siti: Person) -> None:
    with pytest.raises(LookupError, match="Lanjut"):
        siti.taps("Lanjut")


async def test_the_double_runs_by_itself_and_moves_people_over_http() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.doubles.twilio_server", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout
        url = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()
        async with aiohttp.ClientSession() as session:
            async with session.post(f"{url}/_people/Siti/says", json=["halo"]) as answer:
                sid = (await answer.json())["sid"]
            headers = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, TOKEN)}
            async with session.get(f"{url}{MESSAGES}/{sid}.json", headers=headers) as answer:
                message = await answer.json()
            form = {"To": message["from"], "From": SENDER, "Body": "hai"}
            await (await session.post(f"{url}{MESSAGES}.json", headers=headers, data=form)).read()
            async with session.get(f"{url}/_people/Siti/hears") as answer:
                assert (await answer.json())["text"] == "hai"
    finally:
        process.terminate()
        await process.wait()
