"""A data folder and a Redis database for each test process, made before the settings are read.

Tasks run inside the calling process, except in tests marked `worker`, which get a separate Celery worker.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS_FOR_A_WORKER_TO_START = 120


def _own_redis_database(url: str, process: str) -> str:
    """xdist calls its processes gw0, gw1 ...: each gets the Redis database of that number."""
    parts = urlsplit(url)
    number = process.removeprefix("gw") if process else "15"
    if parts.scheme == "unix":
        return urlunsplit(parts._replace(query=f"db={number}"))
    return urlunsplit(parts._replace(path=f"/{number}"))


_data_dir = Path(tempfile.mkdtemp(prefix="studio-test-"))
(_data_dir / "static").mkdir()
os.environ["DATA_DIR"] = str(_data_dir)
os.environ.setdefault("OMP_NUM_THREADS", "1")  # as in the product; more wait for each other for minutes
if os.environ.get("REDIS_URL"):
    os.environ["REDIS_URL"] = _own_redis_database(
        os.environ["REDIS_URL"], os.environ.get("PYTEST_XDIST_WORKER", "")
    )


def pytest_unconfigure() -> None:
    shutil.rmtree(_data_dir, ignore_errors=True)


@pytest.fixture(autouse=True)
def _tasks_run_here_or_in_a_worker(request: pytest.FixtureRequest) -> Iterator[None]:
    from cpd_site.celery import app

    before = app.conf.task_always_eager
    app.conf.task_always_eager = request.node.get_closest_marker("worker") is None
    yield
    app.conf.task_always_eager = before


@pytest.fixture
def celery_worker(transactional_db: None) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker process on the test database. Kill it, and the test sees what a crash leaves behind."""
    import redis
    from django.conf import settings

    if not settings.REDIS_URL:
        pytest.fail("A test marked `worker` needs REDIS_URL: run `make test`.")
    redis.Redis.from_url(settings.REDIS_URL).flushdb()  # a worker killed by an earlier test leaves messages
    process = _start_worker(environment_of_the_test_database())
    try:
        _wait_until_it_answers(process)
        yield process
    finally:
        _stop(process)


@pytest.fixture
def another_worker(request: pytest.FixtureRequest) -> Callable[..., subprocess.Popen[bytes]]:
    """Starts one more worker, which ends with the test: what comes after a kill."""

    def start(processes: int = 1) -> subprocess.Popen[bytes]:
        worker = _start_worker(environment_of_the_test_database(), processes)
        request.addfinalizer(lambda: _stop(worker))
        _wait_until_it_answers(worker)
        return worker

    return start


@pytest.fixture
def taken_up(another_worker: Callable[..., subprocess.Popen[bytes]]) -> Callable[[], None]:
    """Has another worker take up what a killed one left. The lease tells a dead worker from a slow one: it is
    over now, so that nobody waits for it."""

    def take_up() -> None:
        from django.utils import timezone

        from studies import tasks
        from studies.models import Run

        left = Run.objects.filter(lease_until__isnull=False)
        left.update(lease_until=timezone.now() - timedelta(seconds=1))
        another_worker()
        tasks.sweep_runs.delay()

    return take_up


def environment_of_the_test_database() -> dict[str, str]:
    from django.db import connection

    db = connection.settings_dict
    if connection.vendor == "sqlite":
        pytest.fail(
            "A test marked `worker` needs PostgreSQL: another process cannot see an in-memory database."
        )
    credentials = f"{quote(db['USER'])}:{quote(db['PASSWORD'])}"
    url = f"postgres://{credentials}@{quote(db['HOST'], safe='')}:{db['PORT']}/{db['NAME']}"
    return {**os.environ, "DATABASE_URL": url}


def _start_worker(environment: dict[str, str], processes: int = 1) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "celery", "-A", "cpd_site", "worker"]
    options = [
        "--concurrency",
        str(processes),
        "--loglevel",
        "WARNING",
        "--without-mingle",
        "--without-gossip",
    ]
    return subprocess.Popen([*command, *options], cwd=ROOT, env=environment, start_new_session=True)


def _wait_until_it_answers(process: subprocess.Popen[bytes]) -> None:
    from cpd_site.celery import app

    deadline = time.monotonic() + SECONDS_FOR_A_WORKER_TO_START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"The Celery worker ended with {process.returncode} before it was ready.")
        if app.control.ping(timeout=0.5):
            return
    pytest.fail(f"The Celery worker did not answer within {SECONDS_FOR_A_WORKER_TO_START} s.")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the whole group: a test may leave a task in it that would not end by itself."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()
