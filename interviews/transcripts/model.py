from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from studies.counting import counted

MAX_TEXT_BYTES = 20 * 1024 * 1024
MAX_PACKED_BYTES = 50 * 1024 * 1024
MAX_CUES = 100_000
MAX_TURNS = 50_000
MAX_PDF_PAGES = 500
MAX_PDF_SECONDS = 30.0

Language = Literal["en", "de", "fr", ""]


class TranscriptError(ValueError):
    """A file that cannot become a transcript; the message says what, where and what to do, and is shown."""


@dataclass(frozen=True, slots=True)
class DraftTurn:
    """start and end count code points of Draft.text and enclose the spoken words, never the label."""

    speaker: str
    start_ms: int | None
    end_ms: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Speaker:
    label: str
    turns: int
    words: int


@dataclass(frozen=True, slots=True)
class Draft:
    """text: the words of every turn in order, one blank line between turns; no turn holds a blank line."""

    format: str
    text: str
    turns: tuple[DraftTurn, ...]
    speakers: tuple[Speaker, ...]
    warnings: tuple[str, ...]
    dropped: tuple[str, ...]
    language: Language
    duration_ms: int | None
    source_digest: str
    meta: dict[str, object]


@dataclass(frozen=True, slots=True)
class Utterance:
    speaker: str
    text: str
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(slots=True)
class Reading:
    """What a dialect found, before offsets exist."""

    format: str
    utterances: list[Utterance]
    warnings: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    meta: dict[str, object] = field(default_factory=dict)


def shortened(text: str, limit: int = 80) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def note_of_lines(reason: str, lines: Sequence[str]) -> list[str]:
    """One entry for the "left out" list, with enough of the words to recognise them."""
    spoken = [line.strip() for line in lines if line.strip()]
    if not spoken:
        return []
    shown = " / ".join(shortened(line) for line in spoken[:6])
    more = f" / and {counted(len(spoken) - 6, 'more line')}" if len(spoken) > 6 else ""
    return [f"{reason}: {shown}{more}"]
