"""Columns separated by tabs: Zoom's saved transcript and chat, and the tables of Word documents."""

import re
from collections import Counter
from collections.abc import Sequence

from interviews.transcripts.layout import Head
from interviews.transcripts.speakers import chosen_labels, plausible, spelled
from interviews.transcripts.times import CLOCK, clock_ms, time_alone

_TIMED = re.compile(
    rf"\s*[\[(]?({CLOCK})[\])]?\s*\t+\s*([^\t]{{1,80}}?)\s*:?\s*(?:\t|:\s)\s*(.*)", re.ASCII | re.DOTALL
)
_NAMED = re.compile(r"([^\t]{1,80}?)\s*:?\s*\t+\s*(\S.*)", re.DOTALL)
_CHAT_ADDRESS = re.compile(r"^From\s+(.*?)(?:\s+to\s+.*)?$", re.IGNORECASE)


def find_heads(lines: Sequence[str], paragraphs: int) -> list[Head]:
    if not any("\t" in line for line in lines):
        return []
    timed = [
        _timed_head(at, m) for at, line in enumerate(lines) if "\t" in line and (m := _TIMED.fullmatch(line))
    ]
    timed = [head for head in timed if plausible(head.speaker) or head.speaker.islower()]
    named = _named_heads(lines, paragraphs)
    return timed if len(timed) >= len(named) else named


def _timed_head(at: int, match: re.Match[str]) -> Head:
    name = _CHAT_ADDRESS.sub(r"\1", match[2].strip())
    return Head(at, spelled(name), clock_ms(match[1]), match[3])


def _named_heads(lines: Sequence[str], paragraphs: int) -> list[Head]:
    """Two columns are speech only where most lines have them and the first holds names that return."""
    found = [
        Head(at, m[1].strip(), None, _without_time(m[2]))
        for at, line in enumerate(lines)
        if "\t" in line and (m := _NAMED.fullmatch(line))
    ]
    labels = chosen_labels(Counter(spelled(head.speaker) for head in found), paragraphs)
    heads = [head for head in found if spelled(head.speaker) in labels]
    return heads if len(heads) * 2 >= paragraphs else []


def _without_time(words: str) -> str:
    first, _, rest = words.partition("\t")
    return rest if rest and time_alone(first) is not None else words
