"""From the event loop to Django's WSGI handler in a thread, with as few changes of thread as can be.

Each change waits for the interpreter's lock, and under load that wait is most of a short request's time:
a2wsgi changes five times for a form that is posted and answered. Here the loop reads the body first and sends
the answer afterwards (docs/adr/0016). So it does with large bodies and with files: for a handful of browsers
that are slow, or pretend to be, all threads would wait, and nobody else got a page.
"""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from enum import Enum
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple, cast

from a2wsgi.wsgi import build_environ

from cpd_site.errors import NO_ROOM

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Wsgi = Callable[..., Iterable[bytes]]
SMALL = 256 * 1024  # bytes of a body that wait in memory; more wait in a file
LARGE_AT_ONCE = 16  # bodies that are not small; more wait until one of them is answered
PIECE = 64 * 1024  # bytes of a file that are sent at a time
UNKEPT = "studio.unkept"  # tells Django that the disk had no room for the body


class Body(Enum):
    WHOLE = "all of it is here"
    BROKEN = "the connection broke before"
    UNKEPT = "there was no room for it on the disk"


class File(NamedTuple):
    """A file wrapper (PEP 3333): Django hands over what is to be sent as it is."""

    file: IO[bytes]
    block_size: int


class Answer(NamedTuple):
    """What is left to send: messages, then a file that is still open."""

    messages: list[Message]
    file: IO[bytes] | None = None


class NoFile(BytesIO):
    """Stands for a file that could not be opened: there is room for nothing in it."""

    def write(self, piece: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


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
        with _file() if SMALL < size <= self.most else BytesIO() as body:
            came = await _read(receive, body) if 0 < size <= self.most else Body.WHOLE
            if came is Body.BROKEN:
                return Answer([])
            environ: Any = build_environ(cast(Any, scope), cast(Any, body))
            environ |= {"wsgi.file_wrapper": File, UNKEPT: came is Body.UNKEPT}

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


def _file() -> IO[bytes]:
    """Unbuffered: else what a full disk refused would be tried, and refused, once more when it is closed.

    Where no folder takes a file when the first is opened, Python says that there is no such folder.
    """
    try:
        return TemporaryFile(buffering=0)
    except OSError as error:
        if error.errno not in {*NO_ROOM, errno.ENOENT}:
            raise
        return NoFile()


def _size(scope: Message) -> int:
    """Bytes of the body, as far as its length is said."""
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


async def _read(receive: Receive, body: IO[bytes]) -> Body:
    """To its end even where it is not kept: no browser shows an answer before it has sent everything."""
    came, more = Body.WHOLE, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return Body.BROKEN
        if came is Body.WHOLE and not _keep(body, message.get("body", b"")):
            came = Body.UNKEPT
        more = message.get("more_body", False)
    body.seek(0)
    return came


def _keep(body: IO[bytes], piece: bytes) -> bool:
    """An unbuffered file may take a part of a piece, the last that there was room for."""
    try:
        while piece:
            piece = piece[body.write(piece) :]
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        return False
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
