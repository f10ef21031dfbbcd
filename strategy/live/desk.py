"""When rows of cards are brought up to their document, and logs folded: soon, and in nobody's way."""

from __future__ import annotations

import logging
from typing import Any

from django.db import DatabaseError

from strategy.actions.projection import project
from strategy.live import store
from strategy.live.threads import writing

logger = logging.getLogger(__name__)
QUIET = 0.3  # s without an edit
LATEST = 1.0  # s, while people go on typing
FOLD_AT = 200  # updates


class Desk:
    def __init__(self, hub: Any) -> None:
        self.hub = hub
        self.since: dict[int, float] = {}  # sheet -> when the first edit came that its rows do not show
        self.timers: dict[int, Any] = {}
        self.updates: dict[int, int] = {}  # sheet -> since it was folded

    def note(self, room: Any) -> None:
        """There are new updates."""
        now = self.hub.loop.time()
        since = self.since.setdefault(room.sheet, now)
        self.updates[room.sheet] = self.updates.get(room.sheet, 0) + 1
        if timer := self.timers.get(room.sheet):
            timer.cancel()
        wait = min(QUIET, max(0.0, since + LATEST - now))
        self.timers[room.sheet] = self.hub.loop.call_later(wait, self._start, room.sheet)

    def _start(self, sheet: int) -> None:
        self.timers.pop(sheet, None)
        self.since.pop(sheet, None)
        self.hub.start(self._work(sheet))

    async def _work(self, sheet: int) -> None:
        try:
            await writing(project, sheet)
            if self.updates.get(sheet, 0) >= FOLD_AT:
                self.updates.pop(sheet)
                await writing(store.fold, sheet)
        except DatabaseError as error:  # the sweep of the worker does it
            logger.warning("rows of sheet %s wait: %s", sheet, type(error).__name__)

    def finish(self, room: Any) -> None:
        """Everybody has left."""
        if timer := self.timers.get(room.sheet):
            timer.cancel()
        self._start(room.sheet)

    def close(self, room: Any) -> None:
        self.updates.pop(room.sheet, None)
        self.hub.start(self._fold(room.sheet))

    async def _fold(self, sheet: int) -> None:
        try:
            await writing(store.fold, sheet)
        except DatabaseError as error:
            logger.warning("the log of sheet %s stays long: %s", sheet, type(error).__name__)
