"""One web process on SQLite: updates are written from the event loop unless somebody else is writing."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.plugins.surroundings import ROOT
from tests.strategy.hands import hands
from tests.strategy.windows import Web, Window

pytestmark = [pytest.mark.worker, pytest.mark.timeout(900)]
SECONDS_TO_SETTLE = 180


class Stage:
    """A database file of its own, a canvas in it, and six people."""

    def __init__(self, folder: Path) -> None:
        others = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
        self.environment = {**others, "DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "cpd_site.settings"}
        self.file = folder / "db.sqlite3"
        (folder / "static").mkdir()
        self.run("manage.py", "migrate", "--verbosity", "0")
        self.facts = json.loads(self.run("-m", "tests.strategy.stage", "make"))
        self.web = Web(self.environment)

    def run(self, *arguments: str, text: str = "") -> str:
        command = [sys.executable, *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, input=text, text=True, stdout=subprocess.PIPE, check=True
        )
        return done.stdout

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=self.environment)

    def window(self, person: int) -> Window:
        return Window(self.web, self.facts["canvas"], self.facts["cookies"][person])


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = Stage(tmp_path_factory.mktemp("sqlite"))
    yield stage
    stage.web.kill()


def test_while_somebody_else_writes_nothing_is_shown_and_nothing_gets_lost(stage: Stage) -> None:
    ada, ben = stage.window(0), stage.window(1)
    ada.add("Before")
    ben.until(lambda: "Before" in ben.texts)

    with closing(sqlite3.connect(stage.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for number in range(3):
            ada.add(f"Meanwhile {number}")
        ada.read(0.5)
        ben.read(0.1)
        assert not ada.is_saved
        assert ben.texts == {"Before"}
        other.execute("COMMIT")

    ada.add("After")
    ben.until(lambda: ben.texts == ada.texts)
    ada.saved()
    assert len(ben.texts) == 5


def test_the_web_process_is_killed_while_another_folds(stage: Stage) -> None:
    url = f"ws://127.0.0.1:{stage.web.port}/ws/canvas/{stage.facts['canvas']}/"
    folding = stage.start("-m", "tests.strategy.stage", "fold", str(stage.facts["sheet"]))
    with hands(urls=[url], cookies=stage.facts["cookies"], people=6, seed=1, faults=True) as people:
        people.tell("edit", edits=100_000, pause=120)
        for _ in range(3):
            time.sleep(1.5)
            stage.web.kill()
            stage.web.start()
        people.ask("rest")
        settled = people.ask("settle", SECONDS_TO_SETTLE + 20, within=SECONDS_TO_SETTLE)
    folding.kill()
    folding.wait()

    assert (settled["fatal"], settled["equal"], settled["quiet"]) == ([], True, True)
    found = compared(stage, settled)
    assert found.pop("acknowledged") > 0
    assert found.pop("cards") > 0
    assert found == {"missing": {}, "log_is_like_the_copies": True, "rows_to_change": 0}


def compared(stage: Stage, settled: dict[str, Any]) -> dict[str, Any]:
    sheet = str(stage.facts["sheet"])
    found: dict[str, Any] = json.loads(
        stage.run("-m", "tests.strategy.stage", "check", sheet, text=json.dumps(settled))
    )
    return found
