"""The document of a room in memory: how it comes and goes."""

from __future__ import annotations

import gc
import resource
import weakref

import pytest

from strategy.document import MOST_CARDS, CardData, new_doc, put_card
from strategy.live.copy import Copy
from strategy.live.protocol import BadMessage
from strategy.live.shape import shape_of
from strategy.queries.rooms import Locks


def test_a_copy_that_is_closed_leaves_the_memory():
    """The library keeps whoever watches a document, and with them the document."""
    written = new_doc()
    put_card(written, CardData("00000000-0000-4000-8000-000000000001", text="Lend bikes"))
    update = written.get_update()
    copy = Copy(new_doc(), Locks(), MOST_CARDS)
    assert copy.takes(update, shape_of(update), leads=False)
    document = weakref.ref(copy.doc)

    copy.close()
    del copy
    gc.collect()

    assert document() is None


def test_whoever_says_to_know_millions_of_clients_gets_no_memory_for_them():
    copy = Copy(new_doc(), Locks(), MOST_CARDS)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(BadMessage):
        copy.lacking(b"\x80\x80\x80\x80\x02")  # 2 ** 29 of them

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
    copy.close()
