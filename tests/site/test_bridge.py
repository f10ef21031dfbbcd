"""The way from the event loop to Django and back: whole answers, streams, broken bodies, large ones."""

from __future__ import annotations

import asyncio
import errno
import threading
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.http import HttpResponse, StreamingHttpResponse

from cpd_site.bridge import PIECE, SMALL, UNKEPT, Bridge

MOST = 2 * SMALL


class App:
    """Answers with what it was sent; remembers where it ran and whether its answers were closed."""

    def __init__(self, *, streaming: bool = False) -> None:
        self.streaming, self.bodies, self.closed = streaming, [], 0
        self.threads: set[str] = set()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> HttpResponse | StreamingHttpResponse:
        body = environ["wsgi.input"].read()
        self.bodies.append(body)
        self.unkept = environ[UNKEPT]
        self.threads.add(threading.current_thread().name)
        start_response("201 Created", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1")])
        found = StreamingHttpResponse(self._bits()) if self.streaming else HttpResponse(b"got " + body)
        found.close = self._close  # type: ignore[method-assign]
        return found

    def _bits(self) -> Iterator[bytes]:
        for bit in (b"one", b"two"):
            self.threads.add(threading.current_thread().name)
            yield bit

    def _close(self) -> None:
        self.closed += 1


def call(app: App, *body: bytes, length: int | None = None, broken: bool = False) -> list[dict[str, Any]]:
    """What is sent for a POST that comes in these parts."""
    more: list[dict[str, Any]] = [
        {"type": "http.request", "body": part, "more_body": broken or at < len(body)}
        for at, part in enumerate(body, 1)
    ]
    parts, sent = [*more, {"type": "http.disconnect"}], []

    async def receive() -> dict[str, Any]:
        return parts.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(dict(message))

    async def run() -> None:
        size = sum(map(len, body)) if length is None else length
        headers = [(b"host", b"x"), (b"content-length", str(size).encode())]
        scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "http_version": "1.1"}
        bridge = Bridge(app, threads=2, most=MOST)
        await bridge(scope | {"headers": headers}, receive, send)  # type: ignore[arg-type]

    asyncio.run(run())
    return sent


def test_a_form_in_parts_reaches_django_whole_and_the_answer_leaves_in_two_messages() -> None:
    app = App()

    start, body = call(app, b"a=1&", b"b=2")

    assert start == {
        "type": "http.response.start",
        "status": 201,
        "headers": [(b"content-type", b"text/plain"), (b"set-cookie", b"a=1")],
    }
    assert body == {"type": "http.response.body", "body": b"got a=1&b=2", "more_body": False}
    assert (app.closed, len(app.threads)) == (1, 1)


def test_a_stream_is_sent_bit_by_bit_from_one_thread() -> None:
    app = App(streaming=True)

    sent = call(app, b"")

    assert [(m["body"], m["more_body"]) for m in sent[1:]] == [(b"one", True), (b"two", True), (b"", False)]
    assert (app.closed, len(app.threads)) == (1, 1)


def test_a_connection_that_breaks_before_all_is_here_asks_django_nothing() -> None:
    app = App()

    assert call(app, b"a=1&", broken=True) == []
    assert app.bodies == []


@pytest.mark.parametrize("size", [SMALL, SMALL + 1])
def test_a_large_body_arrives_whole_too(size: int) -> None:
    app = App()

    sent = call(app, b"x" * size)

    assert app.bodies == [b"x" * size]
    assert b"".join(m["body"] for m in sent[1:]) == b"got " + b"x" * size
    assert app.closed == 1


def test_a_body_for_which_the_disk_has_no_room_is_read_to_its_end_and_django_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cpd_site.bridge.TemporaryFile", FullDisk)
    app = App()

    sent = call(app, b"x" * SMALL, b"y", b"z")

    assert app.unkept
    assert app.bodies == [b"x" * FullDisk.ROOM]
    assert sent[0]["status"] == 201  # only now: the browser has sent all and listens


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.ENOENT])
def test_where_not_even_a_file_can_be_opened_django_is_told_the_same(
    code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(buffering: int) -> None:
        raise OSError(code, "No space left on device")

    monkeypatch.setattr("cpd_site.bridge.TemporaryFile", refuse)
    app = App()

    sent = call(app, b"x" * SMALL, b"y", b"z")

    assert (app.unkept, app.bodies, sent[0]["status"]) == (True, [b""], 201)


class FullDisk(BytesIO):
    """Takes a part of a piece first, as an unbuffered file does."""

    ROOM = 10

    def __init__(self, buffering: int) -> None:
        assert buffering == 0
        super().__init__()

    def write(self, piece: Any) -> int:
        if not (room := self.ROOM - self.tell()):
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(piece[:room])


def test_what_is_larger_than_anything_that_is_taken_is_not_even_read() -> None:
    app = App()

    call(app, b"x" * (MOST + 1))

    assert app.bodies == [b""]


# --- files, and browsers that are slow -----------------------------------------------------------------
class Kept(BytesIO):
    was_closed = False

    def close(self) -> None:
        self.was_closed = True
        super().close()


class Files:
    """Answers each address with the same file."""

    def __init__(self, size: int) -> None:
        self.file = Kept(b"x" * size)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        start_response("200 OK", [])
        return environ["wsgi.file_wrapper"](self.file, 4096)


def test_a_file_is_sent_in_pieces_and_closed() -> None:
    app = Files(PIECE + 1)

    _start, *pieces = call(app, b"")  # type: ignore[arg-type]

    assert [(len(m["body"]), m["more_body"]) for m in pieces] == [(PIECE, True), (1, True), (0, False)]
    assert app.file.was_closed


SLOW = "/slow/"


@pytest.mark.parametrize("size", [10, SMALL + 1])
def test_nobody_waits_for_a_browser_that_sends_slowly(size: int) -> None:
    assert asyncio.run(answers_beside(App(), size)) == {"/": 201}


def test_nobody_waits_for_a_browser_that_reads_slowly() -> None:
    assert asyncio.run(answers_beside(Files(10 * PIECE), 0)) == {SLOW: 200, "/": 200}


async def answers_beside(app: Any, size: int) -> dict[str, int]:
    """Who was answered, where one browser neither sends its body of so many bytes nor reads what it gets, and
    there is one thread."""
    bridge, answered, never = Bridge(app, threads=1, most=MOST), dict[str, int](), asyncio.Event()

    async def ask(path: str, size: int) -> None:
        async def receive() -> dict[str, Any]:
            await (never.wait() if size else asyncio.sleep(0))
            return {"type": "http.request"}

        async def send(message: dict[str, Any]) -> None:
            if "status" in message:
                answered[path] = message["status"]
            elif path == SLOW:
                await never.wait()

        scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "http_version": "1.1"}
        await bridge(scope | {"headers": [(b"content-length", b"%d" % size)]}, receive, send)  # type: ignore[arg-type]

    slow = asyncio.create_task(ask(SLOW, size))
    while size == 0 and SLOW not in answered:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await ask("/", 0)
    slow.cancel()
    return answered
