"""What must be true before the first process starts: each function makes it so, or says why it is not."""

import errno
import fcntl
import hashlib
import os
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TextIO

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

SECONDS_FOR_ORPHANS_TO_END = 4


def hold_data_folder(folder: Path, address: str) -> TextIO:
    """The open lock file. Children inherit it, so the folder stays held until the last of them has ended."""
    lock = (folder / ".lock").open("a+")
    deadline = time.monotonic() + SECONDS_FOR_ORPHANS_TO_END
    while not _lock(lock):
        holder, where = _holder(lock)
        if _is_alive(holder) or time.monotonic() > deadline:
            raise CommandError(
                f"Progress Studio is already running on {folder} (process {holder or 'unknown'}, {where}).\n"
                "Stop that one first, or start this one on other data: make run DATA_DIR=… PORT=…"
            )
        time.sleep(0.1)
    _sign(lock, address)
    return lock


def _lock(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sign(lock: TextIO, address: str) -> None:
    lock.truncate(0)
    lock.write(f"{os.getpid()} {address}\n")
    lock.flush()


def _holder(lock: TextIO) -> tuple[int, str]:
    lock.seek(0)
    process, _, address = lock.read().strip().partition(" ")
    return (int(process) if process.isdigit() else 0), address or "address unknown"


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process != 0


def refuse_busy_port(host: str, port: int) -> None:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise CommandError(f"HOST={host} is no address of this machine: {error.strerror}.") from error
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise CommandError(_why_not_bound(host, port, error)) from error


def _why_not_bound(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is in use by another program. Choose a free one: make run PORT={port + 1}"
        )
    return f"Nothing can listen on {host}:{port}: {error.strerror}. Set HOST or PORT to another value."


def migrate_if_needed(backups: Path) -> Path | None:
    """Bring the database up to date, and return the copy that was made of it, if one was worth making."""
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not pending:
        return None
    if connection.vendor != "sqlite":
        raise CommandError(
            f"{len(pending)} migrations are pending on this {connection.display_name} database.\n"
            "Back it up, then run: python manage.py migrate"
        )
    copy = _copy_sqlite(backups) if executor.loader.applied_migrations else None
    call_command("migrate", verbosity=0, interactive=False)
    return copy


def _copy_sqlite(backups: Path) -> Path:
    """SQLite's own backup includes what is still in the write-ahead log, which a copied file would lack."""
    copy = backups / f"before-migration-{timezone.now():%Y%m%d-%H%M%S}.sqlite3"
    try:
        backups.mkdir(mode=0o700, exist_ok=True)
        name = settings.DATABASES["default"]["NAME"]
        with closing(sqlite3.connect(name)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        copy.chmod(0o600)
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):
            copy.unlink()
        raise CommandError(
            f"The database could not be copied to {copy}, so nothing was changed: {error}"
        ) from error
    return copy


def collect_static_files(folder: Path) -> bool:
    """Gather what the browser loads, unless nothing has changed since the last time."""
    stamp, state = folder / ".state", _state_of_static_files()
    if stamp.exists() and stamp.read_text() == state:
        return False
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(state)
    return True


def _state_of_static_files() -> str:
    lines = sorted(_static_files())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _static_files() -> Iterator[str]:
    for finder in get_finders():
        for name, storage in finder.list(None):
            status = Path(storage.path(name)).stat()
            yield f"{name} {status.st_size} {status.st_mtime_ns}"


def there_is_no_study() -> bool:
    return not apps.get_model("studies", "Study")._base_manager.exists()
