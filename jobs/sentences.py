"""Cutting speech into sentences, as spans of code points. Pure."""

from __future__ import annotations

import re

Span = tuple[int, int]
LONGEST = 600  # a transcript without full stops is cut between words

# A mark that ends a sentence, with what closes quotes and brackets, before a word that does not go on in
# small letters; a mark of East Asian scripts; an empty line
END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s+[\"'“‘«„(\[]*[^\sa-zäöüß])|[。！？]+[」』”]*|\n\s*\n")
# What a full stop shortens: "z. B.", "Dr.", "3." before a month
SHORT = re.compile(
    r"(?:\b(?:[^\W\d_]|\d{1,2}|dr|mr|mrs|ms|prof|st|nr|ca|bzw|evtl|ggf|inkl))\.$", re.IGNORECASE
)


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of text[start:end] without the white space around them; together they hold every word."""
    end = len(text) if end is None else end
    found: list[Span] = []
    here = start
    for match in END.finditer(text, start, end):
        if SHORT.search(text, max(here, match.end() - 6), match.end()):
            continue
        found += _pieces(text, here, match.end())
        here = match.end()
    return [*found, *_pieces(text, here, end)]


def _pieces(text: str, start: int, end: int) -> list[Span]:
    """One sentence; several where it is longer than LONGEST."""
    words = text[start:end]
    start, end = start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
    if start >= end:
        return []
    if end - start <= LONGEST:
        return [(start, end)]
    cut = max(text.rfind(" ", start, start + LONGEST), text.rfind(", ", start, start + LONGEST) + 1)
    cut = cut if cut > start else start + LONGEST
    return [*_pieces(text, start, cut), *_pieces(text, cut, end)]
