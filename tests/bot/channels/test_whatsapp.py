"""What people see when the bot speaks on WhatsApp, through Twilio's real library and over real HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.channels.channel import Arrived, File, Outcome, Outgoing, Undelivered
from bot.channels.whatsapp import TWIML, Status, WhatsApp, parse_status, read_form, read_templates
from bot.settings import Misconfigured
from conversations.turn import Choice, Said, Sent, Tapped
from tests.bot.channels.conftest import whatsapp_settings
from tests.doubles.faults import CUT, CUT_AFTER, GATEWAY, Fault, silence, too_fast
from tests.doubles.twilio_hooks import sign
from tests.doubles.twilio_people import Person
from tests.doubles.twilio_server import TwilioServer

CONSENT = (Choice("registration.consent", "agree", "Ya, setuju"), Choice("registration.consent", "decline", "Tidak"))
KOTA = tuple(Choice("registration.city", code, f"Kota nomor {code}") for code in "123456")


class Door:
    """The two routes the application mounts, as small as can be."""

    def __init__(self) -> None:
        self.whatsapp: WhatsApp | None = None
        self.arrived: list[Arrived] = []
        self.statuses: list[Status] = []
        self.refused = 0

    async def start(self) -> str:
        app = web.Application()
        app.router.add_post("/whatsapp/{door}", self._receive)
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self.runner.addresses[0][1]}"

    async def _receive(self, request: web.Request) -> web.Response:
        assert self.whatsapp
        pairs, query = read_form(await request.read()), request.query_string.encode()
        signature = request.headers.get("X-Twilio-Signature")
        settings = request.headers.get("X-Twilio-Webhooks-Signature-Settings")
        if not self.whatsapp.verify(request.path.encode(), query, pairs, signature, settings):
            self.refused += 1
            return web.Response(status=403)
        if request.match_info["door"] == "webhook":
            parsed = self.whatsapp.parse(pairs)
            assert isinstance(parsed, Arrived)
            self.arrived.append(parsed)
        elif status := parse_status(query, pairs):
            self.statuses.append(status)
        return web.Response(body=TWIML, content_type="text/xml")


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    door.url = await door.start()  # type: ignore[attr-defined]
    yield door
    await door.runner.cleanup()


@pytest.fixture
async def whatsapp(twilio: TwilioServer, door: Door) -> AsyncIterator[WhatsApp]:
    url: str = door.url  # type: ignore[attr-defined]
    twilio.hooks.url = f"{url}/whatsapp/webhook"
    channel = WhatsApp(whatsapp_settings(twilio, public_url=url), {"result_ready": twilio.approve("Kabar: {{1}}.")})
    door.whatsapp = channel
    await channel.open()
    yield channel
    await channel.close()


@pytest.fixture
async def interactive(twilio: TwilioServer) -> AsyncIterator[WhatsApp]:
    channel = WhatsApp(whatsapp_settings(twilio, whatsapp_interactive=True), list_button="Pilih", patience=0.01)
    await channel.open()
    await until(lambda: len(twilio.contents) == 13)
    await asyncio.sleep(0.02)
    yield channel
    await channel.close()


@pytest.fixture
async def siti(twilio: TwilioServer) -> Person:
    person = twilio.person("Siti Aminah")
    person.window_until = twilio.now() + 3600
    return person


async def until(claim: Callable[[], object], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not claim():
            await asyncio.sleep(0.005)


async def test_text_goes_as_it_is_with_its_own_bold(whatsapp: WhatsApp, siti: Person) -> None:
    sent = await whatsapp.send(siti.address, Outgoing("*Halo* kak & <teman>\nsatu + dua"), 1)
    heard = await siti.hears()
    assert heard.text == "*Halo* kak & <teman>\nsatu + dua"
    assert (sent.platform_id, sent.billable) == (heard.sid, 1)


async def test_a_menu_is_numbered_text_by_default(whatsapp: WhatsApp, siti: Person) -> None:
    await whatsapp.send(siti.address, Outgoing("Setuju?", CONSENT), 1)
    heard = await siti.hears()
    assert (heard.text, heard.kind) == ("Setuju?\n\n1. Ya, setuju\n2. Tidak", "text")


async def test_a_short_menu_is_buttons_when_they_are_switched_on(interactive: WhatsApp, siti: Person) -> None:
    await interactive.send(siti.address, Outgoing('Setuju "kak"?\nYa {{1}}', CONSENT), 1)
    heard = await siti.hears()
    assert (heard.text, heard.kind, heard.buttons) == ('Setuju "kak"?\nYa {{1}}', "buttons", ["Ya, setuju", "Tidak"])
    assert heard.data == ["1|registration.consent|agree", "1|registration.consent|decline"]


async def test_a_longer_menu_is_a_list(interactive: WhatsApp, siti: Person) -> None:
    await interactive.send(siti.address, Outgoing("Kota?", KOTA), 1)
    heard = await siti.hears()
    assert (heard.kind, heard.list_button, len(heard.options)) == ("list", "Pilih", 6)


@pytest.mark.parametrize(
    "message",
    [
        Outgoing("Pilih", tuple(Choice("f.s", str(n), f"Pilihan {n}") for n in range(11))),
        Outgoing("Pilih", (Choice("f.s", "a", "x" * 25), *CONSENT[:1])),
        Outgoing("x" * 1025, CONSENT),
        Outgoing("Pilih", (Choice("f.s", "a", "Sama"), Choice("f.s", "b", "Sama"))),
    ],
    ids=["more than ten", "a label too long", "a text too long", "two labels alike"],
)
async def test_a_menu_that_buttons_cannot_show_stays_text(
    interactive: WhatsApp, siti: Person, message: Outgoing
) -> None:
    await interactive.send(siti.address, message, 1)
    heard = await siti.hears()
    assert heard.kind == "text"
    assert heard.text.endswith(f"{len(message.choices)}. {message.choices[-1].label}")


@pytest.mark.parametrize("count", range(1, 11))
async def test_every_size_of_menu_is_within_whatsapps_limits(interactive: WhatsApp, siti: Person, count: int) -> None:
    label = 20 if count <= 3 else 24
    choices = tuple(
        Choice("registration.occupation", "v" * 300 + str(n), f"{n}".ljust(label, "x")) for n in range(count)
    )
    await interactive.send(siti.address, Outgoing("x" * 1024, choices), 1)
    heard = await siti.hears()
    assert heard.kind == ("buttons" if count <= 3 else "list")
    assert len(heard.options) == count


async def test_contents_are_made_once_and_found_again(twilio: TwilioServer, interactive: WhatsApp) -> None:
    again = WhatsApp(whatsapp_settings(twilio, whatsapp_interactive=True))
    await again.open()
    await until(lambda: len([name for name, _ in twilio.calls if name == "list_contents"]) == 2)
    await asyncio.sleep(0.05)
    assert len(twilio.contents) == 13
    await again.close()


async def test_menus_stay_text_until_the_contents_are_there(twilio: TwilioServer, siti: Person) -> None:
    twilio.faults.add(GATEWAY, method="list_contents")
    twilio.faults.add(Fault(429, "Too Many Requests", code=20429), method="create_content", times=2)
    channel = WhatsApp(whatsapp_settings(twilio, whatsapp_interactive=True), patience=0.05)
    await channel.open()
    await channel.send(siti.address, Outgoing("Setuju?", CONSENT), 1)
    assert (await siti.hears()).kind == "text"
    await until(lambda: len(twilio.contents) == 13)
    await asyncio.sleep(0.02)
    await channel.send(siti.address, Outgoing("Setuju?", CONSENT), 2)
    assert (await siti.hears()).kind == "buttons"
    await channel.close()


async def test_what_people_send_arrives_signed(whatsapp: WhatsApp, siti: Person, door: Door) -> None:
    siti.says("halo & 1+1 é 👍")
    siti.sends_sticker()
    siti.sends("location")
    await until(lambda: len(door.arrived) == 3)
    assert [arrived.content for arrived in door.arrived] == [
        Said("halo & 1+1 é 👍"),
        Sent("sticker"),
        Sent("location"),
    ]
    assert door.arrived[0].addresses[0].value == siti.address


@pytest.mark.parametrize("choices", [CONSENT, KOTA])
async def test_a_tap_comes_back_as_its_step_and_value(
    twilio: TwilioServer, interactive: WhatsApp, siti: Person, choices: tuple[Choice, ...], door: Door
) -> None:
    url: str = door.url  # type: ignore[attr-defined]
    door.whatsapp = WhatsApp(whatsapp_settings(twilio, public_url=url))
    twilio.hooks.url = f"{url}/whatsapp/webhook"
    await interactive.send(siti.address, Outgoing("?", choices), 1)
    await siti.hears()
    siti.taps(choices[1].label)
    await until(lambda: door.arrived)
    assert door.arrived[0].content == Tapped(choices[1].step, choices[1].value)
    await door.whatsapp.close()


async def test_sha256_signatures_are_understood(
    twilio: TwilioServer, whatsapp: WhatsApp, siti: Person, door: Door
) -> None:
    twilio.hooks.algorithm = "sha256"
    siti.says("halo")
    await until(lambda: door.arrived)


async def test_a_forged_or_unsigned_webhook_is_refused(
    twilio: TwilioServer, whatsapp: WhatsApp, siti: Person, door: Door
) -> None:
    _, pairs = twilio.receive(siti, {"Body": "halo", "MessageType": "text"})
    for signature in ("", "x", sign("another token", twilio.hooks.url, pairs)):
        assert await twilio.hooks.post(twilio.hooks.url, pairs, signature or " ") == 403
    replayed = sign(twilio.token, twilio.hooks.url.replace("webhook", "status"), pairs)
    assert await twilio.hooks.post(twilio.hooks.url, pairs, replayed) == 403
    assert (door.arrived, door.refused) == ([], 4)


async def test_a_webhook_posted_twice_has_one_id(
    twilio: TwilioServer, whatsapp: WhatsApp, siti: Person, door: Door
) -> None:
    twilio.hooks.duplicates = 1
    siti.says("halo")
    await until(lambda: len(door.arrived) == 2)
    assert len({arrived.message_id for arrived in door.arrived}) == 1


async def test_the_status_brings_our_own_id_back(
    twilio: TwilioServer, whatsapp: WhatsApp, siti: Person, door: Door
) -> None:
    twilio.reads = True
    sent = await whatsapp.send(siti.address, Outgoing("Halo"), 4711)
    await until(lambda: len(door.statuses) == 3)
    assert [(status.outbox_id, status.state) for status in door.statuses] == [
        (4711, "sent"),
        (4711, "delivered"),
        (4711, "read"),
    ]
    assert {status.platform_id for status in door.statuses} == {sent.platform_id}


@pytest.mark.parametrize(
    ("order", "states"), [("reversed", ["delivered", "sent"]), ("doubled", ["sent"] * 2 + ["delivered"] * 2)]
)
async def test_statuses_come_in_any_order_and_twice(
    twilio: TwilioServer, whatsapp: WhatsApp, siti: Person, door: Door, order: str, states: list[str]
) -> None:
    twilio.hooks.callbacks = order  # type: ignore[assignment]
    await whatsapp.send(siti.address, Outgoing("Halo"), 7)
    await until(lambda: len(door.statuses) == len(states))
    assert [status.state for status in door.statuses] == states


async def _failure(whatsapp: WhatsApp, address: str, message: Outgoing, door: Door) -> tuple[Outcome | None, str]:
    await whatsapp.send(address, message, 7)
    await until(lambda: door.statuses)
    return door.statuses[-1].outcome, door.statuses[-1].error


async def test_outside_the_window_the_refusal_comes_by_callback(
    twilio: TwilioServer, whatsapp: WhatsApp, siti: Person, door: Door
) -> None:
    siti.window_until = twilio.now() - 1
    assert await _failure(whatsapp, siti.address, Outgoing("Halo"), door) == (Outcome.WINDOW_CLOSED, "63016")
    assert siti.chat == []


async def test_outside_the_window_a_template_goes(twilio: TwilioServer, whatsapp: WhatsApp, siti: Person) -> None:
    siti.window_until = 0
    message = Outgoing("", template="result_ready", variables=("sudah terdaftar",))
    assert (await whatsapp.send(siti.address, message, 7)).billable == 1
    assert (await siti.hears()).text == "Kabar: sudah terdaftar."


async def test_a_purpose_without_a_template_is_held(whatsapp: WhatsApp, siti: Person) -> None:
    with pytest.raises(Undelivered) as caught:
        await whatsapp.send(siti.address, Outgoing("", template="reminder"), 7)
    assert caught.value.outcome is Outcome.WINDOW_CLOSED


async def test_inside_the_window_the_words_go_though_a_template_is_named(whatsapp: WhatsApp, siti: Person) -> None:
    await whatsapp.send(siti.address, Outgoing("Halo", template="result_ready", variables=("x",)), 7)
    assert (await siti.hears()).template == ""


async def test_a_blocker_and_a_stranger_are_told_apart(whatsapp: WhatsApp, siti: Person, door: Door) -> None:
    siti.blocks()
    assert (await _failure(whatsapp, siti.address, Outgoing("Halo"), door))[0] is Outcome.OPTED_OUT
    door.statuses.clear()
    assert (await _failure(whatsapp, "whatsapp:+628990000000", Outgoing("Halo"), door))[0] is Outcome.UNREACHABLE


async def test_a_person_who_hides_their_number_is_answered(
    twilio: TwilioServer, whatsapp: WhatsApp, door: Door
) -> None:
    budi = twilio.person("Budi Santoso", hidden=True)
    budi.says("halo")
    await until(lambda: door.arrived)
    await whatsapp.send(door.arrived[0].addresses[0].value, Outgoing("Halo juga"), 7)
    assert (await budi.hears()).text == "Halo juga"


async def test_a_nik_is_blanked_at_twilio_before_we_speak(
    twilio: TwilioServer, whatsapp: WhatsApp, siti: Person, door: Door
) -> None:
    sid = siti.says("3174055708950003")
    await until(lambda: door.arrived)
    await whatsapp.send(siti.address, Outgoing("Lewat formulir ya kak", redact=door.arrived[0].handle), 7)
    assert twilio.messages[sid]["body"] == ""
    names = [name for name, _ in twilio.calls]
    assert names.index("update") < names.index("create")


async def test_a_ktp_photo_is_deleted_with_its_caption(
    twilio: TwilioServer, whatsapp: WhatsApp, siti: Person, door: Door
) -> None:
    sid = siti.sends("image", caption="3174055708950003")
    await until(lambda: door.arrived)
    await whatsapp.send(siti.address, Outgoing("", redact=door.arrived[0].handle), 7)
    assert twilio.media[sid] == {}
    assert twilio.messages[sid]["body"] == ""
    assert siti.chat == []


@pytest.mark.parametrize("fault", [GATEWAY, CUT, too_fast(1), Fault(400, "in progress", code=20009)])
async def test_what_could_not_be_blanked_yet_is_tried_again_before_we_speak(
    twilio: TwilioServer, whatsapp: WhatsApp, siti: Person, door: Door, fault: Fault
) -> None:
    sid = siti.says("3174055708950003")
    await until(lambda: door.arrived)
    twilio.faults.add(fault, method="update")
    message = Outgoing("Lewat formulir ya kak", redact=door.arrived[0].handle)
    with pytest.raises(Undelivered) as caught:
        await whatsapp.send(siti.address, message, 7)
    assert (caught.value.outcome, siti.chat) == (Outcome.RETRY_AFTER, [])
    await whatsapp.send(siti.address, message, 7)
    assert twilio.messages[sid]["body"] == ""
    del twilio.messages[sid]
    await whatsapp.send(siti.address, message, 7)  # already gone is fine
    assert len(siti.chat) == 2


@pytest.mark.parametrize(
    ("fault", "outcome", "whole_channel"),
    [
        (Fault(401, "Authenticate", code=20003), Outcome.MISCONFIGURED, True),
        (Fault(404, "no account", code=20404), Outcome.MISCONFIGURED, True),
        (Fault(400, "sender", code=63007), Outcome.MISCONFIGURED, True),
        (too_fast(1), Outcome.RETRY_AFTER, True),
        (Fault(429, "slow", page=True), Outcome.RETRY_AFTER, True),
        (Fault(400, "slow", code=63018), Outcome.RETRY_AFTER, False),
        (Fault(400, "queue", code=30001), Outcome.RETRY_AFTER, True),
        (Fault(400, "window", code=63016), Outcome.WINDOW_CLOSED, False),
        (Fault(400, "stop", code=21610), Outcome.OPTED_OUT, False),
        (Fault(400, "stop", code=63033), Outcome.OPTED_OUT, False),
        (Fault(400, "stop", code=63014), Outcome.OPTED_OUT, False),
        (Fault(400, "who", code=63003), Outcome.UNREACHABLE, False),
        (Fault(400, "who", code=63024), Outcome.UNREACHABLE, False),
        (Fault(400, "who", code=21211), Outcome.UNREACHABLE, False),
        (Fault(400, "sandbox", code=63015), Outcome.UNREACHABLE, False),
        *((Fault(400, "bug", code=code), Outcome.OUR_FAULT, False) for code in (21617, 21655, 21656, 63027, 63028, 1)),
        *((Fault(400, "no", code=code), Outcome.REFUSED, False) for code in (63013, 63021, 63049, 63032)),
        (GATEWAY, Outcome.RETRY_AFTER, False),
        (Fault(200, "a captive portal", page=True), Outcome.UNKNOWN, False),
        (CUT, Outcome.UNKNOWN, False),
        (CUT_AFTER, Outcome.UNKNOWN, False),
    ],
    ids=lambda value: str(value.code or value.status or value.when) if isinstance(value, Fault) else None,
)
async def test_every_refusal_is_a_decision(
    twilio: TwilioServer, whatsapp: WhatsApp, siti: Person, fault: Fault, outcome: Outcome, whole_channel: bool
) -> None:
    twilio.faults.add(fault, method="create")
    with pytest.raises(Undelivered) as caught:
        await whatsapp.send(siti.address, Outgoing("Halo kak Siti"), 1)
    assert (caught.value.outcome, caught.value.whole_channel) == (outcome, whole_channel)
    told = f"{caught.value!r} {caught.value.__cause__!r}"
    assert not any(secret in told for secret in ("Siti", siti.phone, twilio.account))


async def test_a_read_timeout_is_unknown_and_nothing_is_sent_twice(twilio: TwilioServer, siti: Person) -> None:
    channel = WhatsApp(whatsapp_settings(twilio), longest=0.2)
    twilio.faults.add(silence(1), method="create")
    with pytest.raises(Undelivered) as caught:
        await channel.send(siti.address, Outgoing("Halo"), 1)
    assert caught.value.outcome is Outcome.UNKNOWN
    assert (await siti.hears()).text == "Halo"
    assert await siti.hears_nothing(0.1)
    await channel.close()


async def test_twilio_down_stops_the_channel_for_a_while(twilio: TwilioServer, siti: Person) -> None:
    channel = WhatsApp(whatsapp_settings(twilio, twilio_api_url="http://127.0.0.1:9"))
    await channel.open()
    with pytest.raises(Undelivered) as caught:
        await channel.send(siti.address, Outgoing("Halo"), 1)
    assert (caught.value.outcome, caught.value.whole_channel) == (Outcome.RETRY_AFTER, True)
    await channel.close()


async def test_wrong_credentials_stop_the_start_with_a_way_out(twilio: TwilioServer) -> None:
    channel = WhatsApp(whatsapp_settings(twilio, twilio_auth_token="wrong"))
    with pytest.raises(Misconfigured, match="TWILIO_AUTH_TOKEN"):
        await channel.open()
    await channel.close()


async def test_a_step_name_too_long_for_a_button_is_our_fault(interactive: WhatsApp, siti: Person) -> None:
    with pytest.raises(Undelivered) as caught:
        await interactive.send(siti.address, Outgoing("?", (Choice("f." + "s" * 200, "a", "A"),)), 1)
    assert caught.value.outcome is Outcome.OUR_FAULT


async def test_what_a_dead_webhook_lost_is_found_again(
    twilio: TwilioServer, whatsapp: WhatsApp, siti: Person, door: Door
) -> None:
    since = datetime.now(UTC) - timedelta(minutes=5)
    siti.says("sebelum")
    await until(lambda: door.arrived)
    await door.runner.cleanup()
    siti.says("satu")
    siti.says("dua")
    siti.sends("image")
    redacted = siti.says("3174055708950003")
    twilio.messages[redacted]["body"] = ""
    await siti.arrived()
    assert len(twilio.hooks.lost) == 4
    await whatsapp.send(siti.address, Outgoing("keluar"), 1)
    found = [arrived async for arrived in whatsapp.reconcile(since)]
    assert [arrived.content for arrived in found] == [Said("sebelum"), Said("satu"), Said("dua"), Sent("other")]
    assert found[0].message_id == door.arrived[0].message_id
    assert found[0].addresses[0] == door.arrived[0].addresses[0]


async def test_reconciling_reads_every_page(twilio: TwilioServer, whatsapp: WhatsApp, siti: Person) -> None:
    since = datetime.now(UTC) - timedelta(minutes=5)
    for number in range(450):
        twilio.receive(siti, {"Body": f"pesan {number}"})
    found = [arrived async for arrived in whatsapp.reconcile(since)]
    assert [arrived.content for arrived in found] == [Said(f"pesan {number}") for number in range(450)]


async def test_reconciling_while_twilio_is_away_says_so(twilio: TwilioServer, whatsapp: WhatsApp) -> None:
    twilio.faults.add(GATEWAY, method="list")
    with pytest.raises(Undelivered):
        [arrived async for arrived in whatsapp.reconcile(datetime.now(UTC))]


async def test_json_stays_json(twilio: TwilioServer, interactive: WhatsApp) -> None:
    list_of_ten = next(c for c in twilio.contents.values() if c["friendly_name"] == "taruna_list_10_v1")
    assert len(list_of_ten["types"]["twilio/list-picker"]["items"]) == 10
    assert json.dumps(list_of_ten).count("null") == 0


def test_templates_are_read_from_a_file_that_may_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "templates.toml"
    assert read_templates(path) == {}
    path.write_text('result_ready = "HX123"\n')
    assert read_templates(path) == {"result_ready": "HX123"}


@pytest.mark.parametrize("text", ["result_ready = HX123", 'result_ready = "123"', "result_ready = 5", "[x]\ny = 'HX1'"])
def test_a_template_file_that_says_something_else_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "templates.toml"
    path.write_text(text)
    with pytest.raises(Misconfigured, match=r"templates\.toml"):
        read_templates(path)


# ---- files ----


class Shelf:
    """Where files lie, as our own pages serve them."""

    def __init__(self) -> None:
        self.files = {
            "struk.pdf": ("application/pdf", b"%PDF-1.7 receipt"),
            "struk.png": ("image/png", b"\x89PNG\r\n\x1a\nrest"),
        }

    async def start(self) -> str:
        app = web.Application()
        app.router.add_get("/kertas/{name}", self._give)
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self.runner.addresses[0][1]}"

    async def _give(self, request: web.Request) -> web.Response:
        if request.match_info["name"] not in self.files:
            return web.Response(status=404)
        kind, content = self.files[request.match_info["name"]]
        return web.Response(body=content, content_type=kind)

    def file(self, url: str, name: str) -> File:
        async def content() -> bytes:
            raise AssertionError("WhatsApp fetches files by their address")

        return File(name, "", f"{url}/kertas/{name}", content)


@pytest.fixture
async def shelf() -> AsyncIterator[tuple[Shelf, str]]:
    shelf = Shelf()
    yield shelf, await shelf.start()
    await shelf.runner.cleanup()


async def test_a_picture_goes_by_its_address_with_words_and_a_numbered_menu_under_it(
    whatsapp: WhatsApp, siti: Person, shelf: tuple[Shelf, str]
) -> None:
    there, url = shelf
    sent = await whatsapp.send(siti.address, Outgoing("Ini *Siti*", CONSENT, file=there.file(url, "struk.png")), 1)
    heard = await siti.hears()
    assert (heard.file, heard.media_type) == (b"\x89PNG\r\n\x1a\nrest", "image/png")
    assert heard.text == "Ini *Siti*\n\n1. Ya, setuju\n2. Tidak"
    assert sent.billable == 1


async def test_a_document_goes_without_the_words_that_whatsapp_does_not_show(
    interactive: WhatsApp, siti: Person, shelf: tuple[Shelf, str]
) -> None:
    there, url = shelf
    await interactive.send(siti.address, Outgoing("Tanda terima Siti", file=there.file(url, "struk.pdf")), 1)
    heard = await siti.hears()
    assert (heard.file, heard.media_type, heard.text) == (b"%PDF-1.7 receipt", "application/pdf", "")


async def test_a_file_that_cannot_be_fetched_fails_by_callback(
    whatsapp: WhatsApp, siti: Person, door: Door, shelf: tuple[Shelf, str]
) -> None:
    there, url = shelf
    await whatsapp.send(siti.address, Outgoing("Ini", file=there.file(url, "hilang.pdf")), 7)
    await until(lambda: door.statuses)
    assert [(one.outbox_id, one.state, one.outcome) for one in door.statuses] == [(7, "failed", Outcome.OUR_FAULT)]
