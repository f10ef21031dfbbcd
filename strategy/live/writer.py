"""Writes the updates of all rooms of this process to the log.

On SQLite the event loop writes them itself if nobody else is writing (strategy.live.quick). Otherwise one
thread writes them, several in one transaction: whatever arrives during a commit goes into the next one.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from asyncio import AbstractEventLoop
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.db import DatabaseError, connection

from strategy.live import store
from strategy.live.quick import quick
from strategy.models import Sheet

logger = logging.getLogger(__name__)
MOST_AT_ONCE = 512
PAUSES = (0.05, 0.2, 0.5)  # s, before each next try
FAILURES = (DatabaseError, Sheet.DoesNotExist)


class Item(NamedTuple):
    """An update of a sheet by a seat, which `conn` sent to `room`.

    Once it is committed, `messages` messages of `conn` are acknowledged: the update itself, and earlier ones
    that were not kept because they came too early (strategy.live.exchange). `also` holds (connection,
    messages) of others who are acknowledged by the same commit, because it may hold what they repeated.
    """

    sheet: int
    seat: str
    data: bytes
    conn: Any
    room: Any
    messages: int
    also: list[tuple[Any, int]]


Done = Callable[[int, Sequence[Item], int | None], None]  # sheet, its items, the number of the last


class Writer(threading.Thread):
    """`done` is called in the event loop, once for each sheet of a commit, in the order of commits. It is
    given None as the last number if the updates could not be written."""

    def __init__(self, loop: AbstractEventLoop, done: Done) -> None:
        super().__init__(daemon=True, name="canvas-writer")
        self.loop, self.done = loop, done
        self.waiting: queue.SimpleQueue[Item] = queue.SimpleQueue()
        self.quick, self.fresh = quick(), list[Item]()
        self.handed_over = 0  # items that the thread has
        self.start()

    def put(self, item: Item) -> None:
        """Called in the event loop. Everything that is put in one turn of the loop goes into one
        transaction."""
        if not self.fresh:
            self.loop.call_soon(self._write_or_hand_over)
        self.fresh.append(item)

    def _write_or_hand_over(self) -> None:
        batch, self.fresh = self.fresh, []
        if last := self._write_at_once(batch):
            (sheet, items), *others = _by_sheet(batch).items()
            for other, theirs in others:  # each by itself, as in _write()
                self.loop.call_soon(self.done, other, theirs, last[other])
            return self.done(sheet, items, last[sheet])
        self.handed_over += len(batch)
        for item in batch:
            self.waiting.put(item)
        return None

    def _write_at_once(self, batch: list[Item]) -> dict[int, int] | None:
        """None if the thread has to do it. So it has while it still holds earlier updates, because updates
        are committed in the order in which they came."""
        if self.quick is None or self.handed_over:
            return None
        return self.quick.append([item[:3] for item in batch])

    def _written(self, sheet: int, items: Sequence[Item], last: int | None) -> None:
        self.handed_over -= len(items)
        self.done(sheet, items, last)

    def run(self) -> None:
        while True:
            self._write(self._batch())

    def _batch(self) -> list[Item]:
        batch = [self.waiting.get()]
        while len(batch) < MOST_AT_ONCE:
            try:
                batch.append(self.waiting.get_nowait())
            except queue.Empty:
                break
        return batch

    def _write(self, batch: list[Item]) -> None:
        try:
            last: dict[int, int | None] = dict(_append(batch))
        except FAILURES:
            last = self._one_by_one(_by_sheet(batch))
        for sheet, items in _by_sheet(batch).items():  # an error in `done` for one sheet stops no other
            self.loop.call_soon_threadsafe(self._written, sheet, items, last[sheet])

    def _one_by_one(self, by_sheet: dict[int, list[Item]]) -> dict[int, int | None]:
        """After a failed transaction: a sheet that is gone must not keep the others from being written."""
        return {sheet: _append_or_none(sheet, items) for sheet, items in by_sheet.items()}


def _by_sheet(batch: Sequence[Item]) -> dict[int, list[Item]]:
    found: dict[int, list[Item]] = {}
    for item in batch:
        found.setdefault(item.sheet, []).append(item)
    return found


def _append(items: Sequence[Item]) -> dict[int, int]:
    """Tries again after each pause. If the answer to a commit was lost, the updates are in the log twice,
    which changes nothing."""
    for pause in PAUSES:
        try:
            return store.append([item[:3] for item in items])
        except DatabaseError as error:
            logger.warning("canvas updates wait: %s", type(error).__name__)
            connection.close()
            time.sleep(pause)
    return store.append([item[:3] for item in items])


def _append_or_none(sheet: int, items: Sequence[Item]) -> int | None:
    try:
        return _append(items)[sheet]
    except FAILURES as error:
        logger.error("canvas updates of sheet %s are not kept: %s", sheet, type(error).__name__)
        connection.close()
        return None
