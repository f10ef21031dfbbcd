"""From the event loop to Django's WSGI handler in a thread, with as few changes of thread as can be.

Each change waits for the interpreter's lock, and under load that wait is most of a short request's time:
a2wsgi changes five times for a form that is posted and answered. Here the loop reads the body first and sends
the answer afterwards. What is large or comes bit by bit still goes through a2wsgi (docs/adr/0002).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi import build_environ

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Wsgi = Callable[..., Iterable[bytes]]
SMALL = 256 * 1024  # bytes of a body that are read before a thread is asked


class Bridge:
    """An ASGI application around a WSGI one."""

    def __init__(self, wsgi: Wsgi, threads: int) -> None:
        self.wsgi, self.by_bits = wsgi, WSGIMiddleware(cast(Any, wsgi), workers=threads)
        self.threads: ThreadPoolExecutor = self.by_bits.executor

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_small(scope):
            await self.by_bits(cast(Any, scope), cast(Any, receive), cast(Any, send))
            return
        body = await _body(receive)
        if body is None:
            return
        loop = asyncio.get_running_loop()
        environ = build_environ(cast(Any, scope), cast(Any, BytesIO(body)))

        def send_now(message: Message) -> None:
            asyncio.run_coroutine_threadsafe(cast(Any, send(message)), loop).result()

        for message in await loop.run_in_executor(self.threads, _answer, self.wsgi, environ, send_now):
            await send(message)


def _is_small(scope: Message) -> bool:
    """Says how long its body is, and that is little; without a body nothing is said."""
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"0")
    return b"transfer-encoding" not in headers and length.isdigit() and int(length) <= SMALL


async def _body(receive: Receive) -> bytes | None:
    """None: the connection broke before all of it was here."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _answer(wsgi: Wsgi, environ: Any, send_now: Callable[[Message], None]) -> list[Message]:
    """In a thread of the pool: what is left to send. A stream is sent from here, each bit once the one before
    is on its way."""
    start: Message = {"type": "http.response.start"}

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        coded = [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in headers]
        start.update(status=int(status[:3]), headers=coded)

    found = wsgi(environ, start_response)
    try:
        if not getattr(found, "streaming", True):
            return [start, _piece(b"".join(found))]
        send_now(start)
        for chunk in found:
            send_now(_piece(chunk, more=True))
        return [_piece(b"")]
    finally:
        if close := getattr(found, "close", None):
            close()  # for Django the request ends here


def _piece(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}
