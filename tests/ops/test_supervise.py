"""A group of processes: stopped in order, to the last descendant, and never ended unnoticed."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from cpd_site.supervise import Group, Program, wait_until
from scripts.machine import ROOT

PATIENCE = 50  # s; a busy machine starts a process slowly
SLEEPS = "import time; time.sleep(60)"
# Python has installed its handlers once the file is there; before, SIGTERM would end it at once
STUBBORN = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[1]).touch()
time.sleep(60)
"""
WITH_A_CHILD = """
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
time.sleep(60)
"""
TELLS_WHEN_IT_STOPS = """
import pathlib, signal, sys, time
def stop(*_):
    with open(sys.argv[1], "a") as book: book.write(sys.argv[2])
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
pathlib.Path(sys.argv[1] + sys.argv[2]).touch()
time.sleep(60)
"""


@pytest.fixture
def group() -> Iterator[Group]:
    group = Group({})
    yield group
    group.stop()


def python(source: str, *arguments: str, name: str = "it", stops: int = 1, patience: float = 30) -> Program:
    return Program(name, [sys.executable, "-c", source, *arguments], stops=stops, patience=patience)


def test_programs_end_in_the_order_of_their_stops(group: Group, tmp_path: Path) -> None:
    book = tmp_path / "book"
    for letter, stops in (("c", 3), ("a", 1), ("b", 2)):
        group.start(python(TELLS_WHEN_IT_STOPS, str(book), letter, stops=stops))
    assert wait_until(lambda: all(Path(f"{book}{letter}").exists() for letter in "abc"), group, PATIENCE)

    group.stop()

    assert book.read_text() == "abc"


def test_a_program_that_will_not_end_is_ended_after_its_patience(group: Group, tmp_path: Path) -> None:
    child = group.start(python(STUBBORN, str(tmp_path / "ready"), patience=0.3))
    assert wait_until((tmp_path / "ready").exists, group, PATIENCE)
    started = time.monotonic()

    group.stop()

    assert time.monotonic() - started < 30  # by itself it would end after a minute
    assert child.process.returncode == -signal.SIGKILL


def test_what_a_program_has_started_ends_with_it(group: Group, tmp_path: Path) -> None:
    note = tmp_path / "note"
    group.start(python(WITH_A_CHILD, str(note)))
    assert wait_until(lambda: note.exists() and note.read_text() != "", group, PATIENCE)
    grandchild = psutil.Process(int(note.read_text()))

    group.stop()

    assert psutil.wait_procs([grandchild], timeout=30)[1] == []


def test_an_end_is_noticed_and_told(group: Group) -> None:
    group.start(python(SLEEPS, name="sleeper"))
    group.start(python("raise SystemExit(3)", name="web"))

    assert wait_until(lambda: False, group, PATIENCE) is False
    fallen = group.first_ended()
    assert fallen is not None
    assert fallen.obituary() == "web ended with exit code 3"


def test_waiting_ends_when_the_time_is_over(group: Group) -> None:
    group.start(python(SLEEPS))

    assert wait_until(lambda: False, group, seconds=0.2) is False
    assert group.first_ended() is None


def test_a_program_that_is_run_leaves_the_group_when_it_has_ended(group: Group) -> None:
    assert group.run(python("raise SystemExit(4)")) == 4
    assert group.children == []


def test_what_a_process_forked_dies_with_it_even_by_kill_9() -> None:
    program = (
        "import os, time\n"
        "from cpd_site.supervise import end_forks_with_this_process\n"
        "end_forks_with_this_process()\n"
        "child = os.fork()\n"
        "if child:\n"
        "    print(child, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))

    parent.kill()
    parent.wait()

    assert psutil.wait_procs([child], timeout=30)[1] == []
