"""Decides when the rows of cards are written from their document, and when a log is folded into its snapshot.

That is 0.3 s after the last edit, at the latest 3 s after the first one that the rows do not show.
"""

from __future__ import annotations

import logging
from typing import Any

from django.db import DatabaseError

from strategy.actions.projection import project
from strategy.live import store
from strategy.live.quick import move_into_file
from strategy.live.threads import writing
from strategy.queries.rooms import note_hidden
from studies.memory import give_back

logger = logging.getLogger(__name__)
QUIET = 0.3  # s without an edit
LATEST = 3.0  # s, while people go on typing
FOLD_AT = 200  # updates
LARGE = 256 * 1024  # bytes of a document whose memory is worth giving back


class Desk:
    """Timers run in the event loop, the work in the thread for writing, one sheet at a time."""

    def __init__(self, hub: Any) -> None:
        self.hub = hub
        # Sheet -> when the first and the last edit came that its rows do not show
        self.edited: dict[int, tuple[float, float]] = {}
        self.timers: dict[int, Any] = {}
        self.books: dict[int, store.Loaded] = {}  # what the rows show, of sheets that are being edited

    def note(self, room: Any) -> None:
        """Called after each commit of updates of a room."""
        now = self.hub.loop.time()
        first, _last = self.edited.get(room.sheet, (now, now))
        self.edited[room.sheet] = first, now
        if room.sheet not in self.timers:  # one timer for all edits of a moment
            self._wait(room.sheet)

    def _wait(self, sheet: int) -> None:
        first, last = self.edited[sheet]
        due = min(last + QUIET, first + LATEST)
        if self.hub.loop.time() < due:
            self.timers[sheet] = self.hub.loop.call_at(due, self._wait, sheet)
            return
        del self.edited[sheet]
        self.timers.pop(sheet, None)
        self.hub.start(self._do(self._bring_up, sheet, self.hub.hidden_on(sheet)))

    def _bring_up(self, sheet: int, hidden: int | None = None) -> None:
        """In the thread. `hidden`: how many cards the sheet holds, if it is a draft whose room knows."""
        move_into_file()
        project(sheet, self.books)
        known = self.books.get(sheet)
        if known and known.rows >= FOLD_AT:
            store.fold(sheet, known)
            self.books[sheet] = known._replace(rows=0)
        elif known is None:  # a draft: it has no rows of cards
            if hidden is not None:
                note_hidden(sheet, hidden)
            if store.length(sheet) >= FOLD_AT:
                store.fold(sheet)

    def close(self, room: Any) -> None:
        """The room is closed or lets go of its document: writes the rows and folds the log one last time."""
        self.edited.pop(room.sheet, None)
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
            self.hub.lookout.look_soon()  # pages that show rows are told
        except DatabaseError as error:  # the worker's sweep will do it
            self.books.clear()
            logger.warning("rows of cards wait: %s", type(error).__name__)
