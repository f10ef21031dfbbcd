"""Waiting until a room stands still: whoever holds the gate keeps new updates out for a moment."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Open for updates unless somebody holds it."""

    def __init__(self) -> None:
        self.holders, self.opened = 0, asyncio.Event()
        self.opened.set()

    @contextmanager
    def held(self) -> Iterator[None]:
        self.holders += 1
        self.opened.clear()
        try:
            yield
        finally:
            self.holders -= 1
            if not self.holders:
                self.opened.set()

    async def passed(self) -> None:
        while self.holders:
            await self.opened.wait()
