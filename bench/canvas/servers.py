"""Servers of shared documents on this machine: the project's own, and those of others from npm."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any
from urllib.request import urlopen
from uuid import uuid4

import psutil

from bench.canvas import people
from bench.product import running
from scripts import machine
from scripts.services import free_port

HERE = Path(__file__).resolve().parent
PEERS = machine.ROOT / "build" / "peers-realtime"
PACKAGES = {"@hocuspocus/server": "4.7.0", "@y/websocket-server": "0.1.1", "ws": "8.23.0", "yjs": "13.6.33"}
OLDEST_NODE = 22  # Hocuspocus asks for it
Window = dict[str, str]


class Ours:
    """Documents are canvases; everybody is signed in."""

    title, proto = "ours", "ours"

    def __init__(self, process: psutil.Process, port: int) -> None:
        self.process, self.port = process, port

    def new_document(self) -> str:
        return str(people.new_canvas().pk)

    def window(self, document: str, person: int = 0) -> Window:
        return {
            "url": f"ws://127.0.0.1:{self.port}/ws/canvas/{document}/",
            "origin": f"http://127.0.0.1:{self.port}",
            "cookie": people.cookies()[person % people.PEOPLE],
            "name": document,
        }


class Peer:
    """Documents come into being when they are asked for; nobody is asked who they are."""

    def __init__(self, title: str, proto: str, process: psutil.Process, port: int) -> None:
        self.title, self.proto, self.process, self.port = title, proto, process, port

    def new_document(self) -> str:
        return uuid4().hex

    def window(self, document: str, person: int = 0) -> Window:
        origin = f"http://127.0.0.1:{self.port}"
        return {"url": f"ws://127.0.0.1:{self.port}", "origin": origin, "name": document}


Server = Ours | Peer


def cpu_seconds(server: Server) -> float:
    spent = server.process.cpu_times()
    return float(spent.user + spent.system)


def megabytes(server: Server) -> float:
    return float(server.process.memory_info().rss / 1e6)


# --- ours ----------------------------------------------------------------------------------------------
@contextmanager
def product() -> Iterator[Ours]:
    """As `make run` starts it, with worker and Valkey; measured is the web process."""
    with running() as whole:
        yield Ours(whole.parts()["web"][0], int(whole.url.rpartition(":")[2]))


@contextmanager
def web(**environment: str) -> Iterator[Ours]:
    """One more web process on the same data."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "cpd_site.asgi:application", "--port", str(port)]
    options = ["--lifespan", "off", "--ws-per-message-deflate", "false", "--log-level", "error"]
    process = psutil.Popen(
        [*command, *options],
        cwd=machine.ROOT,
        env={**os.environ, **environment},
        stderr=subprocess.DEVNULL,  # a Redis that is killed has much said about it
    )
    try:
        _wait_for(lambda: urlopen(f"http://127.0.0.1:{port}/health/", timeout=2).close())
        yield Ours(process, port)
    finally:
        process.kill()
        process.wait()


# --- others --------------------------------------------------------------------------------------------
@cache
def peers_are_there() -> bool:
    """Installs them from npm, into build/ and without their scripts; False where that does not work."""
    PEERS.mkdir(parents=True, exist_ok=True)
    for program in ("hocuspocus.mjs", "ywebsocket.mjs"):
        shutil.copy(HERE / program, PEERS)
    wanted = json.dumps({"private": True, "dependencies": PACKAGES}, indent=2)
    stamp = PEERS / "installed"
    if not stamp.exists() or stamp.read_text() != wanted:
        (PEERS / "package.json").write_text(wanted)
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        if machine.call(*machine.node(OLDEST_NODE)[1], "install", *options, cwd=PEERS):
            return False
        stamp.write_text(wanted)
    return True


@contextmanager
def hocuspocus(folder: Path) -> Iterator[Peer]:
    with _peer("Hocuspocus", "hocus", "hocuspocus.mjs", str(folder)) as peer:
        yield peer


@contextmanager
def y_websocket() -> Iterator[Peer]:
    with _peer("y-websocket", "yws", "ywebsocket.mjs") as peer:
        yield peer


@contextmanager
def _peer(title: str, proto: str, program: str, *arguments: str) -> Iterator[Peer]:
    port = free_port()
    command = [str(machine.node(OLDEST_NODE)[0]), program, str(port), *arguments]
    process = psutil.Popen(command, cwd=PEERS)
    try:
        _wait_for(lambda: socket.create_connection(("127.0.0.1", port), 1).close())
        yield Peer(title, proto, process, port)
    finally:
        process.terminate()
        process.wait()


def _wait_for(attempt: Any) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(OSError):
            return attempt()
        time.sleep(0.05)
    raise SystemExit("A server did not start.")


# --- Node, which plays the people ------------------------------------------------------------------------
@contextmanager
def node(program: str) -> Iterator[subprocess.Popen[str]]:
    command = [str(machine.node(OLDEST_NODE)[0]), str(HERE / program)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def play(program: str, **job: Any) -> Iterator[str]:
    """The lines that it prints; the last one is JSON."""
    with node(program) as process:
        assert process.stdin
        assert process.stdout
        with closing(process.stdin) as told:
            told.write(json.dumps(job))
        yield from process.stdout
        if process.wait():
            raise SystemExit(f"{program} failed: see above.")
