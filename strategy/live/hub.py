"""Everything that is open in this process: the rooms, and the helpers that work for all of them.

The writer fills the log, the desk writes rows of cards, wakes carry messages between processes, the lookout
finds what others did, and the doorkeeper sees who signed out. A hub runs in the event loop.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from typing import Any, ClassVar

from django.db import DatabaseError

from strategy.live.desk import Desk
from strategy.live.door import enter
from strategy.live.doorkeeper import Doorkeeper
from strategy.live.lookout import Lookout
from strategy.live.protocol import event
from strategy.live.refusals import COME_AGAIN, MOST_WINDOWS, SIGNED_OUT, TOO_MANY_WINDOWS, Refused
from strategy.live.room import Room
from strategy.live.threads import reading, writing
from strategy.live.wakes import Wakes
from strategy.live.writer import Item, Writer
from strategy.queries import rooms as queries
from studies.memory import collect, settle_again
from studies.news import on_news

logger = logging.getLogger(__name__)
RIGHTS_EVERY = 60.0  # s; links expire, which nobody tells
NEWS_EVERY = 0.5  # s between two news for one room
LINGER = 10.0  # s that an empty room stays open, because people reload pages
QUIET = 15.0  # s without an update or a question, after which a room lets go of its document
LETTING_GO_EVERY = 5.0  # s


class Hub:
    """One for each event loop, which is one for each process."""

    by_loop: ClassVar[dict[asyncio.AbstractEventLoop, Hub]] = {}

    @classmethod
    def here(cls) -> Hub:
        loop = asyncio.get_running_loop()
        if loop not in cls.by_loop:
            cls.by_loop[loop] = cls(loop)
        return cls.by_loop[loop]

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop, self.tasks = loop, set[asyncio.Task[None]]()
        self.rooms: dict[int, Room] = {}
        self.writer = Writer(loop, self._committed)
        self.wakes = Wakes(self.start, self._hear)
        self.desk, self.lookout, self.doorkeeper = Desk(self), Lookout(self), Doorkeeper(self)
        self.is_littered = False
        # Canvas -> sheet -> number of cards, of canvases where somebody writes silently
        self.cards: dict[int, dict[int, int]] = {}
        on_news(self._pass_news_on)
        self.start(self._recheck_now_and_then())
        self.start(self._let_go_now_and_then())

    def _pass_news_on(self, study: int) -> None:
        """Called in whichever thread committed something."""
        self.loop.call_soon_threadsafe(self._news_from_here, study)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs work as a task, and keeps the task until it is done: the event loop alone might lose it."""
        task = self.loop.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("canvas: %s", type(error).__name__, exc_info=error)

    # --- rooms -----------------------------------------------------------------------------------------
    async def join(self, conn: Any) -> Room:
        """Puts a connection into the room of its sheet, which is opened if need be. Raises Refused for one
        window too many, and DatabaseError."""
        await self.lookout.begin()
        room = self.rooms.get(conn.sheet)
        if room is None:
            room = self.rooms[conn.sheet] = Room(self, conn.sheet)
            room.opening = self.loop.create_task(room.open())
        if sum(other.seat.key == conn.seat.key for other in room.conns) >= MOST_WINDOWS:
            raise TOO_MANY_WINDOWS
        room.conns.add(conn)
        try:
            if room.opening is not None:
                await asyncio.shield(room.opening)
        except BaseException:
            self._give_up(room, conn)
            raise
        self.doorkeeper.look_soon()  # rights may have changed since enter() was asked
        return room

    def _give_up(self, room: Room, conn: Any) -> None:
        """`conn` did not come in: the room could not be opened, or the browser left before it was."""
        room.conns.discard(conn)
        if room.opening is not None and room.opening.done():  # it failed
            self.forget(room)

    def leave(self, room: Room, conn: Any) -> None:
        if conn not in room.conns:
            return
        room.leave(conn)
        self.is_littered = True
        if not room.conns:
            self.loop.call_later(LINGER, self._close, room)

    def _close(self, room: Room) -> None:
        if room.conns or self.rooms.get(room.sheet) is not room:
            return
        is_at_rest = room.copy is None
        self.forget(room)
        if not is_at_rest:
            self.desk.close(room)

    async def _let_go_now_and_then(self) -> None:
        """Takes the documents of quiet rooms out of memory: while people only look, the log holds all of it.
        Then runs the garbage collector. What people leave behind refers to itself, so only the collector
        frees it, and by itself it would come once in days."""
        await writing(settle_again)  # what the pages before the first canvas left
        while True:
            await asyncio.sleep(LETTING_GO_EVERY)
            quiet = [room for room in self.rooms.values() if room.may_rest(QUIET)]
            for room in quiet:
                room.rest()
                self.desk.close(room)
            # What is put away now is collected next time
            was_littered, self.is_littered = self.is_littered, bool(quiet)
            if was_littered:
                await writing(collect if self.rooms else settle_again)

    def forget(self, room: Room) -> None:
        """Takes a room out of use: whoever comes next gets a new one."""
        if self.rooms.get(room.sheet) is room:
            del self.rooms[room.sheet]
        room.give_up()
        self.is_littered = True
        if room.study and not any(other.study == room.study for other in self.rooms.values()):
            self.start(self.wakes.leave(room.study))

    # --- what this process wrote -----------------------------------------------------------------------
    def _committed(self, sheet: int, items: Sequence[Item], last: int | None) -> None:
        """Called by the writer with the updates of one sheet and the number of the last one; None: they could
        not be written. Each is told to the room that sent it: that may be one which was given up meanwhile,
        beside a new one for the same sheet."""
        seqs = range(last - len(items) + 1, last + 1) if last is not None else range(0)
        for room in {item.room: None for item in items}:
            mine = [place for place, item in enumerate(items) if item.room is room]
            room.committed([items[place] for place in mine], [seqs[place] for place in mine if seqs])

    def changed(self, room: Room, seq: int) -> None:
        """Called by a room when updates of it are committed."""
        self.wakes.pass_on(room.study, what="updates", sheet=room.sheet, seq=seq)
        self.desk.note(room)

    def _news_from_here(self, study: int) -> None:
        """A page of this process changed something. strategy.live.wakes tells the other processes."""
        if any(room.study == study for room in self.rooms.values()):
            self.lookout.look_soon()
            self.doorkeeper.look_soon()

    # --- what others wrote -----------------------------------------------------------------------------
    def commits_of_others(self) -> int:
        """Another number after others committed, on SQLite; elsewhere always 0."""
        return self.writer.quick.commits_of_others() if self.writer.quick else 0

    def _hear(self, message: dict[str, Any]) -> None:
        room = self.rooms.get(message.get("sheet", 0))
        if message["what"] == "look":
            self.lookout.look_soon()
            self.doorkeeper.look_soon()
        elif room is None or room.opening is not None:
            return
        elif message["what"] == "people":
            room.awareness.hear(message["frame"])
        elif message["seq"] > room.seq:
            room.catch_up_soon()

    async def found(
        self, rooms: dict[int, Room], standings: list[queries.Standing], entries: list[queries.Entry]
    ) -> None:
        """Called by the lookout with what it found: where the sheets of these rooms stand, and new entries of
        the history."""
        stirred = {entry.study for entry in entries if entry.is_news}
        shaken = {entry.study for entry in entries if entry.may_change_rights}
        there = {standing.sheet: standing for standing in standings}
        for sheet, room in rooms.items():
            if sheet in there:
                self._compare(room, there[sheet], stirred, shaken)
            else:
                self._sheet_is_gone(room)
        await self._count_cards()

    def _sheet_is_gone(self, room: Room) -> None:
        """A draft ends when it is revealed. Any other sheet goes with its canvas, so nobody has a seat
        there."""
        if not room.is_draft:
            return self.start(self.recheck(list(room.conns)))
        for conn in list(room.conns):
            conn.reveal()
        return None

    def _compare(self, room: Room, now: queries.Standing, stirred: set[int], shaken: set[int]) -> None:
        if now.seq > room.seq and not room.inflight:
            room.catch_up_soon()
        if room.standing is None or room.standing.shown != now.shown:  # the large screen shows rows of cards
            room.show(event(type="rows"))
        before, room.standing = room.standing or now, now
        if (before.rights, before.room) != (now.rights, now.room) or room.study in stirred:
            self.start(self._tell_news(room))
        elif not room.is_draft:
            self._tell_voters(room, before.dots, now.dots)
        if before.rights != now.rights or room.study in shaken:
            self.start(self.recheck(list(room.conns)))

    # --- hidden cards ----------------------------------------------------------------------------------
    def hidden_on(self, sheet: int) -> int | None:
        """How many cards a draft holds, if its document is in memory."""
        room = self.rooms.get(sheet)
        return room.count() if room and room.copy and room.is_draft else None

    def cards_beside(self, room: Room) -> int:
        """How many cards its canvas has on other sheets: counted in documents that are in memory here, else
        as the last look counted them in the database."""
        there = [other for other in self.rooms.values() if other.canvas == room.canvas and other.copy]
        here = {other.sheet if other.is_draft else 0: other.count() for other in there}
        sheets = self.cards.get(room.canvas, {}) | here
        return sum(cards for sheet, cards in sheets.items() if sheet != room.sheet)

    async def _count_cards(self) -> None:
        """Counts the cards of canvases where somebody writes silently, and tells those who do when the canvas
        has become full or is no longer full."""
        silent = {room.canvas for room in self.rooms.values() if room.is_draft and room.study}
        before, self.cards = self.cards, await reading(queries.cards_on, silent) if silent else {}
        for room in self.rooms.values():
            was, now = (queries.is_full(each.get(room.canvas, {})) for each in (before, self.cards))
            if room.is_draft and was != now:
                self.start(self._say_news(room))

    # --- news and rights -------------------------------------------------------------------------------
    async def _tell_news(self, room: Room) -> None:
        """Tells a room's pages to ask for the facts again. Several changes within a moment are told once,
        after the last of them."""
        await room.read_locks()  # before anybody is told that something is locked
        if not room.is_draft:  # who writes there is told in the room that all share
            await self._say_news(room)

    async def _say_news(self, room: Room) -> None:
        if room.news_waiting:
            return
        room.news_waiting = True
        await asyncio.sleep(max(0.0, room.told_at + NEWS_EVERY - self.loop.time()))
        room.news_waiting, room.told_at = False, self.loop.time()
        room.show(event(type="news"))

    def _tell_voters(self, room: Room, before: queries.Dots, now: queries.Dots) -> None:
        """Tells news only to those whose own dots changed: nobody else sees them, and if all were told, a
        full room that votes would ask for the facts without end."""
        for conn in room.conns if before != now else ():
            if before.get(conn.seat.key) != now.get(conn.seat.key):
                conn.push(event(type="news"))

    async def _recheck_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(RIGHTS_EVERY)
            await self.recheck([conn for room in self.rooms.values() for conn in room.conns])

    async def recheck(self, conns: list[Any]) -> None:
        """Asks for the rights of these connections again, and closes those that have none any more."""
        for conn in conns:
            try:
                conn.reseat(await reading(enter, conn.scope, conn.canvas_id, conn.draft))
            except Refused as refused:
                conn.shut(COME_AGAIN if refused is SIGNED_OUT else refused)
            except DatabaseError:
                conn.stamp = None  # the doorkeeper asks again
