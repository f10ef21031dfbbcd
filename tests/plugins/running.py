"""The real product, started by `manage.py up` on a data folder of the test's own."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from scripts import machine
from scripts.services import free_port

ROOT = Path(__file__).resolve().parents[2]
SECONDS_FOR_THE_FIRST_START = 300
# What belongs to the machine or to a running copy, and not to a study
NOT_COPIED = shutil.ignore_patterns(".lock", "valkey*", "beat-schedule*")


class Studio:
    """One running copy. The environment variables of a test run stay out of it unless they are given."""

    def __init__(self, data_dir: Path, port: int | None = None, **environment: str) -> None:
        self.data_dir, self.port = data_dir, port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data_dir.with_name(f"{data_dir.name}-{self.port}.log")
        surroundings = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
        surroundings |= {
            "DATA_DIR": str(data_dir),
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
            **environment,
        }
        command = [sys.executable, str(ROOT / "manage.py"), "up"]
        with self.log.open("wb") as log:
            self.process = psutil.Popen(command, env=surroundings, stdout=log, stderr=subprocess.STDOUT)
        self.family: list[psutil.Process] = []

    @property
    def output(self) -> str:
        return self.log.read_text()

    @property
    def last_words(self) -> str:
        return self.output[-3000:]

    def wait_until_ready(self, seconds: float = 180) -> None:
        started = time.monotonic()
        while time.monotonic() - started < seconds:
            if self.process.poll() is not None:
                pytest.fail(f"`up` ended with {self.process.returncode}:\n{self.last_words}")
            if _answers(self.url) and "is ready after" in self.output:
                self.family = self.process.children(recursive=True)
                return
            time.sleep(0.05)
        self.stop()
        pytest.fail(f"`up` was not ready within {seconds:.0f} s:\n{self.last_words}")

    def child(self, part_of_the_command: str) -> psutil.Process:
        found = [
            child for child in self.process.children() if part_of_the_command in " ".join(child.cmdline())
        ]
        assert len(found) == 1
        return found[0]

    def survivors(self, seconds: float) -> list[psutil.Process]:
        """Who is still there after so many seconds, of everybody who was there when it was ready."""
        return psutil.wait_procs(self.family, timeout=seconds)[1]

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return int(self.process.wait(60))
        finally:
            for process in self.survivors(0):
                process.kill()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health/", timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="session")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The data folder that a first start leaves behind, and what it printed; one for all test processes.

    Only to be copied: opening its database would make files come and go while another process copies it.
    """
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    data_dir, log = shared / "first-start", shared / "first-start.log"
    with (shared / "first-start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not log.exists():
            log.write_text(_start_once(data_dir))
    return data_dir, log.read_text()


def _start_once(data_dir: Path) -> str:
    data_dir.mkdir()
    machine.build_bundle()  # one test alone may be run without `make test`
    studio = Studio(data_dir)
    studio.wait_until_ready(SECONDS_FOR_THE_FIRST_START)
    studio.stop()
    return studio.output


@pytest.fixture
def demo_data(first_start: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of the demo study's data, for one test to do with as it likes."""
    return Path(shutil.copytree(first_start[0], tmp_path / "data", ignore=NOT_COPIED))


@pytest.fixture
def own_studio(demo_data: Path) -> Iterator[Studio]:
    """A running copy for one test, which may end it."""
    studio = Studio(demo_data)
    studio.wait_until_ready()
    yield studio
    studio.stop()


@pytest.fixture(scope="session")
def studio(first_start: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A running copy with the demo study, shared by the browser tests of one process."""
    data_dir = tmp_path_factory.mktemp("studio") / "data"
    shutil.copytree(first_start[0], data_dir, ignore=NOT_COPIED)
    running = Studio(data_dir)
    running.wait_until_ready()
    yield running
    running.stop()
