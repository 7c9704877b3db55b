"""The programs that are compared. Each serves one webhook on a port of its own and answers every text with one message.

All keep their state durable before they answer, as well as they can: that is the point of the comparison.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import aiosqlite
import uvicorn
from starlette.types import Receive, Scope, Send

PORT = int(os.environ.get("PORT", "0"))
API = os.environ.get("TELEGRAM_API_URL", "")
TOKEN = "1:bench"
FOLDER = Path(os.environ.get("BENCH_FOLDER", "."))


async def _body(receive: Receive) -> bytes:
    chunks = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


async def _ok(send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def _serve(app: object) -> None:
    uvicorn.run(app, host="127.0.0.1", port=PORT, log_config=None, access_log=False)  # type: ignore[arg-type]


def bare() -> None:
    """The floor of the web server: a webhook that does nothing."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await _body(receive)
            await _ok(send)

    _serve(app)


def one_commit_a_turn() -> None:
    """The floor of durability: one SQLite row, one commit, one fsync a message, and nothing decided."""
    state: dict[str, aiosqlite.Connection] = {}
    lock = asyncio.Lock()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = await _body(receive)
        async with lock:
            if "db" not in state:
                state["db"] = db = await aiosqlite.connect(FOLDER / "floor.db", isolation_level=None)
                await db.execute("PRAGMA journal_mode = WAL")
                await db.execute("PRAGMA synchronous = FULL")
                await db.execute("CREATE TABLE inbox (body BLOB)")
            db = state["db"]
            await db.execute("BEGIN IMMEDIATE")
            await db.execute("INSERT INTO inbox VALUES (?)", (body,))
            await db.execute("COMMIT")
        await _ok(send)

    _serve(app)


def ptb() -> None:
    """python-telegram-bot's own way: ConversationHandler, PicklePersistence, flushed after each update."""
    import orjson
    from telegram import Update
    from telegram.ext import (
        Application,
        CommandHandler,
        ConversationHandler,
        MessageHandler,
        PicklePersistence,
        filters,
    )

    persistence = PicklePersistence(FOLDER / "ptb.pickle", update_interval=3600)
    application = (
        Application.builder().token(TOKEN).base_url(f"{API}/bot").persistence(persistence).updater(None).build()
    )

    async def ask(update: Update, context: object) -> int:
        data = context.user_data  # type: ignore[attr-defined]
        data[f"answer{len(data)}"] = update.message.text
        await update.message.reply_text(f"Baik. Pertanyaan {len(data)}?")
        return 1

    application.add_handler(
        ConversationHandler(
            entry_points=[CommandHandler("start", ask)],
            states={1: [MessageHandler(filters.TEXT & ~filters.COMMAND, ask)]},
            fallbacks=[],
            name="registration",
            persistent=True,
        )
    )

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await application.initialize()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await application.shutdown()
            await send({"type": "lifespan.shutdown.complete"})
            return
        update = Update.de_json(orjson.loads(await _body(receive)), application.bot)
        await application.process_update(update)
        await application.update_persistence()
        await persistence.flush()
        await _ok(send)

    _serve(app)


def aiogram() -> None:
    """aiogram 3 with its finite state machine in Redis (append-only, fsync always)."""
    import orjson
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.fsm.context import FSMContext
    from aiogram.fsm.storage.redis import RedisStorage
    from aiogram.types import Message, Update

    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(API)))
    dispatcher = Dispatcher(storage=RedisStorage.from_url(os.environ["BENCH_REDIS"]))

    @dispatcher.message()
    async def ask(message: Message, state: FSMContext) -> None:
        data = await state.get_data()
        data[f"answer{len(data)}"] = message.text
        await state.set_data(data)
        await state.set_state("asked")
        await message.answer(f"Baik. Pertanyaan {len(data)}?")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        update = Update.model_validate(orjson.loads(await _body(receive)), context={"bot": bot})
        await dispatcher.feed_update(bot, update)
        await _ok(send)

    _serve(app)


def taruna_to_the_commit() -> None:
    """The whole of Taruna, its replies left in the outbox: what the durable turn alone can do."""
    from bot.delivery import Delivery
    from bot.serving import serve
    from bot.settings import read_settings

    async def wait(self: Delivery) -> None:
        while not self._ending:
            self.beat = self.clock()
            await asyncio.sleep(0.1)

    Delivery.run = wait  # type: ignore[method-assign]
    serve(read_settings())


if __name__ == "__main__":
    {
        "bare": bare,
        "one_commit": one_commit_a_turn,
        "ptb": ptb,
        "aiogram": aiogram,
        "to_the_commit": taruna_to_the_commit,
    }[sys.argv[1]]()
