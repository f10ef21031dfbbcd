"""Answers one frame of a browser window: its cursor, an update, or a step of comparing documents.

Two documents are compared as in y-protocols. Step 1 says how much the sender has, as a state vector; step 2
answers with the update that this lacks. Each side asks once when a window connects.
"""

from __future__ import annotations

from typing import Any

from strategy.live import protocol, refusals
from strategy.live.protocol import Frame
from strategy.live.room import Room


async def hear(window: Any, room: Room, frame: Frame) -> None:
    """Called in the event loop for each frame. `window` is a CanvasConsumer. Raises Refused, BadMessage and
    DatabaseError."""
    if frame.kind == protocol.AWARENESS:
        return room.awareness.say(window, frame.payload)
    if frame.step == protocol.STEP1:
        return window.push(protocol.sync(protocol.STEP2, await room.missing(frame.payload)))
    window.knows_us = window.knows_us or frame.step == protocol.STEP2
    if window.seat.may_edit or frame.payload == protocol.NOTHING:
        await _take(window, room, frame.payload)
    elif frame.step == protocol.UPDATE:  # a step 2 may only repeat what a process ahead of us told it
        window.shut(refusals.MAY_ONLY_LOOK)
    return None


async def _take(window: Any, room: Room, update: bytes) -> None:
    """Acknowledged once it is committed. An update is not kept if others that it builds on are missing here:
    the window is asked for all that the server lacks, and its answer holds this update as well. Messages that
    came too early in this way are counted in `owed` and acknowledged together with that answer."""
    due, window.owed = 1 + window.owed, 0
    if not window.knows_us:  # its answer to our step 1 is still to come
        window.owed = due
    elif update == protocol.NOTHING:
        room.settle(window, due)
    elif not await room.take(window, update, due):
        window.owed, window.knows_us = due, False
        window.push(protocol.sync(protocol.STEP1, room.state_vector()))
