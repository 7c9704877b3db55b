"""Whether we are alive, ready and how busy: for operators and their machines. Says nothing about people."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import metrics
from bot.delivery import Delivery
from bot.services import Services
from storage import outbox
from storage.errors import StorageError

STALE = timedelta(seconds=60)


def health_routes(services: Services, delivery: Delivery, sending: asyncio.Task[None]) -> list[Route]:
    """/healthz, /readyz and /metrics."""

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"process": "ok"})

    async def readyz(_request: Request) -> Response:
        state = {"database": "ok", "delivery": "ok"}
        try:
            async with services.db.reading() as tx:
                waiting, parked = await outbox.count_waiting(tx)
        except StorageError as error:
            state["database"] = type(error).__name__
        else:
            metrics.WAITING.set(waiting)
            metrics.PARKED.set(parked)
        if sending.done():
            state["delivery"] = "ended"
        elif delivery.beat is None or services.clock() - delivery.beat > STALE:
            state["delivery"] = "not yet" if delivery.beat is None else "stuck"
        ready = set(state.values()) == {"ok"}
        return JSONResponse(state, 200 if ready else 503)

    async def show_metrics(_request: Request) -> Response:
        async with services.db.reading() as tx:
            waiting, parked = await outbox.count_waiting(tx)
        metrics.WAITING.set(waiting)
        metrics.PARKED.set(parked)
        return Response(generate_latest(), headers={"content-type": CONTENT_TYPE_LATEST})

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", show_metrics)]
