"""The numbers in an ONNX file, without the library that would run it.

Only what is needed of https://onnx.ai/onnx/repo-docs/IR.html, in the wire format of Protocol Buffers
(https://protobuf.dev/programming-guides/encoding/): the tensors of the graph, as stored bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

GRAPH, TENSOR = 7, 5  # fields of the model and of the graph
SIZE, KIND, NAME, BYTES = 1, 2, 8, 9  # fields of a tensor
KINDS: dict[int, np.dtype[Any]] = {1: np.dtype("<f4"), 3: np.dtype("i1"), 7: np.dtype("<i8")}
NOTHING = memoryview(b"")
VARYING, EIGHT, COUNTED, FOUR = 0, 1, 2, 5  # how a field is stored


def tensors(path: Path) -> dict[str, np.ndarray]:
    """Name -> numbers, in the order of the file; tensors of other kinds and without bytes are left out."""
    graphs = _contents(memoryview(path.read_bytes()), GRAPH)
    rows = (row for graph in graphs for row in _contents(graph, TENSOR))
    return dict(found for row in rows if (found := _tensor(row)))


def _contents(message: memoryview, wanted: int) -> Iterator[memoryview]:
    return (content for field, _value, content in _fields(message) if field == wanted)


def _tensor(row: memoryview) -> tuple[str, np.ndarray] | None:
    sizes: list[int] = []
    kind, name, stored = 0, "", NOTHING
    for field, value, content in _fields(row):
        if field == SIZE:
            sizes += _numbers(content) or [value]
        elif field == KIND:
            kind = value
        elif field == NAME:
            name = bytes(content).decode()
        elif field == BYTES:
            stored = content
    if not stored or kind not in KINDS:
        return None
    return name, np.frombuffer(stored, dtype=KINDS[kind]).reshape(sizes)


def _fields(message: memoryview) -> Iterator[tuple[int, int, memoryview]]:
    """Of each field its number, its value and its content, one of which is 0 or empty; values of a fixed
    size are passed over."""
    place = 0
    while place < len(message):
        key, place = _number(message, place)
        field, stored = key >> 3, key & 7
        if stored == VARYING:
            value, place = _number(message, place)
            yield field, value, NOTHING
        elif stored == COUNTED:
            size, place = _number(message, place)
            yield field, 0, message[place : place + size]
            place += size
        elif stored in (EIGHT, FOUR):
            place += 8 if stored == EIGHT else 4
        else:
            raise ValueError("This is no ONNX file.")


def _number(message: memoryview, place: int) -> tuple[int, int]:
    """Seven bits a byte, the lowest first; the eighth says that more follow."""
    value = shift = 0
    while True:
        byte = message[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place


def _numbers(packed: memoryview) -> list[int]:
    found, place = [], 0
    while place < len(packed):
        value, place = _number(packed, place)
        found.append(value)
    return found
