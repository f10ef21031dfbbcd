"""The process that reveals is killed in the middle: all cards are hidden then, or all are shown."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.faults.revealing import CARDS, PEOPLE

pytestmark = pytest.mark.e2e
ALL = PEOPLE * CARDS
HIDDEN = {"hidden": ALL, "silent": True, "shown": 0, "rows": 0}
SHOWN = {"hidden": 0, "silent": False, "shown": ALL, "rows": ALL}
HALF_WAY = (1, 2, 4, 8)  # before which of its writes it is killed for certain
KILLS = 6  # and at moments that nobody chose


def start(what: str, data_dir: Path, *more: str) -> subprocess.Popen[str]:
    surroundings = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    command = [sys.executable, "-m", "tests.faults.revealing", what, *more]
    environment = surroundings | {"DATA_DIR": str(data_dir)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    return subprocess.Popen(command, env=environment, text=True, **pipes)


def run(what: str, data_dir: Path) -> str:
    said, _ = start(what, data_dir).communicate(timeout=120)
    return said


def test_a_reveal_that_is_killed_shows_all_or_nothing(demo_data: Path) -> None:
    run("prepare", demo_data)
    assert json.loads(run("look", demo_data)) == HIDDEN
    for write in HALF_WAY:
        process = start("reveal", demo_data, str(write))
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)] == ["revealing\n", "half-way\n"]
        process.kill()
        process.wait()
        assert json.loads(run("look", demo_data)) == HIDDEN

    moments = random.Random(7)
    for _ in range(KILLS):
        process = start("reveal", demo_data)
        assert process.stdout is not None
        assert process.stdout.readline() == "revealing\n"
        time.sleep(moments.uniform(0, 0.12))
        process.kill()
        process.wait()

        found = json.loads(run("look", demo_data))
        assert found in (HIDDEN, SHOWN)
        if found == SHOWN:
            break

    run("reveal", demo_data)
    assert json.loads(run("look", demo_data)) == SHOWN
