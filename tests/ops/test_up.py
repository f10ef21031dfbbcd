"""`manage.py up` as a person at a terminal meets it."""

import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.plugins.running import ROOT, Studio

pytestmark = pytest.mark.e2e
PATIENCE = 60  # s; a busy machine starts and ends processes slowly
GRACE = 10  # s that a container engine gives before it kills
REAPED = 10  # s; what lost its parent is gone once the system has looked at it


def test_a_first_start_loads_the_demo_and_says_where_and_how_to_sign_in(
    first_start: tuple[Path, str], demo_data: Path
) -> None:
    output = first_start[1]

    assert _count(demo_data / "db.sqlite3", "SELECT count(*) FROM studies_study") == 1
    assert "is ready after" in output
    assert "http://127.0.0.1:" in output
    assert (
        f"Sign in to the demo as lena@demo.example with {(demo_data / 'demo-password').read_text()}" in output
    )


def test_a_second_start_does_not_load_the_demo_again(demo_data: Path) -> None:
    studio = Studio(demo_data)
    studio.wait_until_ready()
    studio.stop()

    assert "is ready after" in studio.output
    assert "Loading the demo study" not in studio.output


def test_a_second_copy_on_the_same_data_is_refused(own_studio: Studio) -> None:
    second = Studio(own_studio.data_dir)

    assert second.process.wait(PATIENCE) == 1
    assert f"already running on {own_studio.data_dir}" in second.output
    assert f"process {own_studio.process.pid}" in second.output
    assert own_studio.url in second.output
    assert own_studio.process.poll() is None


def test_a_busy_port_is_refused_before_anything_starts(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        studio = Studio(data_dir, port=port)
        assert studio.process.wait(PATIENCE) == 1

    assert f"Port {port} on 127.0.0.1 is in use by another program." in studio.output
    assert sorted(path.name for path in data_dir.iterdir()) == [".lock", ".secret"]


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name
)
def test_a_stop_signal_ends_every_process_in_time(own_studio: Studio, number: signal.Signals) -> None:
    own_studio.process.send_signal(number)

    assert own_studio.process.wait(GRACE) == 0
    assert own_studio.survivors(REAPED) == []
    assert own_studio.output.endswith("Stopped. Everything is saved.\n")


def test_kill_9_leaves_nothing_behind_and_the_next_start_works(own_studio: Studio) -> None:
    own_studio.process.kill()

    assert own_studio.survivors(REAPED) == []
    again = Studio(own_studio.data_dir)
    try:
        again.wait_until_ready()
    finally:
        again.stop()


@pytest.mark.parametrize(
    ("command", "name"), [("uvicorn", "web"), ("celery", "worker"), ("valkey-server", "Valkey")]
)
def test_the_death_of_one_process_ends_all_and_is_named(own_studio: Studio, command: str, name: str) -> None:
    own_studio.child(command).kill()

    assert own_studio.process.wait(PATIENCE) == 1
    assert own_studio.survivors(REAPED) == []
    assert f"{name} was ended by SIGKILL, so everything was stopped." in own_studio.output


def test_a_stop_during_the_first_start_leaves_nothing_behind(tmp_path: Path) -> None:
    studio = Studio(tmp_path / "data")
    while not (studio.process.children() and "Loading the demo study" in studio.output):
        assert studio.process.poll() is None
        time.sleep(0.05)
    time.sleep(0.5)
    studio.family = studio.process.children(recursive=True)
    assert len(studio.family) == 1
    studio.process.send_signal(signal.SIGINT)

    assert studio.process.wait(PATIENCE) == 0
    assert studio.survivors(REAPED) == []


def test_a_data_folder_with_a_long_path_works(demo_data: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / ("long-" * 30)
    demo_data.rename(data_dir)
    studio = Studio(data_dir)
    try:
        studio.wait_until_ready()
    finally:
        studio.stop()


def test_sqlite_is_copied_before_a_pending_migration_and_only_then(demo_data: Path) -> None:
    backups = demo_data / "backups"
    assert not backups.exists()
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "admin", "0002", "--verbosity", "0"]
    subprocess.run(command, check=True, env={"DATA_DIR": str(demo_data)})

    studio = Studio(demo_data)
    try:
        studio.wait_until_ready()
    finally:
        studio.stop()

    (copy,) = backups.iterdir()
    assert str(copy) in studio.output
    assert _admin_migrations(copy) == 2
    assert _admin_migrations(demo_data / "db.sqlite3") == 3


def _admin_migrations(database: Path) -> int:
    return _count(database, "SELECT count(*) FROM django_migrations WHERE app = 'admin'")


def _count(database: Path, query: str) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute(query).fetchone()[0])
