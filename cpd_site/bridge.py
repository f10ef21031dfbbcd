"""From the event loop to Django's WSGI handler in a thread, with as few changes of thread as can be.

Each change waits for the interpreter's lock, and under load that wait is most of a short request's time:
a2wsgi changes five times for a form that is posted and answered. Here the loop reads the body first and sends
the answer afterwards (docs/adr/0016). So it does with large bodies and with files: for a handful of browsers
that are slow, or pretend to be, all threads would wait, and nobody else got a page.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple, cast

from a2wsgi.wsgi import build_environ

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Wsgi = Callable[..., Iterable[bytes]]
SMALL = 256 * 1024  # bytes of a body that wait in memory; more wait in a file
LARGE_AT_ONCE = 16  # bodies that are not small; more wait until one of them is answered
PIECE = 64 * 1024  # bytes of a file that are sent at a time


class File(NamedTuple):
    """A file wrapper (PEP 3333): Django hands over what is to be sent as it is."""

    file: IO[bytes]
    block_size: int


class Answer(NamedTuple):
    """What is left to send: messages, then a file that is still open."""

    messages: list[Message]
    file: IO[bytes] | None = None


class Bridge:
    """An ASGI application around a WSGI one.

    A body that is larger than `most` bytes stays unread: Django refuses it for its length. So does one that
    does not say its length, which to Django is none.
    """

    def __init__(self, wsgi: Wsgi, threads: int, most: int) -> None:
        self.wsgi, self.most = wsgi, most
        self.threads = ThreadPoolExecutor(threads, "WSGI")
        self.large = asyncio.Semaphore(LARGE_AT_ONCE)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        size = _size(scope)
        async with self.large if SMALL < size <= self.most else nullcontext():
            answer = await self._answer(scope, receive, send, size)
        for message in answer.messages:
            await send(message)
        if answer.file:
            await self._send_file(answer.file, send)

    async def _answer(self, scope: Message, receive: Receive, send: Send, size: int) -> Answer:
        loop = asyncio.get_running_loop()
        with TemporaryFile() if SMALL < size <= self.most else BytesIO() as body:
            if 0 < size <= self.most and not await _read(receive, body):
                return Answer([])
            environ = build_environ(cast(Any, scope), cast(Any, body))
            environ["wsgi.file_wrapper"] = File  # type: ignore[typeddict-unknown-key]

            def send_now(message: Message) -> None:
                asyncio.run_coroutine_threadsafe(cast(Any, send(message)), loop).result()

            return await loop.run_in_executor(self.threads, _ask, self.wsgi, environ, send_now)

    async def _send_file(self, file: IO[bytes], send: Send) -> None:
        try:
            while piece := file.read(PIECE):
                await send(_piece(piece, more=True))
            await send(_piece(b""))
        finally:  # for Django the request ends here
            await asyncio.get_running_loop().run_in_executor(self.threads, file.close)


def _size(scope: Message) -> int:
    """Bytes of the body, as far as its length is said."""
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


async def _read(receive: Receive, body: IO[bytes]) -> bool:
    """False: the connection broke before all of it was here."""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return False
        body.write(message.get("body", b""))
        more = message.get("more_body", False)
    body.seek(0)
    return True


def _ask(wsgi: Wsgi, environ: Any, send_now: Callable[[Message], None]) -> Answer:
    """In a thread of the pool. A stream is sent from here, each bit once the one before is on its way."""
    start: Message = {"type": "http.response.start"}

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        coded = [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in headers]
        start.update(status=int(status[:3]), headers=coded)

    found = wsgi(environ, start_response)
    if isinstance(found, File):
        return Answer([start], found.file)
    try:
        if not getattr(found, "streaming", True):
            return Answer([start, _piece(b"".join(found))])
        send_now(start)
        for chunk in found:
            send_now(_piece(chunk, more=True))
        return Answer([_piece(b"")])
    finally:
        if close := getattr(found, "close", None):
            close()  # for Django the request ends here


def _piece(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}
