"""Browser windows without a browser, and the web processes that they talk to."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.request import urlopen
from uuid import uuid4

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from scripts.services import free_port
from strategy import document
from strategy.document import CardData, put_card, read_cards
from strategy.live import protocol
from strategy.live.store import apply
from tests.plugins.surroundings import ROOT

PATIENCE = 60.0  # s; machines that test are busy, and waiting costs nothing where it comes at once


class Web:
    """One web process, as the product starts it."""

    program = ("-m", "uvicorn")

    def __init__(self, environment: dict[str, str], port: int | None = None) -> None:
        self.environment, self.port = environment, port or free_port()
        self.start()

    def start(self) -> None:
        command = [sys.executable, *self.program, "cpd_site.asgi:application", "--host", "127.0.0.1"]
        options = ["--port", str(self.port), "--lifespan", "off", "--log-level", "warning", "--no-access-log"]
        sockets = ["--ws-max-size", "1048576", "--ws-per-message-deflate", "false"]
        self.process = subprocess.Popen([*command, *options, *sockets], cwd=ROOT, env=self.environment)
        wait_until(self.answers, 2 * PATIENCE)

    def answers(self) -> bool:
        assert self.process.poll() is None, "the web process ended"
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/health/", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class SleepyWeb(Web):
    """One whose rooms let go of their documents whenever nobody writes for a moment."""

    sleepily = "import cpd_site.wsgi; from strategy.live import hub; hub.QUIET = hub.LETTING_GO_EVERY = 0.05"
    program = ("-c", f"{sleepily}; import uvicorn; uvicorn.main()")


class Window:
    """A window of one person on one canvas; speaks the protocol, holds the document."""

    def __init__(self, web: Web, canvas: int, cookie: str, **options: Any) -> None:
        self.doc = options.get("doc") or document.new_doc()
        self.sent = self.acked = self.news = self.rows = 0
        self.role = self.why = ""
        self.people: dict[int, Any] = {}
        self.code: int | None = None
        self.doc.observe(self._on_change)
        self.remote = False
        path = "draft/" if options.get("draft") else ""
        self.socket = connect(
            f"ws://127.0.0.1:{web.port}/ws/canvas/{canvas}/{path}",
            origin=options.get("origin", web.origin),
            additional_headers={"Cookie": cookie},
            compression=None,
            max_size=None,
            open_timeout=PATIENCE,
            legacy=True,
        )
        self.synced = False
        if options.get("greet", True):
            self.greet()

    def greet(self) -> None:
        self.send(protocol.sync(protocol.STEP1, self.doc.get_state()))
        self.until(lambda: self.synced or self.code is not None)

    def send(self, frame: bytes) -> None:
        try:
            self.socket.send(frame)
        except ConnectionClosed as closed:
            self._closed(closed)

    def _on_change(self, event: Any) -> None:
        if not self.remote:
            self.update(event.update)

    def update(self, update: bytes) -> None:
        self.send(protocol.sync(protocol.UPDATE, update))
        self.sent += 1

    # --- in --------------------------------------------------------------------------------------------
    def until(self, true: Callable[[], bool], seconds: float = PATIENCE) -> None:
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, f"nothing came of it ({self.code} {self.why})"
            self.read(0.1)

    def read(self, seconds: float) -> None:
        """Whatever arrives within so many seconds."""
        try:
            self._take(self.socket.recv(seconds))
        except TimeoutError:
            return
        except ConnectionClosed as closed:
            self._closed(closed)
            time.sleep(0.01)

    def listen(self, seconds: float) -> None:
        """All that arrives within so many seconds; news from now on are new."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.read(0.05)
        self.news = 0

    def _closed(self, closed: ConnectionClosed) -> None:
        self.code = closed.rcvd.code if closed.rcvd else 1006

    def _take(self, frame: Any) -> None:
        kind = frame[0]
        reader = protocol.Reader(frame[1:])
        if kind == protocol.SYNC:
            self._sync(reader.number(), reader.chunk())
        elif kind == protocol.AWARENESS:
            for one in protocol.read_presences(reader.chunk()):
                self.people[one.client] = json.loads(one.state)
        elif kind == protocol.COMMITTED:
            self.acked = reader.number()
        else:
            self._told(json.loads(reader.chunk()))

    def _sync(self, step: int, payload: bytes) -> None:
        if step == protocol.STEP1:
            self.send(protocol.sync(protocol.STEP2, self.doc.get_update(payload)))
            self.sent += 1
            return
        self.remote = True
        apply(self.doc, payload)
        self.remote = False
        self.synced = self.synced or step == protocol.STEP2

    def _told(self, event: dict[str, Any]) -> None:
        self.news += event["type"] == "news"
        self.rows += event["type"] == "rows"
        self.role = event.get("role", self.role)
        self.why = event.get("why", self.why)

    # --- what people do --------------------------------------------------------------------------------
    def add(self, text: str, key: str = "", **fields: Any) -> str:
        card = CardData(key or str(uuid4()), text=text, **fields)
        with self.doc.transaction():
            put_card(self.doc, card)
        return card.key

    def change(self, key: str, **changes: Any) -> None:
        with self.doc.transaction():
            document.change_card(self.doc, key, **changes)

    def point(self, **state: Any) -> None:
        said = protocol.Presence(self.doc.client_id, int(time.monotonic() * 1000), json.dumps(state))
        self.send(protocol.presences([said]))

    @property
    def texts(self) -> set[str]:
        return {card.text for card in read_cards(self.doc).values()}

    @property
    def is_saved(self) -> bool:
        return self.acked == self.sent

    def saved(self) -> None:
        self.until(lambda: self.is_saved or self.code is not None)
        assert self.code is None, self.why

    def refused(self) -> int:
        """The code that the server closed with."""
        self.until(lambda: self.code is not None)
        assert self.code
        return self.code

    def close(self) -> None:
        self.socket.close()


def cookie_of(user: Any) -> str:
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def guest_cookie(session: dict[str, Any]) -> str:
    store: SessionBase = Client().session
    store.update(session)
    store.save()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"


def wait_until(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)
