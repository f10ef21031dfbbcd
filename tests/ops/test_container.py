"""What the image holds and its start script do, on PostgreSQL and Valkey, without a container engine."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cpd_site.supervise import Group, Program, wait_until
from scripts import services

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with exactly what .dockerignore lets into the image."""
    folder = tmp_path_factory.mktemp("image")
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    for name in (line.removeprefix("!") for line in lines if line.startswith("!")):
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)
    return folder


@pytest.fixture(scope="module")
def environment(image: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    home = tmp_path_factory.mktemp("container")
    with services.postgres() as database_url, services.valkey() as redis_url:
        yield {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "DATABASE_URL": database_url,
            "REDIS_URL": f"{redis_url}/0",
            "SECRET_KEY": "a key for this test alone",
            "ALLOWED_HOSTS": "studio.example.org",
            "DATA_DIR": str(home / "data"),
            "STATIC_ROOT": str(home / "static"),
            "HOST": "127.0.0.1",
            "PORT": str(services.free_port()),
        }


@pytest.fixture
def in_container(image: Path, environment: dict[str, str]) -> Callable[..., int]:
    def run(*command: str) -> int:
        return subprocess.run(command, cwd=image, env=environment, timeout=120).returncode

    return run


def test_web_and_worker_wait_for_the_migrations_and_then_work(
    image: Path,
    environment: dict[str, str],
    in_container: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(image)
    assert in_container("python", "manage.py", "collectstatic", "--noinput", "--verbosity", "0") == 0
    group = Group(environment)
    try:
        web = group.start(Program("web", ["scripts/container", "web"], patience=10))
        worker = group.start(Program("worker", ["scripts/container", "worker"], patience=10))
        assert in_container("python", "-m", "scripts.healthy") == 1
        assert in_container("scripts/container", "migrate") == 0
        assert wait_until(lambda: in_container("python", "-m", "scripts.healthy") == 0, group, 60)
        ping = ["python", "-m", "celery", "-A", "cpd_site", "inspect", "ping", "--timeout", "2"]
        assert wait_until(lambda: in_container(*ping) == 0, group, 60)
    finally:
        group.stop()
    assert web.process.returncode in {0, -signal.SIGTERM}
    assert worker.process.returncode == 0


def test_pending_migrations_are_told_when_the_waiting_ends(in_container: Callable[..., int]) -> None:
    assert in_container("python", "manage.py", "migrate", "admin", "0002", "--verbosity", "0") == 0

    assert in_container("python", "manage.py", "await_database", "--migrated", "--seconds", "0") == 1
    assert in_container("python", "manage.py", "await_database", "--seconds", "0") == 0


def test_an_unknown_word_is_refused(in_container: Callable[..., int]) -> None:
    assert in_container("scripts/container", "wbe") == 2
