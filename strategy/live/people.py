"""Who is in a room, and where their cursors are (y-protocols' awareness). None of it is ever stored."""

from __future__ import annotations

import time
from typing import Any, NamedTuple
from zlib import crc32

from strategy.live.protocol import GONE, Presence, presences

COLOURS = 12
MOST_WINDOWS = 8  # of one connection; a browser has one, and two for a moment after it was reloaded
MOST_CLOCKS = 5_000  # also kept of windows that left
FORGOTTEN_AFTER = (
    45.0  # s without a word; browsers repeat their state every 15 s, and forget others after 30 s
)


class Known(NamedTuple):
    """A window and what it last said. `conn` is None if another process serves it."""

    conn: Any
    seat: str
    said: Presence
    at: float


class People:
    """The browser windows of one room. Only the connection that brought a window may speak for it."""

    def __init__(self) -> None:
        self.known: dict[int, Known] = {}
        self.clocks: dict[int, int] = {}  # client -> as told to others, who pass over anything older
        self.changed: set[int] = set()
        self.colours: dict[str, int] = {}  # seat -> index

    def may_speak(self, conn: Any, client: int) -> bool:
        """Whether `conn` may speak for a window: its own; a new one; or one of the same seat, because a
        window that lost its connection comes back before the old connection is found dead."""
        known = self.known.get(client)
        if known is None:
            return sum(each.conn is conn for each in self.known.values()) < MOST_WINDOWS
        return known.conn is conn or (known.seat == conn.seat.key and known.conn is not None)

    def say(self, conn: Any, client: int, clock: int, state: str) -> None:
        self._put(conn, conn.seat.key, client, clock, state)
        self.changed.add(client)

    def hear(self, said: Presence) -> None:
        """What another process tells. A window that is connected here is passed over: here we know better."""
        known = self.known.get(said.client)
        if known is None or known.conn is None:
            self._put(None, "", said.client, said.clock, said.state)
            if said.state == GONE:
                del self.known[said.client]

    def _put(self, conn: Any, seat: str, client: int, clock: int, state: str) -> None:
        clock = max(clock, self.clocks.pop(client, -1) + (conn is not None))
        self.clocks[client] = clock  # now the last one, so the first is the one to forget
        if len(self.clocks) > MOST_CLOCKS:
            del self.clocks[next(iter(self.clocks))]
        self.known[client] = Known(conn, seat, Presence(client, clock, state), time.monotonic())

    def leave(self, conn: Any) -> None:
        for client in [client for client, known in self.known.items() if known.conn is conn]:
            self.say(conn, client, 0, GONE)

    def news(self) -> list[Presence]:
        """What was said since the last call, to be passed on. Whoever left is forgotten with it."""
        changed = [self.known[client].said for client in self.changed if client in self.known]
        self.changed.clear()
        for said in changed:
            if said.state == GONE:
                del self.known[said.client]
        return changed

    def everybody(self) -> bytes:
        """One frame that tells somebody who comes in of all others."""
        now = time.monotonic()
        alive = {
            client: known
            for client, known in self.known.items()
            if now - known.at < FORGOTTEN_AFTER and known.said.state != GONE
        }
        return presences(known.said for known in alive.values())

    def colour(self, seat: str) -> int:
        """The index of a seat's colour. Processes choose it alike, except where two seats of a room would get
        the same one."""
        if seat not in self.colours:
            first = crc32(seat.encode()) % COLOURS
            free = (first + step for step in range(COLOURS))
            taken = set(self.colours.values())
            self.colours[seat] = next((each % COLOURS for each in free if each % COLOURS not in taken), first)
        return self.colours[seat]
