"""Writes updates to SQLite in the event loop itself, as long as nobody else is writing.

Such a commit takes 0.1 ms; handing it to a thread and hearing back takes 0.4 ms. The loop never waits for a
lock: if somebody else holds it, in this process or another, append() returns None, and the caller leaves the
work to the thread of strategy.live.writer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

from django.db import connection

from strategy.live.threads import ONE_WRITES

Update = tuple[int, str, bytes]  # sheet, seat, data
SEQ = "UPDATE strategy_sheet SET seq = seq + 1 WHERE id = ? RETURNING seq"
ROW = "INSERT INTO strategy_sheetupdate (sheet_id, seq, seat, data, bad, made_at) VALUES (?, ?, ?, ?, 0, ?)"


class Quick:
    """A connection of its own to one database file."""

    def __init__(self, file: str) -> None:
        self.sqlite = sqlite3.connect(file, timeout=0, isolation_level=None)
        self.sqlite.execute("PRAGMA synchronous=NORMAL")
        # Moving SQLite's own log into its file waits for the disk, so strategy.live.desk does it in a thread
        self.sqlite.execute("PRAGMA wal_autocheckpoint=0")

    def append(self, updates: Sequence[Update]) -> dict[int, int] | None:
        """As store.append(): sheet -> the number of its last update. None if nothing was written: the
        database is locked, or a sheet is gone."""
        if not ONE_WRITES.acquire(blocking=False):
            return None
        try:
            self.sqlite.execute("BEGIN IMMEDIATE")
            return self._append(updates)
        except sqlite3.Error:
            return None
        finally:
            if self.sqlite.in_transaction:
                self.sqlite.execute("ROLLBACK")
            ONE_WRITES.release()

    def commits_of_others(self) -> int:
        """A number that changes when anybody but this connection commits. 0 if SQLite cannot be asked."""
        with suppress(sqlite3.Error):
            return int(self.sqlite.execute("PRAGMA data_version").fetchone()[0])
        return 0

    def _append(self, updates: Sequence[Update]) -> dict[int, int] | None:
        last, now = dict[int, int](), str(datetime.now(UTC).replace(tzinfo=None))
        for sheet, seat, data in updates:
            found = self.sqlite.execute(SEQ, [sheet]).fetchone()
            if found is None:
                return None
            last[sheet] = found[0]
            self.sqlite.execute(ROW, [sheet, found[0], seat, data, now])
        self.sqlite.execute("COMMIT")
        return last


def quick() -> Quick | None:
    """None if the database is not SQLite."""
    return Quick(str(connection.settings_dict["NAME"])) if connection.vendor == "sqlite" else None


def move_into_file() -> None:
    """Moves what SQLite's own log holds into the file of the database. Called by the desk in its thread,
    where nobody waits for it. This connection no longer does it by itself at a commit, when others do
    wait."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_autocheckpoint=0")
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
