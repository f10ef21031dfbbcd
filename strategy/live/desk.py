"""When rows of cards are brought up to their document, and logs folded: soon, and in nobody's way."""

from __future__ import annotations

import logging
from typing import Any

from django.db import DatabaseError

from strategy.actions.projection import project
from strategy.live import store
from strategy.live.quick import move_into_file
from strategy.live.threads import writing
from studies.memory import give_back

logger = logging.getLogger(__name__)
QUIET = 0.3  # s without an edit
LATEST = 3.0  # s, while people go on typing
FOLD_AT = 200  # updates
LARGE = 256 * 1024  # bytes of a document whose memory is worth giving back


class Desk:
    """Works on one sheet at a time, in a thread of its own."""

    def __init__(self, hub: Any) -> None:
        self.hub = hub
        self.since: dict[int, float] = {}  # sheet -> when the first edit came that its rows do not show
        self.timers: dict[int, Any] = {}
        self.books: dict[int, store.Loaded] = {}  # what the rows show, of sheets that are being edited

    def note(self, room: Any) -> None:
        """There are new updates."""
        now = self.hub.loop.time()
        since = self.since.setdefault(room.sheet, now)
        if timer := self.timers.get(room.sheet):
            timer.cancel()
        wait = min(QUIET, max(0.0, since + LATEST - now))
        self.timers[room.sheet] = self.hub.loop.call_later(wait, self._start, room.sheet)

    def _start(self, sheet: int) -> None:
        self.timers.pop(sheet, None)
        self.since.pop(sheet, None)
        self.hub.start(self._do(self._bring_up, sheet))

    def _bring_up(self, sheet: int) -> None:
        move_into_file()
        project(sheet, self.books)
        known = self.books.get(sheet)
        if known and known.rows >= FOLD_AT:
            store.fold(sheet, known)
            self.books[sheet] = known._replace(rows=0)
        elif known is None and store.length(sheet) >= FOLD_AT:  # a draft: it has no rows of cards
            store.fold(sheet)

    def close(self, room: Any) -> None:
        """Nobody has been there, or nobody has written, for a while."""
        if timer := self.timers.pop(room.sheet, None):
            timer.cancel()
        self.hub.start(self._do(self._put_away, room.sheet, room.size))

    def _put_away(self, sheet: int, size: int) -> None:
        project(sheet, self.books)
        store.fold(sheet, self.books.pop(sheet, None))
        if size > LARGE:
            give_back()

    async def _do(self, work: Any, *args: Any) -> None:
        try:
            await writing(work, *args)
            self.hub.look_soon()  # who waits for the rows is told
        except DatabaseError as error:  # the worker's sweep will do it
            self.books.clear()
            logger.warning("rows of cards wait: %s", type(error).__name__)
