"""make chaos: six people edit one canvas on two web processes while one thing after another is killed.

In the end their copies, the log and the rows must agree, and nothing that was acknowledged may be missing.
Without arguments everything is killed as often as promised; `--short` kills each twice.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts import services
from scripts.machine import PYTHON, ROOT

KILLS = {"web": 30, "folding": 20, "worker": 10, "valkey": 10, "postgres": 5}
SECONDS_TO_SETTLE = 90
# The disk may follow later, the system's memory may not: what is committed outlives PostgreSQL
KEEPS_ITS_WORD = {"fsync": "off", "max_connections": "60"}


class Stage:
    """PostgreSQL, Valkey, two web processes, a worker and somebody who folds without end."""

    def __init__(self, home: Path) -> None:
        self.home, self.folder = home, Path(tempfile.mkdtemp(prefix="studio-chaos-"))
        self.postgres = services.PostgresServer(home, KEEPS_ITS_WORD)
        self.ports = {name: services.free_port() for name in ("one", "two", "valkey")}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = {**os.environ, "DATA_DIR": str(self.folder), "DATABASE_URL": self.postgres.url}
        self.environment["REDIS_URL"] = f"redis://127.0.0.1:{self.ports['valkey']}/0"
        (self.folder / "static").mkdir()

    def begin(self) -> None:
        self.postgres.create()
        self.postgres.start()
        self.start("valkey")
        self.run("manage.py", "migrate", "--verbosity", "0")
        self.facts = json.loads(self.run("-m", "tests.strategy.stage", "make"))
        for name in ("one", "two", "worker", "folding"):
            self.start(name)
        for name in ("one", "two"):
            services.wait_for_port(self.ports[name], self.running[name], 60)

    def run(self, *arguments: str, text: str = "") -> str:
        command = [str(PYTHON), *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, input=text, text=True, stdout=subprocess.PIPE, check=True
        )
        return done.stdout

    def start(self, name: str) -> None:
        home = self.folder if name == "valkey" else ROOT
        log = (self.folder / f"{name}.log").open("ab")
        self.running[name] = subprocess.Popen(
            self._command(name),
            cwd=home,
            env=self.environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def _command(self, name: str) -> list[str]:
        if name == "valkey":
            return services.valkey_command(self.ports["valkey"], str(self.folder))
        python = [str(PYTHON), "-m"]
        if name == "folding":
            return [*python, "tests.strategy.stage", "fold", str(self.facts["sheet"])]
        if name == "worker":
            quiet = ["--concurrency", "1", "--loglevel", "ERROR", "--without-mingle", "--without-gossip"]
            beat = ["--beat", "--schedule", str(self.folder / "beat")]
            return [*python, "celery", "--app", "cpd_site", "--skip-checks", "worker", *beat, *quiet]
        network = ["--host", "127.0.0.1", "--port", str(self.ports[name]), "--lifespan", "off"]
        sockets = ["--ws-max-size", "1048576", "--ws-per-message-deflate", "false"]
        return [*python, "uvicorn", "cpd_site.asgi:application", *network, *sockets, "--log-level", "error"]

    def kill(self, name: str) -> None:
        """And all that it started, at once."""
        process = self.running[name]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self) -> None:
        for name in self.running:
            if self.running[name].poll() is None:
                self.kill(name)
        self.postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- what is killed ----------------------------------------------------------------------------------
    def web(self, turn: int) -> None:
        name = ("one", "two")[turn % 2]
        self.kill(name)
        self.start(name)
        services.wait_for_port(self.ports[name], self.running[name], 60)
        time.sleep(random.uniform(0.2, 1.5))

    def folding(self, turn: int) -> None:
        self.kill("folding")
        self.start("folding")
        time.sleep(random.uniform(2, 4))

    def worker(self, turn: int) -> None:
        self.kill("worker")
        self.start("worker")
        time.sleep(random.uniform(2, 5))

    def valkey(self, turn: int) -> None:
        self.kill("valkey")
        time.sleep(random.uniform(0, 1))
        self.start("valkey")
        time.sleep(random.uniform(0.5, 2))

    def postgres_itself(self, turn: int) -> None:
        """Its processes die in the middle of whatever they do, and it recovers from its log."""
        self.postgres.stop()
        time.sleep(random.uniform(0, 1))
        self.postgres.start()
        if self.running["folding"].poll() is not None:
            self.start("folding")
        time.sleep(random.uniform(2, 4))


@contextmanager
def staged() -> Iterator[Stage]:
    home = Path(tempfile.mkdtemp(prefix="studio-pg-"))
    stage = Stage(home)
    try:
        stage.begin()
        yield stage
    finally:
        stage.end()
        shutil.rmtree(home, ignore_errors=True)


def suffer(stage: Stage, what: str, times: int) -> dict[str, Any]:
    """People edit until everything was killed so many times; then what they have is compared."""
    from tests.strategy.hands import hands

    kill: Callable[[int], None] = stage.postgres_itself if what == "postgres" else getattr(stage, what)
    urls = [
        f"ws://127.0.0.1:{stage.ports[name]}/ws/canvas/{stage.facts['canvas']}/" for name in ("one", "two")
    ]
    with hands(urls=urls, cookies=stage.facts["cookies"], people=6, seed=len(what), faults=True) as people:
        people.tell("edit", edits=100_000, pause=120)
        time.sleep(2)
        for turn in range(times):
            kill(turn)
        people.ask("rest")
        settled = people.ask("settle", SECONDS_TO_SETTLE + 30, within=SECONDS_TO_SETTLE)
    stage.kill("folding")
    checked = json.loads(
        stage.run("-m", "tests.strategy.stage", "check", str(stage.facts["sheet"]), text=json.dumps(settled))
    )
    stage.start("folding")
    return {**checked, "copies_are_alike": settled["equal"] and settled["quiet"], "refused": settled["fatal"]}


def holds(found: dict[str, Any]) -> bool:
    alike = found["copies_are_alike"] and found["log_is_like_the_copies"]
    return alike and not (found["missing"] or found["rows_to_change"] or found["refused"])


def main() -> None:
    short = "--short" in sys.argv
    chosen = [name for name in sys.argv[1:] if name in KILLS] or list(KILLS)
    good = True
    print(f"{'killed':10} {'times':>5} {'acknowledged':>13} {'lost':>5} {'copies':>7} {'log':>5} {'rows':>5}")
    with staged() as stage:
        for what in chosen:
            times = 2 if short else KILLS[what]
            found = suffer(stage, what, times)
            good = good and holds(found)
            print(_line(what, times, found), flush=True)
    sys.exit(not good)


def _line(what: str, times: int, found: dict[str, Any]) -> str:
    words = {True: "same", False: "DIFFER"}
    lost = sum(found["missing"].values())
    verdicts = [found["copies_are_alike"], found["log_is_like_the_copies"], not found["rows_to_change"]]
    copies, log, rows = (words[bool(verdict)] for verdict in verdicts)
    trouble = f"  {found['refused']}" if found["refused"] else ""
    return f"{what:10} {times:5} {found['acknowledged']:13} {lost:5} {copies:>7} {log:>5} {rows:>5}{trouble}"


if __name__ == "__main__":
    main()
