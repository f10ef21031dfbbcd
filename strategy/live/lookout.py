"""Finds out what others did: pages of this process, and other processes.

News of this process and wake-ups of others only say that there is something to find; they may be lost. So the
database is asked every two seconds whatever is told, and on SQLite at once when anybody else has committed.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from django.db import DatabaseError

from strategy.live.threads import reading
from strategy.queries import rooms as queries

logger = logging.getLogger(__name__)
VERSION_EVERY = 0.1  # s; asking SQLite whether anybody wrote takes microseconds
LOOK_EVERY = 2.0  # s; finds what no wake-up told


class Lookout:
    """Asks where the sheets of all open rooms stand, and what is new in the history of their studies. The hub
    compares the answers with what the rooms know. Runs in the event loop; threads ask the database."""

    def __init__(self, hub: Any) -> None:
        self.hub = hub
        self.looking = self.look_again = False
        self.last_entry: int | None = None
        self.seen: set[int] = set()  # ids of the last entries of the history, which were looked at already
        hub.start(self._poll())

    async def begin(self) -> None:
        """Called when somebody comes in: from here on, nothing new in the history is missed. Raises
        DatabaseError."""
        if self.last_entry is None:
            await reading(self._begin_history)

    def _begin_history(self) -> None:
        last = queries.newest_entry()
        self.seen = {entry.pk for entry in queries.entries_since(last)}
        self.last_entry = last

    async def _poll(self) -> None:
        written, waited = -1, 0.0
        while True:
            await asyncio.sleep(VERSION_EVERY)
            waited += VERSION_EVERY
            if not self.hub.rooms:
                continue
            now = self.hub.commits_of_others()
            if now != written or waited >= LOOK_EVERY:
                written, waited = now, 0.0
                self.look_soon()

    def look_soon(self) -> None:
        """Looks now, or once more after the look that is under way: it may have missed the latest."""
        self.look_again = True
        if not self.looking:
            self.looking = True
            self.hub.start(self._look())

    async def _look(self) -> None:
        try:
            while self.look_again:
                self.look_again = False
                await self._look_once()
        except DatabaseError as error:
            logger.warning("the database does not answer: %s", type(error).__name__)
        finally:
            self.looking = False

    async def _look_once(self) -> None:
        await self.hub.wakes.join()
        open_rooms = {sheet: room for sheet, room in self.hub.rooms.items() if room.study}
        if open_rooms:
            standings, entries = await reading(self._ask, list(open_rooms))
            await self.hub.found(open_rooms, standings, entries)

    def _ask(self, sheets: list[int]) -> tuple[list[queries.Standing], list[queries.Entry]]:
        last = self.last_entry or 0
        found = queries.entries_since(last)
        new = [entry for entry in found if entry.pk not in self.seen]
        self.last_entry = max([last, *(entry.pk for entry in new)])
        self.seen = {entry.pk for entry in found}
        return queries.standings(sheets), new
