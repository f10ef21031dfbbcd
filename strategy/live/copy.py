"""The document of a room in memory. Updates are tried on it before they go into the log."""

from __future__ import annotations

from collections.abc import KeysView
from typing import Any

from pycrdt import Doc, get_update

from strategy.document import MOST_DRAFTED
from strategy.live import protocol, store
from strategy.live.refusals import LOCKED, TOO_MANY, TOO_MANY_DRAFTED, TOO_MUCH, UNREADABLE
from strategy.live.shape import Shape
from strategy.live.watch import Watch
from strategy.queries.rooms import Locks


class Copy:
    """`most`: how many cards it may have. `close()` it when it is given up: otherwise the document library
    keeps it in memory for ever. All of it runs in the event loop."""

    def __init__(self, doc: Doc[Any], locks: Locks, most: int, whole: bytes | None = None) -> None:
        self.doc, self.most = doc, most
        self.whole = whole  # the document encoded, until it changes
        self.known: dict[int, int] = {}  # client -> how much of it the document has, at least
        self.watch = Watch(doc, locks)

    def close(self) -> None:
        self.watch.close()

    def encoded(self) -> bytes:
        """The whole document as one update: encoded once after each change, not once for each browser."""
        if self.whole is None:
            self.whole = self.doc.get_update()
        return self.whole

    def lacking(self, state: bytes) -> bytes:
        """What somebody whose state vector is `state` lacks. Raises Refused, and BadMessage if the vector
        holds fewer clients than it announces: the library sets memory aside for all that are announced,
        gigabytes for a vector of eight bytes."""
        protocol.clocks(state)
        try:
            return self.doc.get_update(state)
        except ValueError as error:
            raise UNREADABLE from error

    # --- who wrote in it -------------------------------------------------------------------------------
    def writers(self, wanted: frozenset[int]) -> KeysView[int]:
        """Ids of the clients that wrote in it. Asking the document for them is slow, so those known from the
        last time are returned if all that are `wanted` are among them."""
        if not wanted <= self.known.keys():
            self.known = protocol.clocks(self.doc.get_state())
        return self.known.keys()

    def clock(self, client: int, wanted: int) -> int:
        """How much of a client the document has. The document is asked only if `wanted` is more than
        known."""
        if self.known.get(client, 0) < wanted:
            self.known = protocol.clocks(self.doc.get_state())
        return self.known.get(client, 0)

    def skips(self, update: bytes) -> bool:
        """Whether an update by one client begins behind what the document has of that client. Seen without
        applying it, so that the document stays usable."""
        begin = protocol.begins(update)
        return begin is not None and begin[1] > self.clock(*begin)

    # --- changing it -----------------------------------------------------------------------------------
    def takes(self, update: bytes, shape: Shape, leads: bool) -> bool:
        """Applies an update. False if others that it builds on are missing; raises Refused if it is not
        allowed. In both cases the caller throws this copy away, for nothing can take the update out of it
        again."""
        before = len(self.watch.cards)
        self.watch.begin()
        try:
            store.apply(self.doc, update)
        except store.Unreadable as error:
            raise UNREADABLE from error
        if self.watch.saw_a_change:
            self.whole = None
        with self.doc.transaction():  # reads are quicker in one transaction than in one each
            self._judge(shape, leads, before, len(update))
            return self._is_complete(update)

    def _judge(self, shape: Shape, leads: bool, before: int, size: int) -> None:
        """Raises Refused if the update just applied, of `size` bytes, broke a rule. `before`: how many cards
        there were."""
        if shape.types and self.watch.is_misshapen():
            raise UNREADABLE
        if shape.writers and self.watch.is_too_much(size):  # without writers it only deletes
            raise TOO_MUCH
        if not self.watch.saw_letters_only and before < len(self.watch.cards) > self.most:
            raise TOO_MANY_DRAFTED if self.most == MOST_DRAFTED else TOO_MANY
        if self.watch.breaks_lock() and not leads:
            raise LOCKED

    def _is_complete(self, update: bytes) -> bool:
        """Whether no part of the update is left waiting for others. Only such updates go into the log, so
        that every beginning of the log is a whole document."""
        left = get_update(update, self.doc.get_state())
        if left[:1] != b"\x00":
            return False
        return all(end <= self.clock(client, end) for client, end in protocol.deletions(left))

    def take_over(self, update: bytes) -> bool:
        """Applies an update that another process put into the log: it is allowed already. False if it cannot
        be read; whoever loads the log marks it as bad."""
        self.whole = None
        self.watch.letters_left.clear()
        try:
            store.apply(self.doc, update)
        except store.Unreadable:
            return False
        return True
