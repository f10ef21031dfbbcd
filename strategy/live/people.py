"""Who is in a room and where their cursors are: never stored, and passed on a few times a second."""

from __future__ import annotations

import time
from typing import Any, NamedTuple
from zlib import crc32

from strategy.live.protocol import GONE, Presence, presences

COLOURS = 12
MOST_WINDOWS = 8  # of one connection; a browser has one, and two for a moment after it was reloaded
MOST_CLOCKS = 5_000  # kept of windows that left
FORGOTTEN_AFTER = 45.0  # s; browsers repeat themselves every 15 s and forget others after 30 s


class Known(NamedTuple):
    """`conn` is None for somebody whom another process serves."""

    conn: Any
    seat: str
    said: Presence
    at: float


class People:
    """The browser windows of one room. A window is spoken for only by the connection that brought it."""

    def __init__(self) -> None:
        self.known: dict[int, Known] = {}
        self.clocks: dict[int, int] = {}  # as told to others: a window that comes back must not be too old
        self.changed: set[int] = set()
        self.colours: dict[str, int] = {}  # seat -> index

    def may_speak(self, conn: Any, client: int) -> bool:
        """A window that lost its connection takes its place back before the old one is found dead."""
        known = self.known.get(client)
        if known is None:
            return sum(each.conn is conn for each in self.known.values()) < MOST_WINDOWS
        return known.conn is conn or (known.seat == conn.seat.key and known.conn is not None)

    def say(self, conn: Any, client: int, clock: int, state: str) -> None:
        self._put(conn, conn.seat.key, client, clock, state)
        self.changed.add(client)

    def hear(self, said: Presence) -> None:
        """From another process."""
        known = self.known.get(said.client)
        if known is None or known.conn is None:
            self._put(None, "", said.client, said.clock, said.state)
            if said.state == GONE:
                del self.known[said.client]

    def _put(self, conn: Any, seat: str, client: int, clock: int, state: str) -> None:
        clock = max(clock, self.clocks.pop(client, -1) + (conn is not None))
        self.clocks[client] = clock  # now the last of them
        if len(self.clocks) > MOST_CLOCKS:
            del self.clocks[next(iter(self.clocks))]
        self.known[client] = Known(conn, seat, Presence(client, clock, state), time.monotonic())

    def leave(self, conn: Any) -> None:
        for client in [client for client, known in self.known.items() if known.conn is conn]:
            self.say(conn, client, 0, GONE)

    def news(self) -> list[Presence]:
        """What is to be passed on; whoever left is forgotten with it."""
        changed = [self.known[client].said for client in self.changed if client in self.known]
        self.changed.clear()
        for said in changed:
            if said.state == GONE:
                del self.known[said.client]
        return changed

    def everybody(self) -> bytes:
        """One frame for somebody who comes in."""
        now = time.monotonic()
        alive = {
            client: known
            for client, known in self.known.items()
            if now - known.at < FORGOTTEN_AFTER and known.said.state != GONE
        }
        return presences(known.said for known in alive.values())

    def colour(self, seat: str) -> int:
        """Of a seat, alike in every process unless two in a room would have the same."""
        if seat not in self.colours:
            first = crc32(seat.encode()) % COLOURS
            free = (first + step for step in range(COLOURS))
            taken = set(self.colours.values())
            self.colours[seat] = next((each % COLOURS for each in free if each % COLOURS not in taken), first)
        return self.colours[seat]
