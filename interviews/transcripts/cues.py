"""The shared grammar of timed captions. Parsed by block, so that speech may look like a time.

The kept parsers (webvtt-py, srt) stop at a broken block or lose the words in it, and know no speakers;
an interview's words must survive a broken cue. The tests compare this parser with both on their own corpora.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from interviews.transcripts.model import MAX_CUES, TranscriptError, Utterance, note_of_lines
from interviews.transcripts.speakers import chosen_labels, is_joint, spelled
from interviews.transcripts.times import shown
from studies.counting import counted

_STAMP = r"(?:\d{1,4}:\d{1,2}:\d{1,2}[.,]\d{1,3}|\d{1,4}:\d{1,2}[.,]\d{3})(?!\d)"
_TIMING = re.compile(rf"\s*(\[?)({_STAMP})[ \t]*-->[ \t]*({_STAMP})\]?[ \t]*(.*)", re.ASCII)
_SBV_TIMING = re.compile(r"\s*()(\d{1,2}:\d{2}:\d{2}\.\d{3}),(\d{1,2}:\d{2}:\d{2}\.\d{3})()\s*", re.ASCII)
_BROKEN_TIMING = re.compile(r"\s*\d[\d:.,\w]*\s*-->\s*\S*\d\S*.*", re.ASCII)
_ASIDE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_PREFIX = re.compile(r"(?:>>\s*)?([^:：]{1,80}?)\s*[:：](?:\s+|$)(.*)", re.DOTALL)
_PREFIX_TIGHT = re.compile(r"(?:>>\s*)?([^:：]{1,80}?)\s*[:：]\s*(.*)", re.DOTALL)


@dataclass(slots=True)
class Cue:
    id: str
    start_ms: int
    end_ms: int
    text: str  # lines as in the file, tags and entities still in it
    speaker: str = ""
    after: str = ""  # words behind a blank line: no part of the cue by the book, but spoken


@dataclass(slots=True)
class CueFile:
    cues: list[Cue] = field(default_factory=list)
    head: list[str] = field(default_factory=list)  # lines before the first cue
    asides: list[str] = field(default_factory=list)  # NOTE, STYLE, REGION blocks
    strays: int = 0  # blocks without a time, kept with the cue before
    broken_times: int = 0


def stamp_ms(stamp: str) -> int:
    whole, fraction = re.split("[.,]", stamp)
    parts = [int(part) for part in whole.split(":")]
    if len(parts) == 2 and parts[0] > 59:
        parts.append(0)  # the reference parser reads 120:10.000 as hours and minutes
    hours, minutes, seconds = parts if len(parts) == 3 else (0, *parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int((fraction + "000")[:3])


def timing(line: str) -> re.Match[str] | None:
    return (_TIMING.fullmatch(line) if "-->" in line else None) or (
        _SBV_TIMING.fullmatch(line) if "," in line and len(line) < 40 else None
    )


def has_timings(text: str) -> bool:
    if "-->" in text:
        return any(timing(line) for line in text.split("\n") if "-->" in line)
    return any(_SBV_TIMING.fullmatch(line) for line in text.split("\n", 400)[:400] if len(line) < 40)


def refuse_floods(text: str, name: str) -> None:
    arrows = text.count("-->")
    if arrows > MAX_CUES:
        raise TranscriptError(
            f"“{name}” has about {arrows:,} cues; at most {MAX_CUES:,} can be imported as one transcript "
            "(a three-hour interview has about 5,000). Split the file, or check that it is one session."
        )


def parse_cues(text: str) -> CueFile:
    found = CueFile()
    for block in _blocks(text):
        _take_block(found, block)
    return found


def _blocks(text: str) -> Iterable[list[str]]:
    block: list[str] = []
    for line in text.split("\n"):
        if line.strip():
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _take_block(found: CueFile, block: list[str]) -> None:
    if _ASIDE.match(block[0]) and not (len(block) > 1 and timing(block[1])):
        found.asides.append("\n".join(block))
        return
    times = [(at, match) for at, line in enumerate(block) if (match := timing(line))]
    before = block[: times[0][0]] if times else block
    cue_id = before.pop().strip() if times and before and _is_id(before[-1], len(before)) else ""
    _take_untimed(found, before)
    for nth, (at, match) in enumerate(times):
        last = nth + 1 == len(times)
        payload = block[at + 1 : len(block) if last else times[nth + 1][0]]
        next_id = payload.pop().strip() if not last and payload and payload[-1].strip().isdigit() else ""
        found.cues.append(_cue(cue_id, match, payload))
        cue_id = next_id


def _is_id(line: str, position: int) -> bool:
    """Any line may name the cue of its own block; further down only a number may."""
    return not _BROKEN_TIMING.fullmatch(line) and (
        (position == 1 and not line.startswith("WEBVTT")) or line.strip().isdigit()
    )


def _cue(cue_id: str, match: re.Match[str], payload: list[str]) -> Cue:
    if match[1] and match[4]:
        payload = [match[4], *payload]  # [start --> end]  words on the same line
    return Cue(cue_id, stamp_ms(match[2]), stamp_ms(match[3]), "\n".join(payload))


def _take_untimed(found: CueFile, lines: list[str]) -> None:
    """Words outside any cue are kept with the cue before; what precedes the first cue is the file's head."""
    words = [line for line in lines if not _BROKEN_TIMING.fullmatch(line)]
    found.broken_times += len(lines) - len(words)
    if not found.cues:
        found.head += words
        return
    words = [line for i, line in enumerate(words) if not (i == 0 and line.strip().isdigit())]
    if not words:
        return
    last = found.cues[-1]
    if last.text:
        found.strays += 1
        last.after = "\n".join(filter(None, [last.after, *words]))
    else:
        last.text = "\n".join(words)  # exports that leave a blank line below the time


