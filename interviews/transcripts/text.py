"""Lines to a reading: which of the line-based dialects explains most of the text."""

import re
from collections.abc import Sequence
from itertools import takewhile

from interviews.transcripts import otter, plain, zoom
from interviews.transcripts.layout import AI_NOTES, Head, reading_from, without_frame
from interviews.transcripts.model import Reading, TranscriptError, note_of_lines
from interviews.transcripts.prose import read_prose, refuse_loose_times
from interviews.transcripts.times import time_alone

_GEMINI = re.compile(
    r"\bGemini\b.{0,40}\bnotes\b|\bnotes\b.{0,40}\bGemini\b|\bGemini\b.{0,40}\bNotizen\b", re.IGNORECASE
)
_AFTER_TRANSCRIPT = re.compile(
    r"(?:Summary|Suggested next steps|Details|Zusammenfassung|Résumé)", re.IGNORECASE
)


def read_lines(lines: Sequence[str], name: str, kind: str, *, wrapped: bool = False) -> Reading:
    kept, notes = without_frame(lines)
    kept, summary = _without_ai_notes(kept, name)
    marks = [at for at, line in enumerate(kept) if time_alone(line) is not None]
    reading = _headed(kept, kind, marks, wrapped)
    if reading is None:
        refuse_loose_times(kept, name)
        reading = read_prose(kept, kind, wrapped=wrapped)
    reading.dropped = summary + reading.dropped + notes
    return reading


def _headed(lines: list[str], kind: str, marks: list[int], wrapped: bool) -> Reading | None:
    paragraphs = _count_paragraphs(lines)
    by_heads = otter.find_heads(lines, paragraphs)
    by_columns = zoom.find_heads(lines, paragraphs)
    by_names, passed_over = plain.find_heads(lines, paragraphs)
    best = max((by_heads, by_columns, by_names), key=len)
    if not best:
        return None
    form = _form(kind, best, by_heads, by_columns, marks)
    spoken = _without_marks(lines, marks) if best is by_names else lines
    reading = reading_from(form, spoken, best, wrapped=wrapped)
    reading.warnings += passed_over if best is by_names else []
    return reading


def _form(kind: str, best: list[Head], by_heads: list[Head], by_columns: list[Head], marks: list[int]) -> str:
    if best is by_heads:
        return f"{kind} (Name  time)"
    if best is by_columns:
        return "Zoom text" if best[0].time_ms is not None else f"{kind} (columns)"
    if marks and any(head.time_ms is not None for head in best):
        return f"{kind} (Google Meet)"
    return f"{kind} (Name: words)"


def _without_marks(lines: list[str], marks: list[int]) -> list[str]:
    """Line numbers stay valid for the heads; the bare times become blank."""
    spoken = list(lines)
    for at in marks:
        spoken[at] = ""
    return spoken


def _count_paragraphs(lines: Sequence[str]) -> int:
    full = [bool(line.strip()) and time_alone(line) is None for line in lines]
    blocks = sum(now and not before for before, now in zip([False, *full], full, strict=False))
    return blocks if blocks > 1 else sum(full)


def holds_ai_notes(lines: Sequence[str]) -> bool:
    return any(_GEMINI.search(line) for line in lines)


def _without_ai_notes(lines: list[str], name: str) -> tuple[list[str], list[str]]:
    """Google Meet writes Gemini's notes and the transcript into one document; only one is testimony."""
    if not holds_ai_notes(lines):
        return lines, []
    first = next((at for at, line in enumerate(lines) if time_alone(line) is not None), None)
    if first is None:
        raise TranscriptError(
            f"“{name}” holds Gemini’s notes but no transcript "
            "(no line that is only a time, followed by “Name: words”). "
            "Notes made by a machine are not testimony. Open the document’s Transcript tab and export that."
        )
    spoken = list(takewhile(lambda line: not _is_behind(line), lines[first:]))
    left_out = lines[:first] + lines[first + len(spoken) :]
    return spoken, note_of_lines(
        "Gemini’s notes and other lines outside the transcript (not testimony)", left_out
    )


def _is_behind(line: str) -> bool:
    """Whether the transcript ended before this line."""
    return bool(_AFTER_TRANSCRIPT.fullmatch(line.strip()) or AI_NOTES.search(line))
