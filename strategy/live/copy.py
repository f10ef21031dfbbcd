"""The document of a room in memory, on which updates are tried before they go into the log."""

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
    """`most`: how many cards it may have. Whoever gives it up closes it: else it stays in memory for ever."""

    def __init__(self, doc: Doc[Any], locks: Locks, most: int, whole: bytes | None = None) -> None:
        self.doc, self.most = doc, most
        self.whole = whole  # the document encoded, until it changes
        self.known: dict[int, int] = {}  # client -> how much of it the document has, at least
        self.watch = Watch(doc, locks)

    def close(self) -> None:
        self.watch.close()

    def encoded(self) -> bytes:
        """Once for each change, not once for each browser."""
        if self.whole is None:
            self.whole = self.doc.get_update()
        return self.whole

    def lacking(self, state: bytes) -> bytes:
        """What somebody who has `state` lacks. Raises Refused, and BadMessage for a state that names fewer
        clients than it says: the library makes room for all of them first, gigabytes for eight bytes."""
        protocol.clocks(state)
        try:
            return self.doc.get_update(state)
        except ValueError as error:
            raise UNREADABLE from error

    # --- who wrote in it -------------------------------------------------------------------------------
    def writers(self, wanted: frozenset[int]) -> KeysView[int]:
        """Clients that wrote in it: all of them, unless those that are wanted are among the known ones."""
        if not wanted <= self.known.keys():
            self.known = protocol.clocks(self.doc.get_state())
        return self.known.keys()

    def clock(self, client: int, wanted: int) -> int:
        if self.known.get(client, 0) < wanted:
            self.known = protocol.clocks(self.doc.get_state())
        return self.known.get(client, 0)

    def skips(self, update: bytes) -> bool:
        """A gap before the update is seen without applying it."""
        begin = protocol.begins(update)
        return begin is not None and begin[1] > self.clock(*begin)

    # --- changing it -----------------------------------------------------------------------------------
    def takes(self, update: bytes, shape: Shape, leads: bool) -> bool:
        """Applies an update; False: others that it builds on are missing. Raises Refused. In both cases the
        document is not to be used any more."""
        before = len(self.watch.cards)
        self.watch.begin()
        try:
            store.apply(self.doc, update)
        except store.Unreadable as error:
            raise UNREADABLE from error
        if self.watch.saw_a_change:
            self.whole = None
        with self.doc.transaction():  # one for all that is asked, instead of one for each question
            self._judge(shape, leads, before, len(update))
            return self._is_complete(update)

    def _judge(self, shape: Shape, leads: bool, before: int, size: int) -> None:
        """What an update of so many bytes made of the document, which had so many cards before."""
        if shape.types and self.watch.is_misshapen():
            raise UNREADABLE
        if shape.writers and self.watch.is_too_much(size):  # else it only takes away
            raise TOO_MUCH
        if not self.watch.saw_letters_only and before < len(self.watch.cards) > self.most:
            raise TOO_MANY_DRAFTED if self.most == MOST_DRAFTED else TOO_MANY
        if self.watch.breaks_lock() and not leads:
            raise LOCKED

    def _is_complete(self, update: bytes) -> bool:
        """Nothing of it waits for something that is not there: every beginning of the log is a document."""
        left = get_update(update, self.doc.get_state())
        if left[:1] != b"\x00":
            return False
        return all(end <= self.clock(client, end) for client, end in protocol.deletions(left))

    def take_over(self, update: bytes) -> bool:
        """Of the log; what cannot be read is set aside by whoever loads it."""
        self.whole = None
        self.watch.letters_left.clear()
        try:
            store.apply(self.doc, update)
        except store.Unreadable:
            return False
        return True
