"""A person's words, found and replaced in whatever holds text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

SHORTEST = 20  # characters of a copy: “I don't know.” is everybody's


def holds(value: Any, test: Callable[[str], bool]) -> bool:
    """Whether a text, or one in JSON or a list, passes the test."""
    if isinstance(value, str):
        return test(value)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(holds(each, test) for each in inner)


def naming(name: str) -> Callable[[str], bool]:
    """Whether a text has the name as a word: “P1” is not in “P12”."""
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    return lambda text: word.search(text) is not None


class Words:
    """Passages, and what stands in their place afterwards."""

    def __init__(self, passages: Iterable[str], instead: str) -> None:
        kept = {words for passage in passages if len(words := passage.strip()) >= SHORTEST}
        self.passages = sorted(kept, key=len, reverse=True)
        self.instead = instead

    def within(self, text: str) -> bool:
        return any(passage in text for passage in self.passages)

    def replaced(self, value: Any) -> Any:
        """The same without the passages."""
        if isinstance(value, dict):
            return {key: self.replaced(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.replaced(inner) for inner in value]
        if isinstance(value, str):
            for passage in self.passages:
                value = value.replace(passage, self.instead)
        return value

    def in_bytes(self, data: bytes) -> bool:
        return any(passage.encode() in data for passage in self.passages)
