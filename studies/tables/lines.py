"""JSON lines: one object a line. Objects inside an object become columns with a dot, lists become text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, BinaryIO, NoReturn

from studies.tables.model import Row, Table, TableError, columns, tidy

LONGEST_LINE = 1_000_000  # bytes
PROBED = 200  # lines in which columns are looked for
DEEPEST = 4  # objects inside each other; what lies deeper is left out


def read_lines(file: BinaryIO, name: str) -> Table:
    """Raises TableError where the file begins as a JSON list, or its first lines hold no object."""
    keys = _keys(file, name)
    if not keys:
        raise TableError(
            f"“{name}” holds no JSON lines: write one object a line, such as "
            '{"text": "It broke", "date": "2026-05-01"}, without a list around them.'
        )
    head = columns(keys, name)

    def read() -> Iterator[Row]:
        for number, line in _lines(file, name):
            found = _flat(line)
            if isinstance(found, str):
                yield Row(number, {}, found)
            else:
                cells = (tidy(found.get(key, "")) for key in keys)
                yield Row(number, dict(zip(head, cells, strict=True)))

    return Table("JSON lines", head, read)


def _keys(file: BinaryIO, name: str) -> list[str]:
    """Of the first objects, in the order in which they come up."""
    first = (_flat(line) for _, line in islice(_lines(file, name), PROBED))
    objects = (found for found in first if isinstance(found, dict))
    return list(dict.fromkeys(chain.from_iterable(objects)))


def _lines(file: BinaryIO, name: str) -> Iterator[tuple[int, bytes]]:
    file.seek(0)
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise TableError(
                f"Line {number:,} of “{name}” is longer than {LONGEST_LINE:,} bytes: write one object a line."
            )
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.strip():
            yield number, line


def _flat(line: bytes) -> dict[str, str] | str:
    """The texts of one object by column, or why there are none."""
    try:
        found = json.loads(line.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        return "is not UTF-8"
    except (ValueError, RecursionError):
        return "is not a JSON object"
    if not isinstance(found, dict):
        return "is not a JSON object"
    texts: dict[str, str] = {}
    _collect(found, "", texts, DEEPEST)
    return texts


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _collect(found: dict[str, Any], prefix: str, texts: dict[str, str], depth: int) -> None:
    for key, value in found.items():
        if isinstance(value, dict):
            if depth > 1:
                _collect(value, f"{prefix}{key}.", texts, depth - 1)
        elif isinstance(value, list):
            plain = [_text(each) for each in value if not isinstance(each, dict | list)]
            texts[prefix + key] = "; ".join(plain)
        else:
            texts[prefix + key] = _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
