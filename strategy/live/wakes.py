"""Wake-ups between processes, sent by the channel layer (Redis). Except for cursors they carry nothing that
is not in the database, and they may be lost: a process that misses one looks there by itself before long."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Any

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
LOST = (RedisError, OSError, asyncio.TimeoutError)
TRY_AGAIN = 1.0  # s
HERE_EVERY, GONE_AFTER = 2.0, 7.0  # s


class Wakes:
    """One channel for the process, which is in one group for each study that is open here.

    Processes say every two seconds which studies they have open. One that hears of no other wakes nobody,
    which saves a quarter of its work. If another one comes and is not noticed at once, it misses wake-ups,
    and looks by itself. Everything runs in the event loop; `start` runs a coroutine, `hear` is called with
    each message.
    """

    def __init__(self, start: Callable[[Any], Any], hear: Callable[[dict[str, Any]], None]) -> None:
        self.layer, self.start, self.hear = get_channel_layer(), start, hear
        self.channel = ""
        self.wanted: set[int] = set()
        self.joined: set[int] = set()
        self.said_at = 0.0
        self.heard: dict[int, float] = {}  # study -> when another process was there

    async def listen(self, study: int) -> None:
        """A room of the study opens."""
        if self.layer is None or study in self.joined:
            return
        self.wanted.add(study)
        await self.join()

    async def join(self) -> None:
        """Joins the groups that are wanted and not joined yet. The hub calls it at each look, so it is tried
        again when Redis was away."""
        try:
            if self.wanted - self.joined and not self.channel:
                self.channel = await self.layer.new_channel()
                self.start(self._listen())
            for study in self.wanted - self.joined:
                await self.layer.group_add(group_of(study), self.channel)
                self.joined.add(study)
                self.tell(study, what="here")
            self._say_again()
        except LOST as error:
            logger.warning("no wake-ups: %s", type(error).__name__)

    def _say_again(self) -> None:
        if time.monotonic() - self.said_at >= HERE_EVERY:
            self.said_at = time.monotonic()
            for study in self.joined:
                self.tell(study, what="here")

    async def leave(self, study: int) -> None:
        """The last room of the study is closed."""
        self.wanted.discard(study)
        self.heard.pop(study, None)
        if study in self.joined:
            self.joined.discard(study)
            await self._try(self.layer.group_discard(group_of(study), self.channel))

    async def _listen(self) -> None:
        while True:
            try:
                message = await self.layer.receive(self.channel)
            except LOST:
                await asyncio.sleep(TRY_AGAIN)
                continue
            if message.get("source") != self.channel:
                self._take(message)

    def _take(self, message: dict[str, Any]) -> None:
        study, is_there = message["study"], bool(message["source"])  # a Messenger has no source
        if is_there and not self._has_company(study):
            self.tell(study, what="look")  # so that it hears of us, and reads what we told nobody
        if is_there:
            self.heard[study] = time.monotonic()
        if message["what"] != "here":
            self.hear(message)

    def _has_company(self, study: int) -> bool:
        return time.monotonic() - self.heard.get(study, float("-inf")) < GONE_AFTER

    def pass_on(self, study: int, **message: Any) -> None:
        """Tells other web processes where the study is open, if there are any."""
        if self._has_company(study):
            self.tell(study, **message)

    def tell(self, study: int, **message: Any) -> None:
        if self.layer is not None:
            whole = {"type": "canvas.wake", "study": study, "source": self.channel, **message}
            self.start(self._try(self.layer.group_send(group_of(study), whole)))

    async def _try(self, sending: Any) -> None:
        try:
            await sending
        except LOST as error:
            logger.info("a wake-up is lost: %s", type(error).__name__)


def group_of(study: int) -> str:
    return f"study.{study}"


class Messenger(threading.Thread):
    """A thread with an event loop of its own, which wakes web processes for any thread that committed
    something: of a page, a worker or a shell."""

    def __init__(self) -> None:
        super().__init__(daemon=True, name="canvas-wakes")
        self.loop, self.process = asyncio.new_event_loop(), os.getpid()
        self.wakes: Wakes | None = None
        self.tasks = set[Any]()
        self.start()

    def run(self) -> None:
        self.loop.run_forever()

    def tell(self, study: int) -> None:
        self.loop.call_soon_threadsafe(self._tell, study)

    def _tell(self, study: int) -> None:
        if self.wakes is None:
            self.wakes = Wakes(self._start, lambda message: None)
        self.wakes.tell(study, what="look")

    def _start(self, work: Any) -> None:
        task = self.loop.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


_messengers: list[Messenger] = []
_one_at_a_time = threading.Lock()


def wake_web_processes(study: int) -> None:
    """Called from any thread after a commit; returns at once. A process that was forked has none of its
    parent's threads, and starts a messenger of its own."""
    with _one_at_a_time:
        if not _messengers or _messengers[-1].process != os.getpid():
            _messengers.append(Messenger())
        _messengers[-1].tell(study)
