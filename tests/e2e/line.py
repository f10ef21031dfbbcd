"""A line between browser and product that can be slow, or be cut without either end being told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from scripts.services import free_port


class Line:
    """`delay`: seconds, each way. `cut`: what is sent is dropped, and everybody stays connected."""

    def __init__(self, to: int) -> None:
        self.to, self.port = to, free_port()
        self.delay, self.cut = 0.0, False
        self.loop = asyncio.new_event_loop()

    async def close(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def open(self) -> None:
        await asyncio.start_server(self._connect, "127.0.0.1", self.port)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.to)
        with suppress(asyncio.CancelledError):
            both = self._carry(reader, back), self._carry(there, writer)
            await asyncio.gather(*both, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        due = 0.0
        while data := await reader.read(65536):
            due = max(due + 1e-6, self.loop.time() + self.delay)  # nothing overtakes what was sent before it
            if not self.cut:
                self.loop.call_at(due, writer.write, data)
        self.loop.call_later(self.delay, writer.close)


@contextmanager
def line(to: int) -> Iterator[Line]:
    """One that leads to a port of this machine."""
    found = Line(to)
    thread = Thread(target=found.loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(found.open(), found.loop).result()
    yield found
    asyncio.run_coroutine_threadsafe(found.close(), found.loop).result()
    found.loop.call_soon_threadsafe(found.loop.stop)
    thread.join()
