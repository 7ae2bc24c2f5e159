"""The clerk: the one thread that reads and writes the books, many requests to a commit.

Everything that arrives while a commit is on its way to the disk goes into the next one, so that the bank is
honest (an answer means "on disk") and still answers thousands of charges a second. Each request has a
savepoint of its own: one that fails undoes only itself. Requests are strictly one after the other, so two
with the same key can not race.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

from goodterms.gateways.bank.books import Books
from goodterms.gateways.bank.refunding import settle_due

T = TypeVar("T")
Work = Callable[[Books, datetime], Any]
_MOST_PER_COMMIT = 256


class Clerk:
    """Takes work from the event loop and does it in batches in one thread."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="bank-clerk")
        self._waiting: list[tuple[Work, asyncio.Future[Any]]] = []
        self._bell = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work; needs a running event loop."""
        self._task = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """Finish the running commit, then stop."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._thread.shutdown(wait=True)

    async def do(self, work: Callable[[Books, datetime], T]) -> T:
        """Do this and return when its commit is on disk. An exception of `work` undoes it and comes back."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done))
        self._bell.set()
        return await done

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._bell.wait()
            batch, self._waiting = self._waiting[:_MOST_PER_COMMIT], self._waiting[_MOST_PER_COMMIT:]
            if not self._waiting:
                self._bell.clear()
            try:
                results = await loop.run_in_executor(self._thread, self._commit, [work for work, _ in batch])
            except Exception as broken:  # the commit itself failed: nothing of the batch happened
                results = [(None, broken)] * len(batch)
            for (_, done), (value, error) in zip(batch, results, strict=True):
                if done.done():
                    continue
                if error:
                    done.set_exception(error)
                else:
                    done.set_result(value)

    def _commit(self, batch: list[Work]) -> list[tuple[Any, Exception | None]]:
        db = self._books.db
        db.execute("BEGIN IMMEDIATE")
        try:
            now = self._books.clock.now()
            settle_due(self._books, now)
            results = [self._one(work, now) for work in batch]
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")
        return results

    def _one(self, work: Work, now: datetime) -> tuple[Any, Exception | None]:
        db = self._books.db
        db.execute("SAVEPOINT one")
        try:
            value = work(self._books, now)
        except Exception as error:
            db.execute("ROLLBACK TO one")
            db.execute("RELEASE one")
            return None, error
        db.execute("RELEASE one")
        return value, None
