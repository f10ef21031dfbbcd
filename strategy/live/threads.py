"""Database work away from the event loop, in threads that keep their connections."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, connection, transaction

P = ParamSpec("P")
T = TypeVar("T")
READING = ThreadPoolExecutor(2, "canvas-read")  # somebody waits for it
WRITING = ThreadPoolExecutor(1, "canvas-rows")  # rows of cards, folding: nobody does
ONE_WRITES = threading.Lock()


@contextmanager
def in_turn() -> Iterator[None]:
    """A short transaction of whoever writes the log, rows of cards or snapshots.

    Whoever finds SQLite locked sleeps up to 100 ms before it tries again; whoever waits here goes on at once.
    Inside a transaction the lock of the database is held already, and nobody may be waited for.
    """
    with nullcontext() if connection.in_atomic_block else ONE_WRITES, transaction.atomic():
        yield


async def reading(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    return await _in(READING, lambda: work(*args, **kwargs))


async def writing(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    return await _in(WRITING, lambda: work(*args, **kwargs))


async def _in(pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(pool, _fresh, work)


def _fresh(work: Callable[[], T]) -> T:
    """A connection that broke, or has become too old, is replaced as between two requests."""
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()
