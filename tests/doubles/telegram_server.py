"""A strict, stateful Telegram for tests, over real HTTP: Bot API, long polling, webhooks, people, scripted trouble.

In a test: `async with TelegramServer() as telegram:`. By itself: `python -m tests.doubles.telegram_server --port 8081`,
then people are moved by POST /_people/{name}/{verb} with a JSON list of arguments.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.canary import WATCH
from tests.doubles.faults import Faults, Limiter
from tests.doubles.telegram_answers import Answer, accept, read_parameters, refuse, suffer
from tests.doubles.telegram_checks import (
    PARAMETERS,
    check_file,
    check_markup,
    check_parameters,
    read_caption,
    read_text,
)
from tests.doubles.telegram_html import Refused
from tests.doubles.telegram_people import Attached, Line, Person
from tests.doubles.telegram_profiles import Profiles
from tests.doubles.telegram_updates import Updates

TOKEN = "4242:AAtest-token-of-the-fake-bot-0123456789"
TWO_DAYS = 48 * 3600


class TelegramServer:
    """One bot's Telegram."""

    def __init__(
        self, token: str = TOKEN, *, now: Callable[[], float] = time.time, retry: float = 0.05, first_update: int = 1000
    ) -> None:
        self.token, self.now = token, now
        self.bot = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Taruna", "username": "TarunaBot"}
        self.faults = Faults()
        self.people: dict[int, Person] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.addresses: list[str] = []  # as proxies would log them
        self.profiles = Profiles()
        self.files: dict[str, bytes] = {}
        self.answered: list[str] = []
        self.group_lines: list[Line] = []
        self._lines: dict[tuple[int, int], Line] = {}
        self._first_markup: dict[tuple[int, int], dict[str, Any] | None] = {}
        self._queries: dict[str, float] = {}
        self._number = 1
        self._last: dict[int, int] = {}
        self.updates = Updates(first_update, retry)
        self._limiter: Limiter | None = None
        self._runner: web.AppRunner | None = None
        self.url = ""
        self._methods: dict[str, Callable[[dict[str, Any]], Any]] = {
            "getMe": lambda _: self.bot,
            "getUpdates": self.updates.get,
            "setWebhook": self.updates.set_webhook,
            "deleteWebhook": self.updates.delete_webhook,
            "getWebhookInfo": lambda _: self.updates.info(),
            "sendMessage": self._send_message,
            "sendDocument": lambda given: self._send_file("document", given),
            "sendPhoto": lambda given: self._send_file("photo", given),
            "deleteMessage": self._delete_message,
            "editMessageText": self._edit_message_text,
            "editMessageReplyMarkup": self._edit_message_reply_markup,
            "answerCallbackQuery": self._answer_callback_query,
            "setMyCommands": self.profiles.set_commands,
            "getMyCommands": self.profiles.get_commands,
            "setMyDescription": self.profiles.set_description,
            "getMyDescription": self.profiles.get_description,
            "setMyShortDescription": self.profiles.set_about,
            "getMyShortDescription": self.profiles.get_about,
            "getFile": self._get_file,
        }

    # ---- running ----

    async def start(self, port: int = 0) -> TelegramServer:
        app = web.Application(client_max_size=10 * 2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        app.router.add_post("/_people/{name}/{verb}", self._move)
        app.router.add_get("/_people/{name}/hears", self._overhear)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def stop(self) -> None:
        WATCH.look("the addresses called at Telegram", "\n".join(self.addresses).encode())
        await self.updates.stop()
        if self._runner:
            await self._runner.cleanup()

    async def __aenter__(self) -> TelegramServer:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # ---- people ----

    def person(self, name: str = "Siti Aminah", language: str = "id") -> Person:
        """The person so named, made known on first mention."""
        for person in self.people.values():
            if person.name == name:
                return person
        person = Person(self, 700_000_001 + len(self.people), name, language)
        self.people[person.id] = person
        return person

    def next_number(self) -> int:
        self._number += 1
        return self._number

    def next_query(self) -> int:
        query = self.next_number() + 10**15
        self._queries[str(query)] = self.now()
        return query

    def new_line(self, chat: int, *, mine: bool, text: str) -> Line:
        self._last[chat] = self._last.get(chat, 0) + 1
        line = Line(self._last[chat], chat, mine, self.now(), text)
        self._lines[chat, line.id] = line
        return line

    def first_markup(self, line: Line) -> dict[str, Any] | None:
        return self._first_markup.get((line.chat, line.id))

    def enqueue(self, kind: str, payload: Any, chat: int) -> int:
        """Put one update on its way; malformed ones too (`enqueue("message", {"nonsense": 1}, 5)`)."""
        return self.updates.add(kind, payload, chat)

    def limit(self, overall: float, per_chat: float) -> None:
        """Answer 429 beyond these messages a second."""
        self._limiter = Limiter(overall, per_chat)

    def sent(self, method: str) -> list[dict[str, Any]]:
        """What was asked of one method."""
        return [given for name, given in self.calls if name == method]

    # ---- the Bot API ----

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.addresses.append(request.path_qs)
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return refuse(Answer(401, "Unauthorized"))
        known = next((name for name in PARAMETERS if name.lower() == method.lower()), "")
        if not known:
            return refuse(Answer(404, "Not Found: method not found"))
        given = await read_parameters(request)
        self.calls.append((known, given))
        fault = self.faults.meet(known, given.get("chat_id", ""))
        if fault and fault.when == "before" and (answer := await suffer(request, fault)):
            return answer
        try:
            check_parameters(known, given)
            result = self._methods[known](given)
            response = accept(await result if asyncio.iscoroutine(result) else result)
        except Refused as refusal:
            response = refuse(Answer(400, str(refusal)))
        except Answer as answer_error:
            response = refuse(answer_error)
        if fault and fault.when == "after" and (answer := await suffer(request, fault)):
            return answer
        return response

    def _send_message(self, given: dict[str, Any]) -> dict[str, Any]:
        person = self._reached(given)
        text, entities = read_text(given)
        return self._put(person, given, text, entities)

    def _send_file(self, kind: str, given: dict[str, Any]) -> dict[str, Any]:
        person = self._reached(given)
        check_file(kind, given[kind])
        text, entities = read_caption(given)
        file = given[kind]
        return self._put(
            person, given, text, entities, Attached(kind, file.filename, file.content_type, file.file.read())
        )

    def _reached(self, given: dict[str, Any]) -> Person | None:
        """Whom a message is for; None for a group."""
        chat = int(given["chat_id"])
        person = self.people.get(chat)
        if person is None and chat >= 0:
            raise Refused("Bad Request: chat not found")
        if person and person.deactivated:
            raise Answer(403, "Forbidden: user is deactivated")
        if person and person.blocked:
            raise Answer(403, "Forbidden: bot was blocked by the user")
        if person and not person.started:
            raise Answer(403, "Forbidden: bot can't initiate conversation with a user")
        if self._limiter and not self._limiter.lets(chat):
            raise Answer(429, "Too Many Requests: retry after 1", retry_after=1)
        return person

    def _put(
        self,
        person: Person | None,
        given: dict[str, Any],
        text: str,
        entities: list[dict[str, Any]],
        file: Attached | None = None,
    ) -> dict[str, Any]:
        chat, markup = int(given["chat_id"]), given.get("reply_markup")
        check_markup(markup)
        line = self.new_line(chat, mine=True, text=text)
        line.entities, line.markup, line.protected = entities, markup, bool(given.get("protect_content"))
        line.file = file
        self._first_markup[chat, line.id] = markup
        if person is None:
            self.group_lines.append(line)
        else:
            if markup and ("keyboard" in markup or "remove_keyboard" in markup):
                person.keyboard = markup if "keyboard" in markup else None
            person.hear(line)
        return self.message_json(line)

    def _delete_message(self, given: dict[str, Any]) -> bool:
        line = self._line(given, "delete")
        if self.now() - line.at > TWO_DAYS:
            raise Refused("Bad Request: message can't be deleted for everyone")
        line.deleted = True
        return True

    def _edit_message_reply_markup(self, given: dict[str, Any]) -> dict[str, Any]:
        return self._edit(self._own_line(given), None, None, given.get("reply_markup"))

    def _edit_message_text(self, given: dict[str, Any]) -> dict[str, Any]:
        line = self._own_line(given)
        if line.file:
            raise Refused("Bad Request: there is no text in the message to edit")
        return self._edit(line, *read_text(given), given.get("reply_markup"))

    def _edit(
        self, line: Line, text: str | None, entities: list[dict[str, Any]] | None, markup: dict[str, Any] | None
    ) -> dict[str, Any]:
        check_markup(markup)
        if markup is not None and "inline_keyboard" not in markup:
            raise Refused("Bad Request: inline keyboard expected")
        if markup == {"inline_keyboard": []}:
            markup = None
        before = (line.text, line.entities, line.markup)
        after = (text or line.text, entities if entities is not None else line.entities, markup)
        if before == after:
            raise Refused(
                "Bad Request: message is not modified: specified new message content and reply markup are exactly "
                "the same as a current content and reply markup of the message"
            )
        line.text, line.entities, line.markup = after
        line.edits += 1
        return self.message_json(line)

    def _own_line(self, given: dict[str, Any]) -> Line:
        line = self._line(given, "edit")
        if not line.mine or (line.markup and "inline_keyboard" not in line.markup):
            raise Refused("Bad Request: message can't be edited")
        return line

    def _line(self, given: dict[str, Any], verb: str) -> Line:
        if int(given["chat_id"]) not in self.people and int(given["chat_id"]) >= 0:
            raise Refused("Bad Request: chat not found")
        line = self._lines.get((int(given["chat_id"]), int(given["message_id"])))
        if line is None or line.deleted:
            raise Refused(f"Bad Request: message to {verb} not found")
        return line

    def _answer_callback_query(self, given: dict[str, Any]) -> bool:
        asked = self._queries.pop(str(given["callback_query_id"]), None)
        if asked is None or self.now() - asked > 60:
            raise Refused("Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.answered.append(str(given["callback_query_id"]))
        return True

    def _get_file(self, given: dict[str, Any]) -> dict[str, Any]:
        number = given["file_id"]
        if number not in self.files:
            raise Refused("Bad Request: wrong file_id or the file is temporarily unavailable")
        size = len(self.files[number])
        return {"file_id": number, "file_unique_id": f"u{number}", "file_size": size, "file_path": f"files/{number}"}

    async def _download(self, request: web.Request) -> web.StreamResponse:
        number = request.match_info["path"].removeprefix("files/")
        if request.match_info["token"] != self.token or number not in self.files:
            return refuse(Answer(404, "Not Found"))
        return web.Response(body=self.files[number])

    def message_json(self, line: Line) -> dict[str, Any]:
        person = self.people.get(line.chat)
        chat = (
            {"id": line.chat, "type": "private"} if person else {"id": line.chat, "type": "supergroup", "title": "RW"}
        )
        message: dict[str, Any] = {
            "message_id": line.id,
            "chat": chat,
            "date": int(line.at),
            "from": self.bot if line.mine or person is None else person.user,
        }
        if line.file:
            message |= {line.file.kind: {"file_id": "f1", "file_name": line.file.name}, "caption": line.text}
        else:
            message["text"] = line.text
        if line.entities:
            message["entities"] = line.entities
        if line.markup and "inline_keyboard" in line.markup:
            message["reply_markup"] = line.markup
        return message | ({"has_protected_content": True} if line.protected else {})

    # ---- people moved from another process ----

    async def _move(self, request: web.Request) -> web.Response:
        person = self.person(request.match_info["name"])
        arguments = await request.json() if request.can_read_body else []
        getattr(person, request.match_info["verb"])(*arguments)
        return web.json_response({"ok": True})

    async def _overhear(self, request: web.Request) -> web.Response:
        person = self.person(request.match_info["name"])
        try:
            line = await person.hears(float(request.query.get("timeout", "5")))
        except TimeoutError:
            return web.json_response(None)
        return web.json_response({"id": line.id, "text": line.text, "buttons": line.buttons, "data": line.data})


async def main(port: int, token: str) -> None:
    server = await TelegramServer(token).start(port)
    print(server.url, flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        await server.stop()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="A strict fake Telegram")
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--token", default=TOKEN)
    chosen = arguments.parse_args()
    asyncio.run(main(chosen.port, chosen.token))
