"""Updates written to SQLite from the event loop itself, while nobody else is writing.

A commit takes a tenth of a millisecond, less than handing it to a thread and being told. It never waits: when
somebody else has the lock, in this process or another, None says that a thread has to do it.
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
        # Who moves SQLite's log into the file waits for the disk: strategy.live.desk does it
        self.sqlite.execute("PRAGMA wal_autocheckpoint=0")

    def append(self, updates: Sequence[Update]) -> dict[int, int] | None:
        """As store.append(): for each sheet the number of its last update. None: nothing is written."""
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
        """SQLite's count of them, which leaves out what append() wrote; 0: it cannot be asked."""
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
    """None where the database is another one."""
    return Quick(str(connection.settings_dict["NAME"])) if connection.vendor == "sqlite" else None


def move_into_file() -> None:
    """What SQLite's own log holds; nobody waits for it. Nor does this connection's next commit do it, while
    others wait for their turn."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_autocheckpoint=0")
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
