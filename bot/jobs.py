"""Long work behind a page: begun by a form, watched by its page while it goes on, and done once at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

log = structlog.get_logger()

PATIENCE = 2.0  # seconds a page waits for work it began: most of it is done by then


class Job:
    """One piece of work. done of total: how far it is; trouble: the kind of error it ended in, "" for none."""

    def __init__(self) -> None:
        self.done = self.total = 0
        self.trouble = ""
        self.task: asyncio.Task[None] | None = None

    def progress(self, done: int, total: int) -> None:
        self.done, self.total = done, total

    @property
    def going(self) -> bool:
        return self.task is not None and not self.task.done()

    async def soon(self) -> bool:
        """Wait a little, and say whether it ended."""
        if self.task is not None and self.going:
            await asyncio.wait({self.task}, timeout=PATIENCE)
        return not self.going


class Jobs:
    """What this process works on. Of one name there is one job at a time: who comes second watches the first."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}

    def begin(self, name: str, work: Callable[[Job], Coroutine[Any, Any, None]]) -> Job:
        """Begin a piece of work, or give back the one of this name that goes on."""
        if before := self._jobs.get(name):
            return before
        job = self._jobs[name] = Job()
        job.task = asyncio.create_task(self._run(name, job, work), name=name)
        return job

    def of(self, name: str) -> Job | None:
        """The job of this name; None where there was none, or it ended."""
        return self._jobs.get(name)

    async def _run(self, name: str, job: Job, work: Callable[[Job], Coroutine[Any, Any, None]]) -> None:
        try:
            await work(job)
        except Exception as error:  # whoever watches is told; the work can be begun again
            job.trouble = type(error).__name__
            log.error("job_failed", job=name.partition(":")[0], error=job.trouble)
        finally:
            if self._jobs.get(name) is job:
                del self._jobs[name]
