"""Utterances to the one text that is stored: offsets, speakers, merged cues."""

from collections import Counter

from interviews.transcripts.decode import normalised
from interviews.transcripts.language import guess_language
from interviews.transcripts.model import (
    MAX_TURNS,
    Draft,
    DraftTurn,
    Reading,
    Speaker,
    TranscriptError,
    Utterance,
)
from studies.counting import counted

MERGE_GAP_MS = 2_000
LONGEST_MERGED_MS = 120_000  # a monologue stays quotable by time
_BETWEEN_TURNS = "\n\n"
Spoken = list[tuple[Utterance, str]]  # with the words that are kept of it, none empty


def merged(utterances: list[Utterance]) -> list[Utterance]:
    """Meeting tools cut one utterance into many cues: same speaker and a gap of at most 2 s is one turn."""
    turns: list[Utterance] = []
    for utterance in utterances:
        longer = _joined(turns[-1], utterance) if turns else None
        if longer:
            turns[-1] = longer
        else:
            turns.append(utterance)
    return turns


def _joined(last: Utterance, cue: Utterance) -> Utterance | None:
    if not cue.speaker or cue.speaker != last.speaker:
        return None
    if last.start_ms is None or last.end_ms is None or cue.start_ms is None or cue.end_ms is None:
        return None
    in_order = last.start_ms <= cue.start_ms <= last.end_ms + MERGE_GAP_MS
    if not in_order or cue.end_ms - last.start_ms > LONGEST_MERGED_MS:
        return None
    text = f"{last.text.rstrip()} {cue.text.lstrip()}"
    return Utterance(last.speaker, text, last.start_ms, max(last.end_ms, cue.end_ms))


def tidy(text: str) -> str:
    """Line ends trimmed and blank lines closed, so that a blank line always stands between two turns."""
    clean, _ = normalised(text)
    lines = (line.strip() for line in clean.split("\n"))
    return "\n".join(line for line in lines if line)


def draft_from(reading: Reading, name: str, digest: str) -> Draft:
    spoken = [(u, words) for u in reading.utterances if (words := tidy(u.text))]
    _refuse_extremes(len(spoken), name)
    text = _BETWEEN_TURNS.join(words for _, words in spoken)
    turns = _turns(spoken)
    speakers = _speakers(turns, text)
    return Draft(
        format=reading.format,
        text=text,
        turns=tuple(turns),
        speakers=speakers,
        warnings=(
            *reading.warnings,
            *_empty_warning(reading, spoken),
            *_nameless_warning(speakers, len(turns)),
        ),
        dropped=tuple(reading.dropped),
        language=guess_language(text),
        duration_ms=_duration(turns),
        source_digest=digest,
        meta=reading.meta,
    )


def _turns(spoken: Spoken) -> list[DraftTurn]:
    """Where each stands in the text that is stored."""
    turns, start = [], 0
    for utterance, words in spoken:
        speaker, end = " ".join(tidy(utterance.speaker).split()), start + len(words)
        turns.append(DraftTurn(speaker, utterance.start_ms, utterance.end_ms, start, end))
        start = end + len(_BETWEEN_TURNS)
    return turns


def _refuse_extremes(turns: int, name: str) -> None:
    if not turns:
        raise TranscriptError(
            f"“{name}” holds no spoken words. Check that it is the transcript and not only its frame."
        )
    if turns > MAX_TURNS:
        raise TranscriptError(
            f"“{name}” has {turns:,} turns; at most {MAX_TURNS:,} can be imported as one transcript. "
            "Split the file by session."
        )


def _speakers(turns: list[DraftTurn], text: str) -> tuple[Speaker, ...]:
    counts: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for turn in turns:
        counts[turn.speaker] += 1
        words[turn.speaker] += len(text[turn.start : turn.end].split())
    return tuple(Speaker(label, count, words[label]) for label, count in counts.items())


def _empty_warning(reading: Reading, spoken: Spoken) -> list[str]:
    silent = len(reading.utterances) - len(spoken)
    return [f"{counted(silent, 'turn')} without words left out."] if silent else []


def _nameless_warning(speakers: tuple[Speaker, ...], turns: int) -> list[str]:
    nameless = next((s.turns for s in speakers if not s.label), 0)
    if not nameless:
        return []
    if nameless == turns:
        return ["No speaker names found: every turn is without a speaker until you name one."]
    return [f"{nameless:,} of {counted(turns, 'turn')} without a speaker."]


def _duration(turns: list[DraftTurn]) -> int | None:
    return max(
        (time for turn in turns for time in (turn.start_ms, turn.end_ms) if time is not None), default=None
    )
