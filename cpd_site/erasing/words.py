"""A person's words, found and replaced in whatever holds text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

SHORTEST = 20  # characters of a copy: “I don't know.” is everybody's
SHORTEST_TITLE = 5  # of a statement or the name of a file, which the history has in quotation marks or alone


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
    """Passages, and what stands in their place afterwards.

    A text can only hold a passage if it has the longest word of it: one look at the words of a text, instead
    of one for each passage, makes a history of fifty thousand lines a matter of a second.
    """

    def __init__(self, passages: Iterable[str], instead: str, shortest: int = SHORTEST) -> None:
        kept = {words for passage in passages if len(words := passage.strip()) >= shortest}
        self.passages = sorted(kept, key=len, reverse=True)
        self.instead = instead
        inner = {passage: passage.split()[1:-1] for passage in self.passages}  # what cannot be part of a word
        self.telling = {max(words, key=len) for words in inner.values() if words}
        self.brief = [passage for passage, words in inner.items() if not words]

    def within(self, text: str) -> bool:
        if any(passage in text for passage in self.brief):
            return True
        return not self.telling.isdisjoint(text.split()) and any(each in text for each in self.passages)

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
