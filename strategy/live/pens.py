"""With which client id the server writes in a sheet: one for the life of a process, not one for each change,
because a canvas takes only so many clients (strategy.live.room.MOST_WRITERS).

What a client writes is numbered. Whoever goes on with an id must know everything that was ever written with
it: else two different things get one number, and copies differ for ever. So no two processes share an id, and
an id is given up when the document knows less of it than this process handed to the database. That is so
after a rollback, and after a database came back from a backup while browsers still hold what it has lost.
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
    """The document of a sheet to change, under the lock of the sheet until what was changed is in the log."""
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
