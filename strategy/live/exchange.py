"""What a window says to its room and what it is answered: the two steps of y-protocols' sync, and updates."""

from __future__ import annotations

from typing import Any

from strategy.live import protocol, refusals
from strategy.live.protocol import Frame
from strategy.live.room import Room


async def hear(window: Any, room: Room, frame: Frame) -> None:
    """`window` is a CanvasConsumer. Raises Refused, BadMessage and DatabaseError."""
    if frame.kind == protocol.AWARENESS:
        return room.say(window, frame.payload)
    if frame.step == protocol.STEP1:
        return window.push(protocol.sync(protocol.STEP2, await room.missing(frame.payload)))
    window.knows_us = window.knows_us or frame.step == protocol.STEP2
    if window.seat.may_edit or frame.payload == protocol.NOTHING:
        await _take(window, room, frame.payload)
    elif frame.step == protocol.UPDATE:  # what it answers may come from a process that is a moment ahead
        window.shut(refusals.MAY_ONLY_LOOK)
    return None


async def _take(window: Any, room: Room, update: bytes) -> None:
    due, window.owed = 1 + window.owed, 0  # kept once this is: it makes up for what came before its time
    if not window.knows_us:  # its answer to our step 1 will hold this, and what it builds on
        window.owed = due
    elif update == protocol.NOTHING:
        room.settle(window, due)
    elif not await room.take(window, update, due):
        window.owed, window.knows_us = due, False
        window.push(protocol.sync(protocol.STEP1, room.state_vector()))
