"""Puts people out of their open rooms within a moment of signing out, in whichever process that was.

A sign-out deletes the row of the session. A new password leaves the rows of other browsers' sessions, which
then open nothing any more. Neither is in the history of a study, so sessions and passwords themselves are
looked at, twice a second.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Any

from django.db import DatabaseError

from strategy.live.threads import reading
from strategy.queries.rooms import signed_in

logger = logging.getLogger(__name__)
LOOK_EVERY = 0.5  # s; sooner where this process, or Redis, tells of news


class Doorkeeper:
    """Has the hub ask for somebody's rights again when their session or password has changed."""

    def __init__(self, hub: Any) -> None:
        self.hub, self.asked = hub, asyncio.Event()
        hub.start(self._keep())

    def look_soon(self) -> None:
        self.asked.set()

    async def _keep(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self.asked.wait()
            self.asked.clear()
            try:
                await self._look([conn for room in self.hub.rooms.values() for conn in room.conns])
            except DatabaseError as error:
                logger.warning("the database does not answer: %s", type(error).__name__)

    async def _look(self, conns: list[Any]) -> None:
        if not conns:
            return
        sessions, users = {conn.session for conn in conns}, {conn.seat.user_id for conn in conns}
        standing = await reading(signed_in, sessions, users)
        changed = []
        for conn in conns:
            stamp = conn.session in standing.sessions, standing.passwords.get(conn.seat.user_id)
            if stamp != conn.stamp:  # None for somebody new: their rights may have changed as they came in
                conn.stamp = stamp
                changed.append(conn)
        await self.hub.recheck(changed)
