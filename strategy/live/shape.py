"""Reads an update of a browser before it is applied: it may hold only what a document of cards is made of.
Pure.

The document library takes much more, and some of it ends the process that applies it: values and types nested
ten thousand deep. An update is in the first of Yjs's two encodings: for each client the structs that it
wrote, then what is deleted.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from strategy.live.protocol import LARGEST_NUMBER, LONGEST_NUMBER, BadMessage, Reader

ROOT = "cards"
GC, DELETED, STRING, TYPE, ANY, SKIP = 0, 1, 4, 7, 8, 10  # contents of structs; the others are refused
HAS_LEFT, HAS_RIGHT, HAS_KEY, CONTENT = 0x80, 0x40, 0x20, 0x1F  # in the first byte of a struct
MAP, TEXT = 1, 2  # types
UNDEFINED, NULL, INTEGER, FLOAT32, FLOAT64, BIGINT, FALSE, TRUE, WORDS = (
    127,
    126,
    125,
    124,
    123,
    122,
    121,
    120,
    119,
)
WIDTHS = {UNDEFINED: 0, NULL: 0, FALSE: 0, TRUE: 0, FLOAT32: 4, FLOAT64: 8, BIGINT: 8}
LAST_BYTE = 0x80  # a byte without it ends a signed number
LONGEST_RUN = 2**31  # letters that a struct of deleted ones may say it stands for
# To place a letter or value, the library takes a step for each client that wrote at the same place, so the
# cost grows with the square of the clients. Each page load that wrote something is a client; somebody who
# comes back brings one for each time that the page was opened without the network.
MOST_CLIENTS = 64
# Structs of one update that set the same value of a card without building on an earlier one. Who sets a value
# again does build on it; only people who set the same one at the same moment do not
MOST_RIVALS = 16


class Shape(NamedTuple):
    """What an update brings. `writers`: the clients by whom it adds something; `types`: whether it adds a map
    or a text, as a new card does."""

    writers: frozenset[int]
    types: bool


def shape_of(update: bytes) -> Shape:
    """Raises BadMessage for anything that no card is made of. Called for each update, in the event loop."""
    reader = _Structs(update)
    writers = frozenset(reader.client() for _ in range(reader.few(MOST_CLIENTS)))
    reader.deletions()
    return Shape(writers, reader.types > 0)


class _Structs(Reader):
    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.types = 0
        self.rivals: Counter[Any] = Counter()  # (parent, key) -> values that build on no earlier one

    def few(self, most: int) -> int:
        count = self.number()
        if count > most:
            raise BadMessage("An update is by too many clients.")
        return count

    def client(self) -> int:
        count, client, _clock = self.number(), self.number(), self.number()
        for _ in range(count):
            self.struct()
        return client

    def numbers(self, count: int) -> None:
        for _ in range(count):
            self.number()

    def byte(self) -> int:
        self.skip(1)
        return self.data[self.place - 1]

    def skip(self, count: int) -> None:
        if self.place + count > len(self.data):
            raise BadMessage("An update is cut short.")
        self.place += count

    def struct(self) -> None:
        info = self.byte()
        if info & CONTENT in (GC, SKIP):
            return self.run()
        self.numbers(2 * bool(info & HAS_LEFT) + 2 * bool(info & HAS_RIGHT))
        if not info & (HAS_LEFT | HAS_RIGHT):  # without neighbours it names its parent instead
            parent = self.parent()
            if info & HAS_KEY:
                self.rival(parent, self.chunk())
        return self.content(info & CONTENT)

    def run(self) -> None:
        if self.number() > LONGEST_RUN:
            raise BadMessage("An update stands for more than a document can hold.")

    def parent(self) -> Any:
        if self.number() != 1:
            return self.number(), self.number()
        if self.chunk() != ROOT.encode():
            raise BadMessage("An update is not about cards.")
        return ROOT

    def rival(self, parent: Any, key: bytes) -> None:
        self.rivals[parent, key] += 1
        if self.rivals[parent, key] > MOST_RIVALS:
            raise BadMessage("An update sets the same again and again.")

    def content(self, kind: int) -> None:
        if kind == DELETED:
            self.run()
        elif kind == STRING:
            self.chunk()
        elif kind == TYPE:
            self.type()
        elif kind == ANY:
            for _ in range(self.number()):
                self.value()
        else:
            raise BadMessage("An update holds what no card has.")

    def type(self) -> None:
        self.types += 1
        if self.number() not in (MAP, TEXT):
            raise BadMessage("An update holds a type that no card has.")

    def value(self) -> None:
        kind = self.byte()
        if kind == WORDS:
            self.chunk()
        elif kind == INTEGER:
            self.integer()
        elif kind in WIDTHS:
            self.skip(WIDTHS[kind])
        else:
            raise BadMessage("An update holds a value that no card has.")

    def integer(self) -> None:
        """Signed: six bits in the first byte, seven in each that follows. Browsers read none over 2 ** 53."""
        byte, shift = self.byte(), 6
        value = byte & 0x3F
        while byte & LAST_BYTE:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if value > LARGEST_NUMBER or shift > 7 * LONGEST_NUMBER:
                raise BadMessage("A number is too large.")

    def deletions(self) -> None:
        for _ in range(self.number()):
            self.number()
            self.numbers(2 * self.number())
        if self.place != len(self.data):
            raise BadMessage("Something stands behind an update.")
