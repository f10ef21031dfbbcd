"""Waiting until a room stands still: whoever holds the gate keeps new updates out for a moment."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Bell:
    """Wakes whoever waits for it, and is next to nothing while nobody does: an Event always holds a queue."""

    __slots__ = ("event",)

    def __init__(self) -> None:
        self.event: asyncio.Event | None = None

    async def wait(self) -> None:
        if self.event is None:
            self.event = asyncio.Event()
        await self.event.wait()

    def ring(self) -> None:
        if self.event is not None:
            self.event.set()
            self.event = None


class Gate:
    """Open for updates unless somebody holds it."""

    __slots__ = ("holders", "opened")

    def __init__(self) -> None:
        self.holders, self.opened = 0, Bell()

    @contextmanager
    def held(self) -> Iterator[None]:
        self.holders += 1
        try:
            yield
        finally:
            self.holders -= 1
            if not self.holders:
                self.opened.ring()

    async def passed(self) -> None:
        while self.holders:
            await self.opened.wait()
