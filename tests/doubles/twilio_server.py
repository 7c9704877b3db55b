"""A strict, stateful Twilio for tests, over real HTTP: messages, contents, media, signed webhooks, status callbacks.

In a test: `async with TwilioServer() as twilio:` and `twilio.hooks.url = "http://…/whatsapp/webhook"`. By itself:
`python -m tests.doubles.twilio_server --port 8082 --webhook URL`, people moved as on the fake Telegram.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from base64 import b64decode
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.canary import WATCH
from tests.doubles.faults import Faults, Limiter
from tests.doubles.twilio_answers import accept, refuse, suffer
from tests.doubles.twilio_checks import Failure, Refusal, check_content, check_create, check_shape, fill
from tests.doubles.twilio_hooks import Hooks, Pairs
from tests.doubles.twilio_people import Heard, Person
from tests.doubles.twilio_records import inbound_fields, matches, message_record, rendered, status_fields

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "twilio-test-token"
SENDER = "whatsapp:+14155238886"


class TwilioServer:
    """One account with one WhatsApp sender."""

    def __init__(
        self, account: str = ACCOUNT, token: str = TOKEN, sender: str = SENDER, *, now: Callable[[], float] = time.time
    ) -> None:
        self.account, self.token, self.sender, self.now = account, token, sender, now
        self.hooks, self.faults = Hooks(token), Faults()
        self.people: list[Person] = []
        self.messages: dict[str, dict[str, Any]] = {}
        self.media: dict[str, dict[str, str]] = {}  # message → medium → content type
        self.contents: dict[str, dict[str, Any]] = {}
        self.approved: set[str] = set()
        self.reads = False  # whether people's phones say they read
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.addresses: list[str] = []  # as proxies would log them
        self._limiter: Limiter | None = None
        self._number = 0
        self._runner: web.AppRunner | None = None
        self.url = ""

    # ---- running ----

    async def start(self, port: int = 0) -> TwilioServer:
        app = web.Application()
        root = "/2010-04-01/Accounts/{account}"
        routes: list[tuple[str, str, Callable[..., Any]]] = [
            ("GET", f"{root}.json", self._fetch_account),
            ("POST", f"{root}/Messages.json", self._create),
            ("GET", f"{root}/Messages.json", self._list),
            ("GET", f"{root}/Messages/{{sid}}.json", self._fetch),
            ("POST", f"{root}/Messages/{{sid}}.json", self._update),
            ("DELETE", f"{root}/Messages/{{sid}}.json", self._delete),
            ("GET", f"{root}/Messages/{{sid}}/Media.json", self._list_media),
            ("DELETE", f"{root}/Messages/{{sid}}/Media/{{medium}}.json", self._delete_medium),
            ("GET", "/v1/Content", self._list_contents),
            ("POST", "/v1/Content", self._create_content),
        ]
        for method, path, act in routes:
            app.router.add_route(method, path, self._serving(act))
        app.router.add_post("/_people/{name}/{verb}", self._move)
        app.router.add_get("/_people/{name}/hears", self._overhear)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def stop(self) -> None:
        WATCH.look("the addresses called at Twilio", "\n".join(self.addresses).encode())
        await self.hooks.stop()
        if self._runner:
            await self._runner.cleanup()

    async def __aenter__(self) -> TwilioServer:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # ---- people ----

    def person(self, name: str = "Siti Aminah", *, hidden: bool = False) -> Person:
        """The person so named, made known on first mention. hidden: their number is not shown to businesses."""
        for person in self.people:
            if person.name == name:
                return person
        person = Person(self, len(self.people) + 34567001, name, hidden)
        self.people.append(person)
        return person

    def approve(self, body: str) -> str:
        """A template WhatsApp approved: it may be sent outside the window."""
        sid = self._sid("HX")
        self.contents[sid] = {"sid": sid, "friendly_name": sid, "types": {"twilio/text": {"body": body}}}
        self.approved.add(sid)
        return sid

    def limit(self, overall: float, per_chat: float) -> None:
        self._limiter = Limiter(overall, per_chat)

    def receive(self, person: Person, fields: dict[str, str], media: str = "") -> tuple[str, Pairs]:
        """Keep what a person sent, and say what the webhook about it will carry."""
        sid, count = self._sid("MM" if media else "SM"), int(bool(media))
        message = self._record(sid, person.address, self.sender, fields["Body"], "inbound", "received", count)
        pairs = inbound_fields(person, message, fields)
        if media:
            medium = self._sid("ME")
            self.media[sid] = {medium: media}
            pairs["MediaContentType0"] = media
            pairs["MediaUrl0"] = f"{self.url}/2010-04-01/Accounts/{self.account}/Messages/{sid}/Media/{medium}"
        return sid, list(pairs.items())

    # ---- messages ----

    async def _create(self, request: web.Request, given: dict[str, str]) -> tuple[int, Any]:
        check_create(given)
        if given.get("From") != self.sender:
            raise Refusal(400, 63007, "Twilio could not find a Channel with the specified From address")
        person = next((person for person in self.people if given["To"] in person.names), None)
        if person and person.opted_out:
            raise Refusal(400, 21610, "Attempt to send to unsubscribed recipient")
        if self._limiter and not self._limiter.lets(given["To"]):
            raise Refusal(429, 20429, "Too Many Requests")
        types = {"twilio/text": {"body": given.get("Body", "")}}
        content = given.get("ContentSid", "")
        if content:
            if content not in self.contents:
                raise Refusal(400, 21655, "The ContentSid Parameter is Invalid")
            types = fill(self.contents[content], given.get("ContentVariables"))
        sid = self._sid("SM")
        heard = rendered(sid, types, content if content in self.approved else "")
        message = self._record(sid, self.sender, given["To"], heard.text, "outbound-api", "queued")
        if "MediaUrl" in given:
            heard.file_address = given["MediaUrl"]
        self.hooks.later(self._carry(person, message, heard, types, given.get("StatusCallback", "")))
        return 201, dict(message)

    async def _carry(
        self, person: Person | None, message: dict[str, Any], heard: Heard, types: dict[str, Any], callback: str
    ) -> None:
        """What happens after 201: delivered, or failed for a reason that comes by callback only."""
        steps = ["sent", "delivered", "read"] if self.reads else ["sent", "delivered"]
        code = 0
        try:
            if person is None:
                raise Failure(63024)
            if person.blocked:
                raise Failure(63033)
            if not heard.template and person.window_until <= self.now():
                raise Failure(63016)
            check_shape(types)
            if heard.file_address:
                await self._fetch_file(heard)
            if fault := self.faults.meet("deliver", message["to"]):
                raise Failure(fault.code)
            person.hear(heard)
        except Failure as failure:
            code, steps = failure.code, ["failed" if failure.code != 63033 else "undelivered"]
        message["status"], message["error_code"] = steps[-1], code or None
        if callback:
            await self.hooks.statuses(callback, [status_fields(message, step, code) for step in steps])

    async def _fetch_file(self, heard: Heard) -> None:
        """Fetched from where we say it is. Of the words that came with a document nothing is shown."""
        heard.media_type, heard.file = await self.hooks.fetch(heard.file_address)
        begins = {"image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8", "application/pdf": b"%PDF-"}.get(heard.media_type)
        if begins is None or not heard.file.startswith(begins):
            raise Failure(63019)
        if heard.media_type == "application/pdf":
            heard.text = ""
        elif len(heard.text) > 1024:
            raise Failure(63021)

    async def _list(self, request: web.Request, given: dict[str, str]) -> tuple[int, Any]:
        found = [message for message in self.messages.values() if matches(message, given)]
        found.sort(key=lambda message: message["_at"], reverse=True)
        size, page = int(given.get("PageSize", "50")), int(given.get("Page", "0"))
        shown = found[page * size : (page + 1) * size]
        more = (page + 1) * size < len(found)
        place = f"/2010-04-01/Accounts/{self.account}/Messages.json"
        query = request.url.update_query(Page=str(page + 1)).query_string
        return 200, {
            "messages": shown,
            "page": page,
            "page_size": size,
            "uri": place,
            "next_page_uri": f"{place}?{query}" if more else None,
        }

    async def _fetch(self, request: web.Request, _: dict[str, str]) -> tuple[int, Any]:
        return 200, self._known(request)

    async def _update(self, request: web.Request, given: dict[str, str]) -> tuple[int, Any]:
        message = self._known(request)
        if given != {"Body": ""}:
            raise Refusal(400, 21211, "Only an empty Body may be set, to redact the message")
        message["body"] = ""
        return 200, message

    async def _delete(self, request: web.Request, _: dict[str, str]) -> tuple[int, Any]:
        del self.messages[self._known(request)["sid"]]
        return 204, None

    async def _list_media(self, request: web.Request, _: dict[str, str]) -> tuple[int, Any]:
        sid = self._known(request)["sid"]
        media = [{"sid": medium, "content_type": kind} for medium, kind in self.media.get(sid, {}).items()]
        return 200, {"media_list": media, "page": 0, "page_size": 50, "next_page_uri": None, "uri": ""}

    async def _delete_medium(self, request: web.Request, _: dict[str, str]) -> tuple[int, Any]:
        media = self.media.get(self._known(request)["sid"], {})
        if media.pop(request.match_info["medium"], None) is None:
            raise Refusal(404, 20404, "The requested resource was not found")
        return 204, None

    def _known(self, request: web.Request) -> dict[str, Any]:
        message = self.messages.get(request.match_info["sid"])
        if message is None:
            raise Refusal(404, 20404, "The requested resource was not found")
        return message

    async def _fetch_account(self, _: web.Request, given: dict[str, str]) -> tuple[int, Any]:
        return 200, {"sid": self.account, "status": "active", "friendly_name": "Taruna", "type": "Full"}

    # ---- contents ----

    async def _list_contents(self, _: web.Request, given: dict[str, str]) -> tuple[int, Any]:
        meta = {"key": "contents", "page": 0, "page_size": 500, "next_page_url": None}
        return 200, {"contents": list(self.contents.values()), "meta": meta}

    async def _create_content(self, request: web.Request, _: dict[str, str]) -> tuple[int, Any]:
        if request.content_type != "application/json":
            raise Refusal(415, 20001, "Content must be JSON")
        given = await request.json()
        check_content(given)
        sid = self._sid("HX")
        self.contents[sid] = {"sid": sid, "account_sid": self.account, **given}
        return 201, self.contents[sid]

    # ---- answering ----

    def _serving(self, act: Callable[..., Any]) -> Callable[[web.Request], Any]:
        async def serve(request: web.Request) -> web.StreamResponse:
            self.addresses.append(request.path_qs)
            form = request.content_type == "application/x-www-form-urlencoded"
            fields = {**request.query, **(await request.post() if form else {})}
            given = {field: str(value) for field, value in fields.items()}
            name = act.__name__.lstrip("_")
            self.calls.append((name, given))
            fault = self.faults.meet(name, given.get("To", ""))
            if fault and fault.when == "before" and (answer := await suffer(request, fault)):
                return answer
            try:
                self._authenticate(request)
                status, body = await act(request, given)
                response = accept(status, body)
            except Refusal as refusal:
                response = refuse(refusal)
            if fault and fault.when == "after" and (answer := await suffer(request, fault)):
                return answer
            return response

        return serve

    def _authenticate(self, request: web.Request) -> None:
        scheme, _, coded = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Basic" or b64decode(coded).decode() != f"{self.account}:{self.token}":
            raise Refusal(401, 20003, "Authenticate")

    def _record(
        self, sid: str, sender: str, to: str, body: str, direction: str, status: str, media: int = 0
    ) -> dict[str, Any]:
        self.messages[sid] = message_record(
            sid, self.account, sender, to, body, direction=direction, status=status, at=self.now(), media=media
        )
        return self.messages[sid]

    def _sid(self, prefix: str) -> str:
        self._number += 1
        return f"{prefix}{self._number:032x}"

    async def _move(self, request: web.Request) -> web.Response:
        person = self.person(request.match_info["name"])
        arguments = await request.json() if request.can_read_body else []
        return web.json_response({"sid": getattr(person, request.match_info["verb"])(*arguments)})

    async def _overhear(self, request: web.Request) -> web.Response:
        person = self.person(request.match_info["name"])
        try:
            heard = await person.hears(float(request.query.get("timeout", "5")))
        except TimeoutError:
            return web.json_response(None)
        return web.json_response({"sid": heard.sid, "text": heard.text, "buttons": heard.buttons, "data": heard.data})


async def main(port: int, webhook: str, account: str, token: str) -> None:
    server = await TwilioServer(account, token).start(port)
    server.hooks.url = webhook
    print(server.url, flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        await server.stop()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="A strict fake Twilio")
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--webhook", default="")
    arguments.add_argument("--account", default=ACCOUNT)
    arguments.add_argument("--token", default=TOKEN)
    chosen = arguments.parse_args()
    asyncio.run(main(chosen.port, chosen.webhook, chosen.account, chosen.token))
