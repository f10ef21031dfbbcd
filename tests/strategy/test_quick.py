"""Updates written from the event loop to SQLite: all of them or none, in order, and never waiting."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from strategy.live.quick import Quick

TABLES = """
    PRAGMA journal_mode=WAL;
    CREATE TABLE strategy_sheet (id INTEGER PRIMARY KEY, seq INTEGER NOT NULL);
    CREATE TABLE strategy_sheetupdate (sheet_id, seq, seat, data, bad, made_at, UNIQUE (sheet_id, seq));
    INSERT INTO strategy_sheet VALUES (1, 0), (2, 7);
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "db.sqlite3") as database:
        database.executescript(TABLES)
    database.close()
    return tmp_path / "db.sqlite3"


def rows(file: Path) -> list[tuple[int, int, str, bytes]]:
    with sqlite3.connect(file) as database:
        return database.execute("SELECT sheet_id, seq, seat, data FROM strategy_sheetupdate").fetchall()


def test_each_sheet_counts_its_updates(file: Path) -> None:
    last = Quick(str(file)).append([(1, "u1", b"a"), (2, "u2", b"b"), (1, "g3", b"c")])

    assert last == {1: 2, 2: 8}
    assert rows(file) == [(1, 1, "u1", b"a"), (2, 8, "u2", b"b"), (1, 2, "g3", b"c")]


def test_nothing_is_written_where_one_sheet_is_gone(file: Path) -> None:
    quick = Quick(str(file))

    assert quick.append([(1, "u1", b"a"), (99, "u1", b"b")]) is None

    assert rows(file) == []
    assert quick.append([(1, "u1", b"a")]) == {1: 1}


def test_whoever_finds_the_database_locked_does_not_wait(file: Path) -> None:
    quick, other = Quick(str(file)), sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    assert quick.append([(1, "u1", b"a")]) is None

    other.execute("ROLLBACK")
    assert quick.append([(1, "u1", b"a")]) == {1: 1}


def test_a_number_that_is_taken_leaves_everything_as_it_was(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("INSERT INTO strategy_sheetupdate VALUES (2, 8, '', x'00', 0, '')")

    assert Quick(str(file)).append([(1, "u1", b"a"), (2, "u1", b"b")]) is None

    assert rows(file) == [(2, 8, "", b"\0")]


def test_only_what_others_commit_is_counted(file: Path) -> None:
    quick = Quick(str(file))
    before = quick.commits_of_others()
    quick.append([(1, "u1", b"a")])
    after_its_own = quick.commits_of_others()

    assert Quick(str(file)).append([(1, "u2", b"b")]) == {1: 2}

    assert after_its_own == before
    assert quick.commits_of_others() != before
