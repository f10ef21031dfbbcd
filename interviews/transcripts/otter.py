"""Heads on a line of their own, speech below.

"Mara  0:14" (Otter, Teams in Word), "Speaker 1 (00:01:23):" (Rev), "[Mara] 10:02:33" (Zoom).
"""

import re
from collections import Counter
from collections.abc import Sequence

from interviews.transcripts.layout import Head
from interviews.transcripts.speakers import chosen_labels, plausible, spelled
from interviews.transcripts.teams import without_badges
from interviews.transcripts.times import CLOCK, clock_ms

_SURE = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"(?P<name>\S.{{0,79}}?)(?:\s{{2,}}|\s*\t\s*)[\[(]?(?P<time>{CLOCK})[\])]?",
        rf"(?P<name>\S.{{0,79}}?)\s*[\[(](?P<time>{CLOCK})[\])]\s*:?",
        rf"\[(?P<name>[^\]]{{1,80}})\]\s+(?P<time>{CLOCK})",
        rf"[\[(]?(?P<time>{CLOCK})[\])]?\s+(?P<name>\S.{{0,79}}?)\s*:",
    )
)
_MAYBE = re.compile(rf"(?P<name>\S.{{0,79}}?)\s(?P<time>{CLOCK})", re.ASCII)
_LONGEST_HEAD = 130


def find_heads(lines: Sequence[str], paragraphs: int) -> list[Head]:
    sure, maybe = [], []
    for at, line in enumerate(lines):
        head = line.strip()
        if not head or len(head) > _LONGEST_HEAD or head[-1] not in "0123456789])：:" or ":" not in head:
            continue
        if match := next((m for pattern in _SURE if (m := pattern.fullmatch(head))), None):
            sure.append(_head(at, match))
        elif match := _MAYBE.fullmatch(head):
            maybe.append(_head(at, match))
    return _accepted(sure, maybe, paragraphs)


def _head(at: int, match: re.Match[str]) -> Head:
    name = match["name"].strip()
    return Head(at, name[1:-1] if name[0] == "[" and name[-1] == "]" else name, clock_ms(match["time"]))


def _label(head: Head) -> str:
    return spelled(without_badges(head.speaker))


def _accepted(sure: list[Head], maybe: list[Head], paragraphs: int) -> list[Head]:
    """A single blank before the time is a head only for a name that returns; otherwise it ends a sentence."""
    known = {_label(head) for head in sure if plausible(_label(head))}
    returning = chosen_labels(Counter(map(_label, maybe)), paragraphs)
    heads = [h for h in sure if _label(h) in known] + [h for h in maybe if _label(h) in known | returning]
    return sorted(heads, key=lambda head: head.line)
