"""Line-based transcripts, whatever their heads look like: what lies between two heads is one turn."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from interviews.transcripts.cues import joint_warnings
from interviews.transcripts.model import Reading, Utterance, note_of_lines, shortened
from interviews.transcripts.speakers import spelled
from interviews.transcripts.teams import is_transcription_notice, without_badges
from studies.counting import counted

AI_NOTES = re.compile(
    r"\bGemini\b|^(?:AI[- ]generated|Notes by|Suggested next steps|Key takeaways|Action items|Meeting summary"
    r"|SUMMARY KEYWORDS|Outline$|Vorgeschlagene nächste Schritte|Prochaines étapes suggérées)",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"(?:Transcribed by https?://\S+|Transcription ended after .{0,20}"
    r"|This editable transcript was computer generated.*"
    r"|People can also change the text after it was created\.?)",
    re.IGNORECASE,
)
_LONGEST_HEADER_LINE = 240
_MOST_HEADER_LINES = 25


@dataclass(frozen=True, slots=True)
class Head:
    line: int
    speaker: str
    time_ms: int | None
    words: str = ""  # speech that stands on the head's own line


def without_frame(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """(lines, notes) without the sentences that recorders put around the speech."""
    frame = [
        line
        for line in lines
        if line.strip() and (is_transcription_notice(line) or _FRAME.fullmatch(line.strip()))
    ]
    taken = set(frame)
    kept = [line for line in lines if line not in taken] if taken else list(lines)
    return kept, note_of_lines("Lines of the recorder", frame)


def reading_from(form: str, lines: Sequence[str], heads: list[Head], *, wrapped: bool = False) -> Reading:
    """wrapped: line ends are the page's, not the speaker's (PDF)."""
    utterances, followers = _turns(lines, _one_spelling(heads), wrapped)
    first, dropped, warnings = _before(lines[: heads[0].line], wrapped)
    unmatched = followers if followers * 4 <= len(heads) else 0
    if unmatched:
        warnings.append(f"{counted(unmatched, 'paragraph')} without a speaker kept with the turn before.")
    warnings += _spelling_warnings(heads) + joint_warnings(u.speaker for u in utterances)
    return Reading(form, first + utterances, warnings, dropped)


def _turns(lines: Sequence[str], heads: list[Head], wrapped: bool) -> tuple[list[Utterance], int]:
    utterances, followers = [], 0
    for nth, head in enumerate(heads):
        end = heads[nth + 1].line if nth + 1 < len(heads) else len(lines)
        body = [head.words, *lines[head.line + 1 : end]]
        followers += _paragraphs_after_first(body)
        utterances.append(Utterance(head.speaker, joined(body, wrapped), head.time_ms))
    return utterances, followers


def _paragraphs_after_first(body: list[str]) -> int:
    starts = [i for i, line in enumerate(body) if line.strip() and (i == 0 or not body[i - 1].strip())]
    return max(0, len(starts) - 1)


def joined(body: Sequence[str], wrapped: bool) -> str:
    if not wrapped:
        return "\n".join(body)
    text = ""
    for line in filter(None, (" ".join(line.split()) for line in body)):
        broken_word = text.endswith("\u00ad") or (re.search(r"[^\W\d_]-$", text) and line[0].islower())
        text = text.removesuffix("\u00ad") + ("" if broken_word or not text else " ") + line
    return text


def _before(lines: Sequence[str], wrapped: bool) -> tuple[list[Utterance], list[str], list[str]]:
    """A title block or machine-made notes are left out and shown; speech without a head is kept."""
    spoken = [line for line in lines if line.strip()]
    if any(AI_NOTES.search(line) for line in spoken):
        return [], note_of_lines("Summary or notes before the transcript (not testimony)", spoken), []
    if len(spoken) <= _MOST_HEADER_LINES and all(len(line) <= _LONGEST_HEADER_LINE for line in spoken):
        return [], note_of_lines("Before the first turn", spoken), []
    warning = f"Text before the first speaker kept as a turn without a speaker: {shortened(spoken[0])}"
    return [Utterance("", joined(lines, wrapped))], [], [warning]


def _one_spelling(heads: list[Head]) -> list[Head]:
    first: dict[str, str] = {}
    for head in heads:
        first.setdefault(_key(head.speaker), _name(head.speaker))
    return [Head(h.line, first[_key(h.speaker)], h.time_ms, h.words) for h in heads]


def _name(label: str) -> str:
    return spelled(without_badges(label))


def _key(label: str) -> str:
    return _name(label).casefold()


def _spelling_warnings(heads: list[Head]) -> list[str]:
    first: dict[str, str] = {}
    other: dict[str, str] = {}
    for head in heads:
        if first.setdefault(_key(head.speaker), head.speaker) != head.speaker:
            other.setdefault(head.speaker, first[_key(head.speaker)])
    return [f"“{label}” read as “{_name(known)}”." for label, known in other.items()]
