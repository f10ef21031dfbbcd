"""One sheet that is open in this process: its document, who looks at it, and what is on its way to the log.

The log in the database is the truth. The document in memory is ahead of it only by updates that are being
committed, and nobody is shown those before they are. A room runs in the event loop; threads ask the database.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError
from pycrdt import merge_updates

from strategy.document import MOST_BEGUN, MOST_CARDS, MOST_DRAFTED
from strategy.live import protocol, store
from strategy.live.awareness import Awareness
from strategy.live.copy import Copy
from strategy.live.flow import Allowance
from strategy.live.gate import Bell, Gate
from strategy.live.refusals import (
    FAILED,
    TOO_BIG,
    TOO_FAST,
    WORN_OUT,
    Refused,
)
from strategy.live.shape import shape_of
from strategy.live.threads import reading
from strategy.live.writer import Item
from strategy.models import Sheet
from strategy.queries.rooms import Locks, Standing, locks_of

logger = logging.getLogger(__name__)
MOST_BYTES = 8 * 1024 * 1024  # of an encoded document
# Client ids in a document. Each page load that wrote something leaves one for ever, and so does each process
# of the server that changed something (strategy.live.pens): 10,000 are years of a busy canvas. Even if all
# write at the same place, as only an attacker makes them do, the document is read in seconds.
MOST_WRITERS = 10_000
# New client ids that one seat may bring at once, and from then on, so that nobody uses them up alone
MOST_NEW_WRITERS, NEW_EACH_SECOND = 200.0, 1 / 60
MERGED_AT_ONCE = 100  # updates; twice as many take more than twice the time
NEW = b"\x00"  # the state vector of a window that has nothing


class Room:
    # At most 29 attributes. From the 30th on, Python no longer keeps their names once for all rooms, and each
    # room takes 1.3 kB more
    def __init__(self, hub: Any, sheet: int) -> None:
        self.hub, self.sheet = hub, sheet
        self.canvas = self.study = 0
        self.most = MOST_CARDS
        self.conns: set[Any] = set()
        self.copy: Copy | None = None  # None while nobody writes: the log has all of it
        self.waking: asyncio.Task[Copy] | None = None  # while the document is read
        self.state = NEW  # the state vector of the document, while there is no copy of it
        self.used_at, self.is_given_up = hub.loop.time(), False
        self.seq = 0  # of the log: everything up to this update has been shown here
        # Numbers behind `seq` that have been shown too; those between were written by other processes
        self.ahead: set[int] = set()
        self.size = 0  # bytes of the encoded document at most, by the sum of its updates
        # Updates on their way to the log, in order. A deque takes ten times the memory in each room at rest
        self.inflight: list[Item] = []
        self.mending = False
        self.gate, self.still = Gate(), Bell()
        self.brought: dict[str, Allowance] = {}  # seat -> how many new clients it may still bring
        self.awareness = Awareness(self)
        self.catching = False
        self.locks, self.locks_asked_at = Locks(), 0.0
        self.opening: asyncio.Task[None] | None = None  # None once it is open
        self.standing: Standing | None = None  # what the last look found, which people were told
        self.news_waiting, self.told_at = False, 0.0

    async def open(self) -> None:
        """Reads all that the room needs; whoever comes in waits for it. Started by the hub as a task."""
        sheet = await reading(Sheet.objects.get, pk=self.sheet)
        self.canvas, self.study = sheet.canvas_id, sheet.study_id
        self.most = MOST_DRAFTED if sheet.seat else MOST_CARDS
        await self.hub.wakes.listen(self.study)  # before the log is read: nothing falls between
        await self.read_locks()
        self.seq = -1  # nobody here has been shown anything yet, so _wake() shows nothing
        await self.awake()
        self.opening = None

    # --- the document in memory ------------------------------------------------------------------------
    async def awake(self) -> Copy:
        """The document, read from the log if it is not in memory: once for all who wait for it. Raises
        DatabaseError, or Refused if the room was given up."""
        if self.copy is not None:
            return self.copy
        if self.is_given_up:
            raise FAILED
        if self.waking is None:
            self.waking = self.hub.loop.create_task(self._wake())
        return await asyncio.shield(self.waking)

    async def _wake(self) -> Copy:
        try:
            loaded = await reading(store.load, self.sheet)
        finally:
            self.waking = None
        self.copy = copy = Copy(loaded.doc, self.locks, self.most, loaded.whole)
        self.size, self.used_at = len(copy.encoded()), self.hub.loop.time()
        if loaded.seq > self.seq >= 0:  # others wrote, and may have folded it into the snapshot already
            self._show_updates([copy.doc.get_update(self.state)])
        self.seq = max(self.seq, loaded.seq)
        return copy

    def may_rest(self, quiet: float) -> bool:
        """Whether the document was not needed for `quiet` seconds, and nothing is under way."""
        busy = self.inflight or self.mending or self.catching or self.ahead or self.gate.holders
        return self.copy is not None and not busy and self.hub.loop.time() - self.used_at >= quiet

    def rest(self) -> None:
        """Lets go of the document; it is read again as soon as somebody needs it."""
        if self.copy is not None:
            self.state = self.copy.doc.get_state()
            self.copy.close()
            self.copy = None

    def give_up(self) -> None:
        """Lets go of the document for good. The hub has forgotten the room: who comes now gets a new one."""
        self.is_given_up = True
        self.rest()

    @property
    def is_draft(self) -> bool:
        """Whether it is what one person writes silently, and nobody else sees."""
        return self.most == MOST_DRAFTED

    def count(self) -> int:
        """How many cards are on it; 0 while there is no document in memory."""
        return len(self.copy.watch.cards) if self.copy else 0

    def state_vector(self) -> bytes:
        return self.state if self.copy is None else self.copy.doc.get_state()

    # --- reading ---------------------------------------------------------------------------------------
    async def missing(self, state: bytes) -> bytes:
        """What somebody whose state vector is `state` lacks. Answered when everything in the document is
        committed, so that nobody is shown what might not be kept. Raises DatabaseError, Refused,
        BadMessage."""
        with self.gate.held():
            while self.inflight or self.mending:
                await self.still.wait()
            copy = await self.awake()
            self.used_at = self.hub.loop.time()
            return copy.encoded() if state == NEW else copy.lacking(state)

    # --- taking updates --------------------------------------------------------------------------------
    async def take(self, conn: Any, update: bytes, count: int = 1) -> bool:
        """Applies an update and puts it on its way to the log. When it is committed, `count` messages of
        `conn` are acknowledged. Called in the event loop for each update of a browser.

        False if it builds on others that have not arrived here: nothing is kept of it. Raises Refused if it
        is not allowed, BadMessage, and DatabaseError. Most rules can only be judged on the changed document,
        and a change cannot be taken back; so after a refusal the document is built anew.
        """
        copy = await self._open_copy()
        shape = shape_of(update)
        self._check_writers(copy, conn.seat.key, shape.writers)
        self._check_size(copy, update)
        if copy.skips(update):
            return False
        if self.is_draft and shape.types:  # it may add a card
            copy.most = min(MOST_DRAFTED, MOST_CARDS + MOST_BEGUN - self.hub.cards_beside(self))
        try:
            taken = copy.takes(update, shape, conn.seat.leads)
        except Refused:
            await self._mend()
            raise
        if not taken:
            await self._mend()
            return False
        if copy.watch.saw_a_change:
            self._send_to_the_log(Item(self.sheet, conn.seat.key, update, conn, self, count, []))
        else:
            self.size -= len(update)
            self.settle(conn, count)
        return True

    async def _open_copy(self) -> Copy:
        """The document, once nobody holds the gate. There is no await between the last look at the gate and
        the return, so nobody can have closed it again."""
        while True:
            await self.gate.passed()
            if self.copy is not None:
                self.used_at = self.hub.loop.time()
                return self.copy
            await self.awake()

    def _send_to_the_log(self, item: Item) -> None:
        self.inflight.append(item)
        self.hub.writer.put(item)

    def settle(self, conn: Any, count: int) -> None:
        """Acknowledges messages that change nothing. What they say may be on its way to the log just now;
        then they are acknowledged when the last update that is under way is committed."""
        if self.inflight:
            self.inflight[-1].also.append((conn, count))
        else:
            conn.committed(count)

    def _check_writers(self, copy: Copy, seat: str, writers: frozenset[int]) -> None:
        known = copy.writers(writers)
        new = len(writers - known)
        if new and len(known) + new > MOST_WRITERS:
            raise WORN_OUT
        allowance = self.brought.setdefault(seat, Allowance(NEW_EACH_SECOND, MOST_NEW_WRITERS))
        if new and not allowance.takes(new):
            raise TOO_FAST

    def _check_size(self, copy: Copy, update: bytes) -> None:
        if self.size + len(update) > MOST_BYTES:
            self.size = len(copy.encoded())  # the sum of updates is more than what they leave behind
        if self.size + len(update) > MOST_BYTES:
            raise TOO_BIG
        self.size += len(update)

    async def _mend(self) -> None:
        """Builds the document anew, from the log and the updates that are on their way into it."""
        with self.gate.held():
            self.mending = True
            # Before the log is read: what is committed after that would be in neither
            waiting = list(self.inflight)
            try:
                doc = (await reading(store.load, self.sheet)).doc
                for item in waiting:
                    store.apply(doc, item.data)
                if self.copy is not None:
                    self.copy.close()
                    self.copy = Copy(doc, self.locks, self.most)
            except DatabaseError:
                self.reset()
            finally:
                self.mending = False
                self._note_still()

    def _note_still(self) -> None:
        if not self.inflight and not self.mending:
            self.still.ring()

    # --- what is committed -----------------------------------------------------------------------------
    def committed(self, items: Sequence[Item], seqs: Sequence[int]) -> None:
        """Called by the hub when updates of this room are committed, with their numbers in the log; without
        numbers they could not be written. They are shown to the others as one frame, then acknowledged."""
        del self.inflight[: len(items)]
        if not seqs:
            return self.reset()
        self._note_still()
        self._fan_out(items)
        self._acknowledge(items)
        self._count(seqs)
        self.hub.changed(self, seqs[-1])
        return None

    def _acknowledge(self, items: Sequence[Item]) -> None:
        counts: Counter[Any] = Counter()
        for item in items:
            for conn, count in [(item.conn, item.messages), *item.also]:
                counts[conn] += count
        for conn, count in counts.items():
            conn.committed(count)

    def _fan_out(self, items: Sequence[Item]) -> None:
        sources = {item.conn for item in items}
        only = sources.pop() if len(sources) == 1 else None
        self._show_updates([item.data for item in items], skip=only)

    def _count(self, seqs: Sequence[int]) -> None:
        self.ahead.update(seqs)
        self._advance()
        if self.ahead:  # another process wrote in between
            self.catch_up_soon()

    def _advance(self) -> None:
        while self.seq + 1 in self.ahead:
            self.seq += 1
            self.ahead.remove(self.seq)

    def reset(self) -> None:
        """After a failure, when nothing here can be trusted: closes all connections. The browsers come back
        by themselves, into a new room, and send again what the log lacks."""
        self.hub.forget(self)
        for conn in list(self.conns):
            conn.shut(FAILED)

    # --- what other processes wrote --------------------------------------------------------------------
    def catch_up_soon(self) -> None:
        if not self.catching:
            self.catching = True
            self.hub.start(self._catch_up())

    async def _catch_up(self) -> None:
        """Reads what other processes wrote, and shows it here."""
        try:
            if self.copy is None:  # reading the document shows what is new as well
                await self.awake()
                return None
            rows = await reading(store.tail, self.sheet, self.seq)
            if rows is None:  # folded away: compare whole documents
                return await self._catch_up_from_snapshot()
            self._take_over(await self._open_copy(), [row.data for row in rows if row.seq not in self.ahead])
            self.ahead.update(row.seq for row in rows if row.seq > self.seq)
            self._advance()
        except (DatabaseError, Refused) as error:
            logger.warning("sheet %s cannot be read: %s", self.sheet, type(error).__name__)
        finally:
            self.catching = False
        return None

    async def _catch_up_from_snapshot(self) -> None:
        loaded = await reading(store.load, self.sheet)
        copy = await self._open_copy()
        self._take_over(copy, [loaded.doc.get_update(copy.doc.get_state())])
        self.seq = max(self.seq, loaded.seq)
        self.ahead = {seq for seq in self.ahead if seq > self.seq}
        self._advance()

    def _take_over(self, copy: Copy, updates: list[bytes]) -> None:
        readable = [update for update in updates if copy.take_over(update)]
        copy.watch.learn_lanes()
        self._show_updates(readable)

    def _show_updates(self, updates: Sequence[bytes], skip: Any = None) -> None:
        for frame in update_frames(updates):
            self.show(frame, skip)

    # --- people ----------------------------------------------------------------------------------------
    def show(self, frame: bytes, skip: Any = None) -> None:
        for conn in list(self.conns):
            if conn is not skip:
                conn.push(frame)

    def leave(self, conn: Any) -> None:
        self.conns.discard(conn)
        self.awareness.leave(conn)

    # --- locks -------------------------------------------------------------------------------------------
    async def read_locks(self) -> None:
        """Asks which cards and lanes are locked. If two answers overtake each other, the later question
        counts."""
        asked_at = self.hub.loop.time()
        try:
            locks = await reading(locks_of, self.canvas)
        except DatabaseError:
            return self.reset()
        if asked_at >= self.locks_asked_at:
            self.locks, self.locks_asked_at = locks, asked_at
            if self.copy is not None:
                self.copy.watch.lock(locks)
        return None


def update_frames(updates: Sequence[bytes]) -> list[bytes]:
    """Sync frames with these updates, merged into as few frames as can be done quickly."""
    parts = [updates[at : at + MERGED_AT_ONCE] for at in range(0, len(updates), MERGED_AT_ONCE)]
    merged = [part[0] if len(part) == 1 else merge_updates(*part) for part in parts]
    return [protocol.sync(protocol.UPDATE, each) for each in merged]
