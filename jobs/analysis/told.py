"""Invented interviews about many unlike products, every sentence of which is coded with its element. Pure.

In interviews/plain.txt most sentences say what they are. In the others people tell: several sentences make
one point, and some are what they are only by those around them. A file holds "# language, subject" before
each interview, "? question", and "element: sentence" for each sentence of the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from jobs.analysis.speech import Sentence

SOURCE = Path(__file__).with_name("interviews")

Taught = tuple[str, Sentence]  # its label, and the sentence


@lru_cache(maxsize=1)
def told() -> tuple[Taught, ...]:
    """Every sentence with its element, interview after interview, in the order in which it is said."""
    return tuple(
        row
        for path in sorted(SOURCE.glob("*.txt"))
        for interview in _parted(path.read_text(encoding="utf-8").splitlines(), "# ")
        for row in _told(*interview)
    )


def _parted(lines: Sequence[str], mark: str) -> list[tuple[str, list[str]]]:
    """What stands after each mark, with the lines below it."""
    found: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.startswith(mark):
            found.append((line[len(mark) :], []))
        elif line:
            found[-1][1].append(line)
    return found


def _told(name: str, lines: Sequence[str]) -> Iterator[Taught]:
    answers = _parted(lines, "? ")
    for number, (question, said) in enumerate(answers):
        place = (2 * number + 1) / (2 * len(answers) - 1)
        pairs = [line.split(": ", 1) for line in said]
        texts = ["", *(text for _kind, text in pairs), ""]
        for here, (kind, text) in enumerate(pairs, 1):
            yield kind, Sentence(text, texts[here - 1], texts[here + 1], question, place, name)
