"""Heads on the line of the speech: "Mara: …", "[00:14] Mara: …", "Mara (0:14): …", "[Mara] …"."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from interviews.transcripts.layout import Head
from interviews.transcripts.model import shortened
from interviews.transcripts.speakers import chosen_labels, plausible, spelled
from interviews.transcripts.times import CLOCK, clock_ms, time_alone
from studies.counting import counted

_HEAD = re.compile(
    rf"\s*(?:>>\s*|//\s*)?(?:[\[(]?(?P<before>{CLOCK})[\])]?\s*[-–—]?\s+)?(?P<name>[^:：]{{1,80}}?)"
    rf"\s*(?:[\[(](?P<inside>{CLOCK})[\])])?\s*[:：](?P<gap>\s*)(?:[\[(](?P<after>{CLOCK})[\])]\s*)?(?P<words>.*)",
    re.DOTALL,
)
_BRACKETED = re.compile(r"\s*[\[{](?P<name>[^\]}:]{1,60})[\]}]\s*:?\s*(?P<words>\S.*)", re.DOTALL)


def find_heads(lines: Sequence[str], paragraphs: int) -> tuple[list[Head], list[str]]:
    """(heads, warnings)"""
    candidates = [head for at, line in enumerate(lines) if (head := _candidate(at, line))]
    labels = chosen_labels(Counter(spelled(head.speaker) for head in candidates), paragraphs)
    heads = [head for head in candidates if spelled(head.speaker) in labels]
    if not heads:
        return _bracketed(lines, paragraphs), []
    return _with_times(lines, heads), _passed_over(candidates[candidates.index(heads[0]) :], labels)


def _candidate(at: int, line: str) -> Head | None:
    match = _HEAD.fullmatch(line)
    if not match or not match["name"].strip():
        return None
    if not match["gap"] and match["words"][:1].isdigit() and match["name"][-1].isdigit():
        return None  # a clock time, 17:30
    words = match["words"].rstrip().removesuffix("//") if line.lstrip()[:2] == "//" else match["words"]
    time = match["before"] or match["inside"] or match["after"]
    return Head(at, match["name"].strip(), clock_ms(time) if time else None, words)


def _bracketed(lines: Sequence[str], paragraphs: int) -> list[Head]:
    found = [
        Head(at, m["name"].strip(), None, m["words"])
        for at, line in enumerate(lines)
        if line.lstrip()[:1] in ("[", "{") and (m := _BRACKETED.fullmatch(line))
    ]
    returning = Counter(spelled(head.speaker) for head in found)
    labels = {label for label, n in returning.items() if n >= 2 and plausible(label)}
    heads = [head for head in found if spelled(head.speaker) in labels]
    return heads if len(labels) >= 2 and len(heads) * 2 >= paragraphs else []


def _with_times(lines: Sequence[str], heads: list[Head]) -> list[Head]:
    """A time alone on the line above belongs to the head (Google Meet)."""
    return [replace(h, time_ms=_time_above(lines, h.line)) if h.time_ms is None else h for h in heads]


def _time_above(lines: Sequence[str], at: int) -> int | None:
    above = next((line for line in reversed(lines[max(0, at - 3) : at]) if line.strip()), "")
    return time_alone(above)


def _passed_over(candidates: list[Head], labels: frozenset[str]) -> list[str]:
    words = [h for h in candidates if plausible(spelled(h.speaker)) and spelled(h.speaker) not in labels]
    if not words:
        return []
    shown = ", ".join(f"“{shortened(h.speaker, 30)}:”" for h in words[:3])
    return [
        (
            f"{counted(len(words), 'line')} beginning with words and a colon read as speech, "
            f"not as a speaker: {shown}."
        )
    ]
