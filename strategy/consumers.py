"""One websocket of one browser window: frames in, frames out. What they mean is decided in live/."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Any

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError

from strategy.live import protocol, refusals
from strategy.live.door import Entry, enter, session_key
from strategy.live.exchange import hear
from strategy.live.flow import Incoming, Outgoing
from strategy.live.hub import Hub
from strategy.live.refusals import Refused
from strategy.live.room import Room
from strategy.live.threads import reading

logger = logging.getLogger(__name__)
TIME_TO_SEE = 3.0  # s


class CanvasConsumer(AsyncWebsocketConsumer):
    draft = is_shut = False
    room: Room | None = None
    stamp: Any = None  # of strategy.live.doorkeeper

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Instead of the loop of Channels, which starts a task for each message and has a thread close old
        connections."""
        self.scope, self.base_send = scope, send
        with suppress(StopConsumer):
            while True:
                message = await receive()
                await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        self.canvas_id: int = self.scope["url_route"]["kwargs"]["canvas_id"]
        self.session = session_key(self.scope)
        self.incoming, self.outgoing = Incoming(), Outgoing(self._send)
        self.acknowledged = self.owed = 0  # owed: messages that strategy.live.exchange acknowledges later
        self.knows_us = False  # whether it has sent all that it has and we lack
        await self.accept()
        try:
            await self._come_in(await reading(enter, self.scope, self.canvas_id, self.draft))
        except Refused as refused:
            self.shut(refused)
        except DatabaseError as error:
            logger.warning("a canvas cannot be opened: %s", type(error).__name__)
            self.shut(refusals.FAILED)

    async def _come_in(self, entry: Entry) -> None:
        self.seat, self.sheet = entry
        if not self.sheet:
            return self.reveal()
        self.room = await Hub.here().join(self)
        self.push(protocol.sync(protocol.STEP1, self.room.state_vector()))
        return self.push(self.room.awareness.people.everybody())

    def _send(self, frame: bytes) -> Any:
        return self.base_send({"type": "websocket.send", "bytes": frame})

    # --- out -------------------------------------------------------------------------------------------
    def push(self, frame: bytes) -> None:
        if not self.outgoing.push(frame):  # it comes back and compares states
            self.shut(refusals.TOO_SLOW)

    def committed(self, count: int) -> None:
        """Acknowledges `count` more of its messages: what they say is in the log."""
        self.acknowledged += count
        self.push(protocol.committed(self.acknowledged))

    def reseat(self, entry: Entry) -> None:
        """Its rights were asked for again."""
        if not entry.sheet:
            return self.reveal()
        if (entry.seat.key, entry.sheet) != (self.seat.key, self.sheet):
            return self.shut(refusals.NO_WAY_IN)
        changed, self.seat = entry.seat.role != self.seat.role, entry.seat
        return self.push(protocol.event(type="role", role=self.seat.role.value)) if changed else None

    def reveal(self) -> None:
        """Takes nothing any more, and leaves the page, which is told in the room that all share, time to see
        why and to save what came too late."""
        if self.room is not None:
            Hub.here().leave(self.room, self)
        self.room = None
        asyncio.get_running_loop().call_later(TIME_TO_SEE, self.shut, refusals.REVEALED)

    def shut(self, refused: Refused) -> None:
        """Nothing is taken from this connection any more, and it is told why before it closes."""
        if not self.is_shut:
            self._leave()
            self.goodbye = asyncio.create_task(self._say_goodbye(refused.code, refused.why))

    async def _say_goodbye(self, code: int, why: str) -> None:
        try:
            if why:
                await self.send(bytes_data=protocol.event(type="refused", why=why))
            await self.close(code, why)
        except OSError:  # it went away by itself
            return

    # --- in --------------------------------------------------------------------------------------------
    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.room is None or self.is_shut:
            return
        try:
            frame = self.incoming.read(bytes_data or b"", is_asked=not self.knows_us)
            await hear(self, self.room, frame)
        except Refused as refused:
            self.shut(refused)
        except protocol.BadMessage:
            self.shut(refusals.UNREADABLE)
        except DatabaseError as error:  # the document had to be read again
            logger.warning("a canvas cannot be read: %s", type(error).__name__)
            self.shut(refusals.FAILED)

    # --- gone ------------------------------------------------------------------------------------------
    async def disconnect(self, code: int) -> None:
        self._leave()

    def _leave(self) -> None:
        self.is_shut = True
        self.outgoing.stop()
        if self.room is not None:
            Hub.here().leave(self.room, self)


class DraftConsumer(CanvasConsumer):
    """What one person writes silently: nobody else is sent any of it."""

    draft = True
