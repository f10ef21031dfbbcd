"""Limits of one connection: how much its browser may send, and how much may wait until it reads."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from strategy.live import protocol
from strategy.live.refusals import TOO_FAST, TOO_LARGE

MESSAGES = 40.0, 200.0  # that a browser may send: each second, and at once
QUESTIONS = 0.5, 6.0  # of them, steps 1, to be answered with up to the whole document; a browser needs one
LARGEST_FRAME = 256 * 1024  # bytes
# Bytes of a step 2: days of work without the network, and all that was ever deleted. Also uvicorn's limit
LARGEST_ANSWER = 1024 * 1024
# What uvicorn raises: the browser went away, or it was closed because it answered no ping
GONE = OSError, RuntimeError
FRAMES, BYTES = 512, 4 * 1024 * 1024  # that may wait for a browser that reads slowly


class Allowance:
    """A budget of `at_once`, which refills by `each_second`."""

    def __init__(self, each_second: float, at_once: float) -> None:
        self.each_second, self.at_once = each_second, at_once
        self.left, self.counted_at = at_once, time.monotonic()

    def takes(self, count: int = 1) -> bool:
        """Spends `count`. False if that is more than is left."""
        now = time.monotonic()
        self.left = min(self.at_once, self.left + (now - self.counted_at) * self.each_second) - count
        self.counted_at = now
        return self.left >= 0


class Incoming:
    """Reads what one browser sends, and refuses what is too much or comes too often."""

    def __init__(self) -> None:
        self.messages, self.questions = Allowance(*MESSAGES), Allowance(*QUESTIONS)

    def read(self, data: bytes, is_asked: bool) -> protocol.Frame:
        """`is_asked`: the browser owes us a step 2, which may be large. Raises Refused or BadMessage."""
        if not self.messages.takes():
            raise TOO_FAST
        if len(data) > LARGEST_ANSWER:
            raise TOO_LARGE
        frame = protocol.read(data)
        if len(data) > LARGEST_FRAME and not (is_asked and frame.step == protocol.STEP2):
            raise TOO_LARGE
        if (frame.kind, frame.step) == (protocol.SYNC, protocol.STEP1) and not self.questions.takes():
            raise TOO_FAST
        return frame


class Outgoing:
    """Sends frames to one browser, in order. While the browser reads, each frame is sent at once, without a
    task. For a browser that is slow, a task waits in our place, so that nobody else has to."""

    def __init__(self, send: Callable[[bytes], Coroutine[Any, Any, None]]) -> None:
        self.send, self.waiting, self.size = send, deque[bytes](), 0
        self.is_sending = self.is_over = False
        self.task: asyncio.Task[None] | None = None

    def push(self, frame: bytes) -> bool:
        """False if too much is waiting already. If nothing is, a frame of any size is taken."""
        if self.is_over:
            return True
        if self.waiting and (len(self.waiting) >= FRAMES or self.size + len(frame) > BYTES):
            return False
        self.waiting.append(frame)
        self.size += len(frame)
        if not self.is_sending:
            self._begin()
        return True

    def _begin(self) -> None:
        """Runs the sending by hand until it has to wait for the browser. Nearly always it ends before, and no
        task is made. From Python 3.12 on, `asyncio.Task(eager_start=True)` would do the same."""
        self.is_sending, sending = True, self._empty()
        try:
            waits_for = sending.send(None)
        except StopIteration:
            return
        self.task = asyncio.create_task(_go_on(sending, waits_for))

    async def _empty(self) -> None:
        try:
            while self.waiting:
                frame = self.waiting.popleft()
                self.size -= len(frame)
                await self.send(frame)
        except GONE:
            self.is_over = True
        finally:
            self.is_sending = False

    def stop(self) -> None:
        self.is_over = True
        if self.task:
            self.task.cancel()


async def _go_on(work: Coroutine[Any, Any, None], waits_for: Any) -> None:
    """Runs the rest of a coroutine that was begun outside a task. `waits_for`: the future at which it
    stopped."""
    try:
        while True:
            await waits_for
            waits_for = work.send(None)
    except StopIteration:
        return
    finally:
        work.close()
