"""How much one connection may send, and how much may wait for it."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from strategy.live import protocol
from strategy.live.refusals import TOO_FAST, TOO_LARGE

MESSAGES = 40.0, 200.0  # that a browser may send: each second, at once
QUESTIONS = 0.5, 6.0  # for what it lacks, which may be the whole document; a browser asks once
LARGEST_FRAME = 256 * 1024  # bytes
LARGEST_ANSWER = (
    1024 * 1024
)  # bytes: days without the network, and all that was ever deleted; uvicorn's limit
GONE = OSError, RuntimeError  # uvicorn: it went away; it was closed because it answered no ping
FRAMES, BYTES = 512, 4 * 1024 * 1024  # that may wait for a browser which reads slowly


class Allowance:
    """So many at once, and so many more each second."""

    def __init__(self, each_second: float, at_once: float) -> None:
        self.each_second, self.at_once = each_second, at_once
        self.left, self.counted_at = at_once, time.monotonic()

    def takes(self, count: int = 1) -> bool:
        """Whether so many more are within it."""
        now = time.monotonic()
        self.left = min(self.at_once, self.left + (now - self.counted_at) * self.each_second) - count
        self.counted_at = now
        return self.left >= 0


class Incoming:
    """What one browser sends, as far as it is neither too much nor too often."""

    def __init__(self) -> None:
        self.messages, self.questions = Allowance(*MESSAGES), Allowance(*QUESTIONS)

    def read(self, data: bytes, is_asked: bool) -> protocol.Frame:
        """`is_asked`: its answer to what we lack is awaited. Raises Refused or BadMessage."""
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
    """Frames for one browser, in order. As long as it reads, each frame is sent at once, without a task. Only
    for a browser that is slow a task waits, so that nobody else has to."""

    def __init__(self, send: Callable[[bytes], Coroutine[Any, Any, None]]) -> None:
        self.send, self.waiting, self.size = send, deque[bytes](), 0
        self.is_sending = self.is_over = False
        self.task: asyncio.Task[None] | None = None

    def push(self, frame: bytes) -> bool:
        """False: too much is waiting already. One frame is taken however large it is."""
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
        """Starts sending as an eager task would (`asyncio.Task(eager_start=True)` from Python 3.12 on):
        nearly always it is done without having to wait, and then needs no task."""
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
    """The rest of a coroutine that was begun outside a task; `waits_for` is the future at which it
    stopped."""
    try:
        while True:
            await waits_for
            waits_for = work.send(None)
    except StopIteration:
        return
    finally:
        work.close()
