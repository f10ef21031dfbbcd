"""One sheet that is open in this process: its document, who looks at it, and what is on its way to the log.

The log in the database is the truth. The document runs ahead of it only by updates that are being committed;
nobody is shown these before they are.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError
from pycrdt import Doc, get_update, merge_updates

from strategy.document import MOST_CARDS, MOST_DRAFTED, new_doc
from strategy.live import protocol, store
from strategy.live.flow import Allowance
from strategy.live.gate import Gate
from strategy.live.people import People
from strategy.live.refusals import (
    FAILED,
    LOCKED,
    TOO_BIG,
    TOO_FAST,
    TOO_LARGE,
    TOO_MANY,
    TOO_MANY_DRAFTED,
    TOO_MUCH,
    UNREADABLE,
    WORN_OUT,
    Refused,
)
from strategy.live.shape import Shape, shape_of
from strategy.live.threads import reading
from strategy.live.watch import Watch
from strategy.live.writer import Item
from strategy.models import Sheet
from strategy.queries.rooms import Standing, locks_of

logger = logging.getLogger(__name__)
MOST_BYTES = 8 * 1024 * 1024  # of an encoded document
# Each page that was loaded and written on is a client for ever, and so is each process of the server that
# changed something (strategy.live.pens): years of a busy canvas. So many at one place, as nobody but an
# attacker puts them, are still read in seconds.
MOST_WRITERS = 10_000
MOST_NEW_WRITERS, NEW_EACH_SECOND = 200.0, 1 / 60  # of one seat, so that nobody alone wears a canvas out
LARGEST_STATE = 2048  # characters of what a window says of itself
LARGEST_SAYING = 64 * 1024  # bytes; a hundred people with cursors are 25 kB
MERGED_AT_ONCE = 100  # merging costs more than in proportion
PRESENCE_EVERY = 0.33  # s
AT_ONCE = 0.02  # s, so that what several people do in the same moment becomes one frame


class Room:
    def __init__(self, hub: Any, sheet: int) -> None:
        self.hub, self.sheet = hub, sheet
        self.canvas = self.study = 0
        self.most = MOST_CARDS
        self.conns: set[Any] = set()
        self.doc: Doc[Any] = new_doc()
        self.seq = 0  # everything up to here has been passed on
        self.ahead: set[int] = set()  # own updates behind a gap that others' fill
        self.size = 0  # bytes of the encoded document, at least
        self.inflight: deque[Item] = deque()
        self.mending = False
        self.gate, self.still = Gate(), asyncio.Event()
        self.known: dict[int, int] = {}  # client -> how much of it the document has, at least
        self.brought: dict[str, Allowance] = {}  # seat -> how many clients may still come with it
        self.whole: bytes | None = None  # the document encoded, until it changes
        self.people, self.relaying, self.relayed_at = People(), False, 0.0
        self.catching = False
        self.watch = Watch(self.doc)
        self.ready: asyncio.Task[None] | None = None
        self.standing: Standing | None = None  # as people were last told
        self.news_waiting, self.told_at = False, 0.0

    async def open(self) -> None:
        sheet = await reading(Sheet.objects.get, pk=self.sheet)
        self.canvas, self.study = sheet.canvas_id, sheet.study_id
        self.most = MOST_DRAFTED if sheet.seat else MOST_CARDS
        await self.hub.wakes.listen(self.study)  # before the log is read: nothing falls between
        self.doc, self.seq, _rows = await reading(store.load, self.sheet)
        self.watch.follow(self.doc)
        await self.read_locks()
        self.size = len(self._encoded())
        self._note_still()

    # --- reading ---------------------------------------------------------------------------------------
    async def missing(self, state: bytes) -> bytes:
        """What somebody who has `state` lacks, once everything in the document is committed."""
        with self.gate.held():
            while self.inflight or self.mending:
                await self.still.wait()
            if state == b"\x00":
                return self._encoded()
            try:
                return self.doc.get_update(state)
            except ValueError as error:
                raise UNREADABLE from error

    def _encoded(self) -> bytes:
        """Once for each change, not once for each browser."""
        if self.whole is None:
            self.whole = self.doc.get_update()
        return self.whole

    # --- taking updates --------------------------------------------------------------------------------
    async def take(self, conn: Any, update: bytes, count: int = 1) -> bool:
        """Puts an update on its way to the log; False: others that it builds on have not arrived here.
        Once it is committed, so many messages are acknowledged to `conn`.

        Raises Refused. Trying is the only way to know whether an update can be applied, so what is refused
        afterwards is forgotten by building the document anew.
        """
        await self.gate.passed()
        shape = shape_of(update)
        self._check_writers(conn.seat.key, shape.writers)
        self._check_size(update)
        if self._skips(update):
            return False
        try:
            taken = self._try(conn, update, shape)
        except Refused:
            await self._mend()
            raise
        if not taken:
            await self._mend()
            return False
        if self.watch.saw_a_change:
            self._send_to_the_log(Item(self.sheet, conn.seat.key, update, conn, self, count, []))
        else:
            self.size -= len(update)
            self.settle(conn, count)
        return True

    def _send_to_the_log(self, item: Item) -> None:
        self.inflight.append(item)
        self.still.clear()
        self.hub.writer.put(item)

    def settle(self, conn: Any, count: int) -> None:
        """Acknowledges messages that say nothing new, once everything that may hold it is committed."""
        if self.inflight:
            self.inflight[-1].also.append((conn, count))
        else:
            conn.committed(count)

    def _check_writers(self, seat: str, writers: frozenset[int]) -> None:
        if not writers <= self.known.keys():
            self.known = protocol.clocks(self.doc.get_state())
        new = len(writers - self.known.keys())
        if new and len(self.known) + new > MOST_WRITERS:
            raise WORN_OUT
        allowance = self.brought.setdefault(seat, Allowance(NEW_EACH_SECOND, MOST_NEW_WRITERS))
        if new and not allowance.takes(new):
            raise TOO_FAST

    def _check_size(self, update: bytes) -> None:
        if self.size + len(update) > MOST_BYTES:
            self.size = len(self._encoded())  # the sum of updates is more than what they leave
        if self.size + len(update) > MOST_BYTES:
            raise TOO_BIG
        self.size += len(update)

    def _skips(self, update: bytes) -> bool:
        """A gap before the update is seen without applying it."""
        begin = protocol.begins(update)
        return begin is not None and begin[1] > self._clock(*begin)

    def _try(self, conn: Any, update: bytes, shape: Shape) -> bool:
        before = len(self.watch.cards)
        self.watch.begin()
        try:
            store.apply(self.doc, update)
        except store.Unreadable as error:
            raise UNREADABLE from error
        if self.watch.saw_a_change:
            self.whole = None
        with self.doc.transaction():  # one for all that is asked, instead of one for each question
            self._judge(conn, shape, before)
            return self._is_complete(update)

    def _judge(self, conn: Any, shape: Shape, before: int) -> None:
        """What the update made of the document, which had so many cards before."""
        if shape.types and self.watch.is_misshapen():
            raise UNREADABLE
        if shape.writers and self.watch.is_too_much():  # else it only takes away
            raise TOO_MUCH
        if before < len(self.watch.cards) > self.most:
            raise TOO_MANY_DRAFTED if self.most == MOST_DRAFTED else TOO_MANY
        if self.watch.breaks_lock() and not conn.seat.leads:
            raise LOCKED

    def _is_complete(self, update: bytes) -> bool:
        """Nothing of it waits for something that is not there: every beginning of the log is a document."""
        left = get_update(update, self.doc.get_state())
        if left[:1] != b"\x00":
            return False
        return all(end <= self._clock(client, end) for client, end in protocol.deletions(left))

    def _clock(self, client: int, wanted: int) -> int:
        if self.known.get(client, 0) < wanted:
            self.known = protocol.clocks(self.doc.get_state())
        return self.known.get(client, 0)

    async def _mend(self) -> None:
        """The document anew: the log, and what is on its way into it."""
        with self.gate.held():
            self.mending = True
            self.still.clear()
            waiting = list(self.inflight)  # committed after the log was read, it would be in neither
            try:
                doc = (await reading(store.load, self.sheet)).doc
                for item in waiting:
                    store.apply(doc, item.data)
                self.doc, self.whole, self.known = doc, None, {}
                self.watch.follow(doc)
            except DatabaseError:
                self.reset()
            finally:
                self.mending = False
                self._note_still()

    def _note_still(self) -> None:
        if not self.inflight and not self.mending:
            self.still.set()

    # --- what is committed -----------------------------------------------------------------------------
    def committed(self, items: Sequence[Item], seqs: Sequence[int]) -> None:
        """One commit of this room's updates: shown to the others as one frame, then acknowledged. Without
        numbers they could not be kept."""
        for _ in items:
            self.inflight.popleft()
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
        for frame in update_frames([item.data for item in items]):
            self.show(frame, skip=only)

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
        """Nothing here can be trusted: everybody comes back and compares states with the log."""
        self.hub.forget(self)
        for conn in list(self.conns):
            conn.shut(FAILED)

    # --- what other processes wrote --------------------------------------------------------------------
    def catch_up_soon(self) -> None:
        if not self.catching:
            self.catching = True
            self.hub.start(self._catch_up())

    async def _catch_up(self) -> None:
        try:
            rows = await reading(store.tail, self.sheet, self.seq)
            if rows is None:  # folded away: compare whole documents
                return await self._catch_up_from_snapshot()
            await self.gate.passed()
            self._take_over([row.data for row in rows if row.seq not in self.ahead])
            self.ahead.update(row.seq for row in rows if row.seq > self.seq)
            self._advance()
        except DatabaseError as error:
            logger.warning("sheet %s cannot be read: %s", self.sheet, type(error).__name__)
        finally:
            self.catching = False
        return None

    async def _catch_up_from_snapshot(self) -> None:
        loaded = await reading(store.load, self.sheet)
        await self.gate.passed()
        self._take_over([loaded.doc.get_update(self.doc.get_state())])
        self.seq = max(self.seq, loaded.seq)
        self.ahead = {seq for seq in self.ahead if seq > self.seq}
        self._advance()

    def _take_over(self, updates: list[bytes]) -> None:
        readable = [update for update in updates if self._applied(update)]
        self.whole = None
        self.watch.learn_lanes()
        for frame in update_frames(readable):
            self.show(frame)

    def _applied(self, update: bytes) -> bool:
        """What cannot be read is set aside by whoever loads the log."""
        try:
            store.apply(self.doc, update)
        except store.Unreadable:
            return False
        return True

    # --- people ----------------------------------------------------------------------------------------
    def show(self, frame: bytes, skip: Any = None) -> None:
        for conn in list(self.conns):
            if conn is not skip:
                conn.push(frame)

    def say(self, conn: Any, payload: bytes) -> None:
        """Only of its own windows: browsers repeat what they heard of others, which may be a full room."""
        if len(payload) > LARGEST_SAYING:
            raise TOO_LARGE
        for client, clock, state in protocol.read_presences(payload):
            if state == protocol.GONE and client not in self.people.known:
                continue
            if len(state) > LARGEST_STATE:
                raise TOO_LARGE
            if self.people.may_speak(conn, client):
                self.people.say(conn, client, clock, protocol.signed(state, self._user(conn)))
        self._relay_soon()

    def _user(self, conn: Any) -> dict[str, Any]:
        seat = conn.seat
        colour = self.people.colour(seat.key)
        return {"key": seat.key, "name": seat.name, "role": seat.role.value, "colour": colour}

    def leave(self, conn: Any) -> None:
        self.conns.discard(conn)
        self.people.leave(conn)
        self._relay_soon()

    def _relay_soon(self) -> None:
        if self.relaying or not self.people.changed:
            return
        self.relaying = True
        wait = self.relayed_at + PRESENCE_EVERY - self.hub.loop.time()
        self.hub.loop.call_later(max(AT_ONCE, wait), self._relay)

    def _relay(self) -> None:
        self.relaying, self.relayed_at = False, self.hub.loop.time()
        frame = protocol.presences(self.people.news())
        self.show(frame)
        self.hub.wakes.pass_on(self.study, what="people", sheet=self.sheet, frame=frame)

    def hear(self, frame: bytes) -> None:
        """Cursors of people whom another process serves."""
        for said in protocol.read_presences(protocol.read(frame).payload):
            self.people.hear(said)
        self.show(frame)

    # --- locks -------------------------------------------------------------------------------------------
    async def read_locks(self) -> None:
        try:
            self.watch.lock(await reading(locks_of, self.canvas))
        except DatabaseError:
            self.reset()


def update_frames(updates: Sequence[bytes]) -> list[bytes]:
    """As few frames as can be made quickly."""
    parts = [updates[at : at + MERGED_AT_ONCE] for at in range(0, len(updates), MERGED_AT_ONCE)]
    merged = [part[0] if len(part) == 1 else merge_updates(*part) for part in parts]
    return [protocol.sync(protocol.UPDATE, each) for each in merged]
