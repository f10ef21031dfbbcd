"""The bytes between a browser and the server: y-websocket's protocol, and two frames of our own. Pure.

A frame begins with its kind: 0 sync, 1 awareness, 4 (ours) how many of this connection's sync messages are
committed, 5 (ours) JSON from the server. Numbers take as many bytes as they need; texts and bytes follow
their length.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

SYNC, AWARENESS, COMMITTED, EVENT = 0, 1, 4, 5
STEP1, STEP2, UPDATE = 0, 1, 2
NOTHING = b"\x00\x00"  # an update that adds and deletes nothing
GONE = "null"  # the awareness state of somebody who left
LONGEST_NUMBER = 8  # bytes
LARGEST_NUMBER = 2**53 - 1  # browsers count no further, and stop reading at whatever is larger


class BadMessage(ValueError):
    """What arrived is no message of this protocol."""


class Frame(NamedTuple):
    """`step` is 0 for kinds without steps."""

    kind: int
    step: int
    payload: bytes


class Presence(NamedTuple):
    """What one browser window says of itself; `state` is JSON."""

    client: int
    clock: int
    state: str


class Reader:
    """Reads numbers, bytes and texts one after the other. Raises BadMessage where something else stands."""

    def __init__(self, data: bytes) -> None:
        self.data, self.place = data, 0

    def number(self) -> int:
        if self.place < len(self.data) and (byte := self.data[self.place]) < 128:  # most are short
            self.place += 1
            return byte
        value = byte = 0
        for shift in range(0, 7 * LONGEST_NUMBER, 7):
            if self.place >= len(self.data):
                raise BadMessage("A number is cut short.")
            byte = self.data[self.place]
            self.place += 1
            value |= (byte & 127) << shift
            if byte < 128:
                break
        if byte < 128 and value <= LARGEST_NUMBER:
            return value
        raise BadMessage("A number is too large.")

    def chunk(self) -> bytes:
        length = self.number()
        if self.place + length > len(self.data):
            raise BadMessage("A message is cut short.")
        self.place += length
        return self.data[self.place - length : self.place]

    def text(self) -> str:
        try:
            return self.chunk().decode()
        except UnicodeDecodeError as error:
            raise BadMessage("A text is not UTF-8.") from error


def number(value: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    out = bytearray()
    while value > 127:
        out.append(128 | value & 127)
        value >>= 7
    out.append(value)
    return bytes(out)


def chunk(data: bytes) -> bytes:
    return number(len(data)) + data


# --- frames --------------------------------------------------------------------------------------------
def read(data: bytes) -> Frame:
    """Raises BadMessage for anything that a browser may not send."""
    reader = Reader(data)
    kind = reader.number()
    step = reader.number() if kind == SYNC else 0
    if kind not in (SYNC, AWARENESS) or step > UPDATE:
        raise BadMessage("There is no such kind of message.")
    return Frame(kind, step, reader.chunk())


def sync(step: int, payload: bytes) -> bytes:
    return bytes([SYNC, step]) + chunk(payload)


def committed(count: int) -> bytes:
    return bytes([COMMITTED]) + number(count)


def event(**what: Any) -> bytes:
    return bytes([EVENT]) + chunk(json.dumps(what).encode())


# --- updates -------------------------------------------------------------------------------------------
def clocks(state: bytes) -> dict[int, int]:
    """Of a state vector: client -> how much of it is known."""
    reader = Reader(state)
    return {reader.number(): reader.number() for _ in range(reader.number())}


def begins(update: bytes) -> tuple[int, int] | None:
    """The client and clock at which an update begins, if it is by exactly one client."""
    reader = Reader(update)
    if reader.number() != 1:
        return None
    reader.number()  # how many structs
    return reader.number(), reader.number()


def deletions(found: bytes) -> Iterator[tuple[int, int]]:
    """For each client of whom an update deletes something: up to which clock. The update may add nothing."""
    reader = Reader(found)
    if reader.number() != 0:
        raise BadMessage("There are structs before the deletions.")
    for _ in range(reader.number()):
        client = reader.number()
        yield client, max(_ends(reader), default=0)


def _ends(reader: Reader) -> list[int]:
    return [reader.number() + reader.number() for _ in range(reader.number())]


# --- awareness -----------------------------------------------------------------------------------------
def read_presences(payload: bytes) -> list[Presence]:
    reader = Reader(payload)
    return [Presence(reader.number(), reader.number(), reader.text()) for _ in range(reader.number())]


def presences(people: Iterable[Presence]) -> bytes:
    """One frame for all of them."""
    each = [number(one.client) + number(one.clock) + chunk(one.state.encode()) for one in people]
    return bytes([AWARENESS]) + chunk(number(len(each)) + b"".join(each))


def signed(state: str, user: Mapping[str, Any]) -> str:
    """The state with `user` as its author, whoever it claims to be by. Raises BadMessage if it is no object,
    or holds NaN or 1e999: no browser could read the frame, and nobody would see anybody's cursor."""
    try:
        said = json.loads(state)
        if said is None:
            return GONE
        if not isinstance(said, dict):
            raise BadMessage("An awareness state is no object.")
        return json.dumps({**said, "user": dict(user)}, separators=(",", ":"), allow_nan=False)
    except (ValueError, RecursionError) as error:
        raise BadMessage("An awareness state is no JSON.") from error
