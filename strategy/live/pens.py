"""The client id with which the server itself writes on a sheet.

A process keeps one id for each sheet as long as it lives, instead of a new one for each change, because a
canvas takes only so many ids (strategy.live.room.MOST_WRITERS).

A document numbers what each client writes. Whoever goes on writing with an id must know everything that was
ever written with it; otherwise two different changes get the same number, and copies differ for ever. So no
two processes share an id, and a process takes a new one when the document it loads holds less of the old one
than it handed to the database before. That happens after a rollback, and when the database was put back from
a backup while browsers still hold what the backup lacks.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import randbelow
from typing import Any, NamedTuple

from pycrdt import Doc

from strategy.live import protocol, store

LARGEST_ID = 2**32  # as browsers choose them


class Pen(NamedTuple):
    """`written`: how much was handed to the database with this id, whether it was kept or not."""

    client: int
    written: int


_pens: dict[int, Pen] = {}  # sheet -> ours
os.register_at_fork(after_in_child=_pens.clear)


@contextmanager
def writing(sheet: int) -> Iterator[Doc[Any]]:
    """The document of a sheet, to be changed inside the `with`. The caller holds the lock of the sheet's row
    until it has appended the change to the log."""
    pen = _pens.get(sheet) or _new_pen()
    doc = store.load(sheet, client=pen.client).doc
    if _written(doc, pen) < pen.written:
        pen = _new_pen()
        doc = store.load(sheet, client=pen.client).doc
    yield doc
    _pens[sheet] = pen._replace(written=_written(doc, pen))


def _new_pen() -> Pen:
    return Pen(randbelow(LARGEST_ID), 0)


def _written(doc: Doc[Any], pen: Pen) -> int:
    return protocol.clocks(doc.get_state()).get(pen.client, 0)