def speech(text: str) -> str:
    """Caption lines are layout, not paragraphs; a dialogue in dashes keeps its lines."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    dialogue = sum(line[0] in "-–—" for line in lines) >= 2
    return ("\n" if dialogue else " ").join(lines)


def name_prefixes(texts: list[str]) -> frozenset[str]:
    counts = Counter(spelled(m[1]) for text in texts if (m := _PREFIX.match(text)))
    return chosen_labels(counts, len(texts))


def split_prefix(text: str, labels: frozenset[str]) -> tuple[str, str]:
    match = _PREFIX_TIGHT.match(text) if labels else None
    if match and spelled(match[1]) in labels:
        return spelled(match[1]), match[2]
    return "", text


def utterances_of(cues: list[Cue], spoken: Callable[[str], str]) -> tuple[list[Utterance], frozenset[str]]:
    """Speakers by "Name: words"; the labels returned are those that carried a cue."""
    texts = [spoken(f"{cue.text}\n{cue.after}") for cue in cues]
    labels = name_prefixes([text for cue, text in zip(cues, texts, strict=True) if not cue.speaker])
    found = []
    for cue, text in zip(cues, texts, strict=True):
        speaker, words = (cue.speaker, text) if cue.speaker else split_prefix(text, labels)
        found.append(Utterance(speaker, words, cue.start_ms, cue.end_ms))
    return found, labels


def cue_meta(utterances: list[Utterance], cues: int) -> dict[str, object]:
    return {"cues": cues, "cues_by_speaker": dict(Counter(u.speaker for u in utterances))}


def cue_warnings(found: CueFile) -> list[str]:
    warnings = _time_warnings(found.cues)
    if found.broken_times:
        warnings.append(
            f"{counted(found.broken_times, 'unreadable time line')} left out; words kept with the cue before."
        )
    if found.strays:
        warnings.append(f"{counted(found.strays, 'paragraph')} without a time kept with the cue before.")
    return warnings


def _time_warnings(cues: list[Cue]) -> list[str]:
    pairs = list(pairwise(cues))
    backwards = [cue for cue in cues if cue.end_ms < cue.start_ms]
    overlaps = [cue for last, cue in pairs if cue.start_ms < last.end_ms]
    disorder = [cue for last, cue in pairs if cue.start_ms < last.start_ms]
    return [
        *_time_warning(backwards, "ending before the start", "; words kept"),
        *_time_warning(overlaps, "overlapping the one before"),
        *_time_warning(disorder, "out of order", "; file order kept"),
    ]


def _time_warning(cues: list[Cue], what: str, outcome: str = "") -> list[str]:
    if not cues:
        return []
    return [f"{counted(len(cues), 'cue')} {what} (first at {shown(cues[0].start_ms)}){outcome}."]


def joint_warnings(labels: Iterable[str]) -> list[str]:
    every = list(dict.fromkeys(label for label in labels if label))
    return [
        f"“{label}” is a joint label: kept as a speaker of its own, neither split nor merged."
        for label in every
        if is_joint(label, every)
    ]


def head_note(lines: list[str]) -> list[str]:
    return note_of_lines("Before the first cue", [line for line in lines if not line.strip().isdigit()])
