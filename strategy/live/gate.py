"""Keeps new updates out of a room for a moment, while somebody compares documents or builds one anew. All of
it runs in the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Bell:
    """Wakes everybody who waits for it. An asyncio.Event would do the same, but holds a queue also while
    nobody waits, in each room that is open."""

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
    """Open unless somebody holds it. Several may hold it at once: it opens when the last one lets go."""

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
        """Waits until nobody holds it."""
        while self.holders:
            await self.opened.wait()
