"""What an update of a browser may hold: only what a document of cards is made of. Pure.

The document library takes much more than that, and some of it (values and types nested ten thousand deep)
ends the process that reads it. So an update is read before it is applied, in Yjs's first encoding: for each
client its structs, then what is deleted.
"""

from __future__ import annotations

from strategy.live.protocol import BadMessage, Reader

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


def adds_types(update: bytes) -> bool:
    """Whether it puts a map or a text somewhere. Raises BadMessage for what is not about cards."""
    reader = _Structs(update)
    for _ in range(reader.number()):
        count = reader.number()
        reader.numbers(2)  # client, clock
        for _ in range(count):
            reader.struct()
    reader.deletions()
    return reader.types > 0


class _Structs(Reader):
    types = 0

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
            return self.numbers(1)
        self.numbers(2 * bool(info & HAS_LEFT) + 2 * bool(info & HAS_RIGHT))
        if not info & (HAS_LEFT | HAS_RIGHT):  # else its place says what it is part of
            self.parent()
            if info & HAS_KEY:
                self.chunk()
        return self.content(info & CONTENT)

    def parent(self) -> None:
        if self.number() != 1:
            return self.numbers(2)
        if self.chunk() != ROOT.encode():
            raise BadMessage("An update is not about cards.")
        return None

    def content(self, kind: int) -> None:
        if kind == DELETED:
            self.numbers(1)
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
            while self.byte() & LAST_BYTE:
                pass
        elif kind in WIDTHS:
            self.skip(WIDTHS[kind])
        else:
            raise BadMessage("An update holds a value that no card has.")

    def deletions(self) -> None:
        for _ in range(self.number()):
            self.number()
            self.numbers(2 * self.number())
        if self.place != len(self.data):
            raise BadMessage("Something stands behind an update.")
