"""Text without any speaker: each paragraph is a turn, unless bare times say that it once had turns."""

from collections.abc import Sequence

from interviews.transcripts.layout import joined
from interviews.transcripts.model import Reading, TranscriptError, Utterance
from interviews.transcripts.times import time_alone
from studies.counting import counted

_SENTENCE_ENDS = tuple(".?!…»”\"'")


def refuse_loose_times(lines: Sequence[str], name: str) -> None:
    times = [at for at, line in enumerate(lines, 1) if time_alone(line) is not None]
    if len(times) >= 2:
        raise TranscriptError(
            f"“{name}” has {counted(len(times), 'time')} on lines of their own (first: line {times[0]:,}), "
            "but no speaker that they belong to, so that every turn would sit at 0:00. "
            "Export it with speaker names, or as .vtt, or put "
            "“Name  0:14” above each turn; to import it without times, delete those lines."
        )


def read_prose(lines: Sequence[str], form: str, *, wrapped: bool = False) -> Reading:
    paragraphs = _wrapped_paragraphs(lines) if wrapped else _paragraphs(lines)
    full = [paragraph for paragraph in paragraphs if any(map(str.strip, paragraph))]
    return Reading(form, [Utterance("", joined(paragraph, wrapped)) for paragraph in full])


def _paragraphs(lines: Sequence[str]) -> list[list[str]]:
    if not any(not line.strip() for line in _inner(lines)):
        return [[line] for line in lines]
    found: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return found


def _inner(lines: Sequence[str]) -> list[str]:
    return "\n".join(lines).strip().split("\n")


def _wrapped_paragraphs(lines: Sequence[str]) -> list[list[str]]:
    """On a page, a short line that ends a sentence ends its paragraph."""
    widest = sorted(len(line) for line in lines)[-max(1, len(lines) // 10)] if lines else 0
    found: list[list[str]] = [[]]
    for line in lines:
        found[-1].append(line)
        if not line.strip() or (len(line) < widest * 0.7 and line.rstrip().endswith(_SENTENCE_ENDS)):
            found.append([])
    return found
