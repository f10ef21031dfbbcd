"""Runs database work in threads, so that the event loop never waits for it. Each thread keeps its
connection."""

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
    """A short transaction of this process's writers: of the log, of rows of cards, of snapshots. One at a
    time.

    On SQLite, a connection that finds the database locked sleeps up to 100 ms before it tries again; a thread
    that waits for our own lock goes on at once. Inside an outer transaction our lock is not taken: that
    transaction holds the database already, and would wait for a thread that waits for it.
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
    """Replaces a connection that broke or is too old, as Django does between two requests."""
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()
