"""What browsers say of the people in front of them (y-protocols' awareness): their cursors. It is checked,
signed with their names, and passed on three times a second to everybody in the room, in this process and in
others."""

from __future__ import annotations

from typing import Any

from strategy.live import protocol
from strategy.live.people import People
from strategy.live.refusals import TOO_LARGE

LARGEST_STATE = 2048  # characters of what one window says of itself
LARGEST_SAYING = 64 * 1024  # bytes of one message; a hundred people with cursors are 25 kB
PRESENCE_EVERY = 0.33  # s
AT_ONCE = 0.02  # s to wait, so that the cursors of several people become one frame


class Awareness:
    """Of one room. Runs in the event loop."""

    __slots__ = ("people", "relayed_at", "relaying", "room")

    def __init__(self, room: Any) -> None:
        self.room, self.people = room, People()
        self.relaying, self.relayed_at = False, 0.0

    def say(self, conn: Any, payload: bytes) -> None:
        """What a browser says. It also repeats what it heard of others, which may be a full room; only what
        it says of its own windows counts. Raises Refused and BadMessage."""
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
        self.people.leave(conn)
        self._relay_soon()

    def hear(self, frame: bytes) -> None:
        """What another process tells of the people whom it serves."""
        for said in protocol.read_presences(protocol.read(frame).payload):
            self.people.hear(said)
        self.room.show(frame)

    def _relay_soon(self) -> None:
        if self.relaying or not self.people.changed:
            return
        self.relaying = True
        loop = self.room.hub.loop
        loop.call_later(max(AT_ONCE, self.relayed_at + PRESENCE_EVERY - loop.time()), self._relay)

    def _relay(self) -> None:
        room = self.room
        self.relaying, self.relayed_at = False, room.hub.loop.time()
        frame = protocol.presences(self.people.news())
        room.show(frame)
        room.hub.wakes.pass_on(room.study, what="people", sheet=room.sheet, frame=frame)
