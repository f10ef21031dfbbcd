"""WebVTT and the caption files that share its cues: Zoom, Teams, noScribe, cues pasted into other text."""

import re
from collections import Counter
from dataclasses import replace

from interviews.transcripts.assemble import merged
from interviews.transcripts.cues import (
    Cue,
    CueFile,
    cue_meta,
    cue_warnings,
    head_note,
    joint_warnings,
    parse_cues,
    speech,
    timing,
    utterances_of,
)
from interviews.transcripts.model import Reading, TranscriptError, Utterance
from interviews.transcripts.speakers import plausible
from interviews.transcripts.teams import TEAMS_CUE_ID, without_badges

_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,200})?(?:[ \t]+([^<>]{0,200}))?>")
_TAGS = re.compile(
    r"</?(?:c|i|b|u|s|v|ruby|rt|lang|font|span)(?:[.\s][^<>]*)?/?>|<\d[\d:.]*\s*>|\{\\[^{}]*\}", re.IGNORECASE
)
_ENTITY = re.compile(r"&(amp|lt|gt|nbsp|lrm|rlm|quot|apos|#39);")
_MEANING = {
    "amp": "&",
    "lt": "<",
    "gt": ">",
    "nbsp": "\u00a0",
    "lrm": "\u200e",
    "rlm": "\u200f",
    "quot": '"',
    "apos": "'",
    "#39": "'",
}


def plain_words(payload: str) -> str:
    """A caption's words: the format's markup removed; anything else in angle brackets is speech."""
    without_tags = _TAGS.sub("", payload) if "<" in payload or "{" in payload else payload
    return _ENTITY.sub(lambda m: _MEANING[m[1]], without_tags) if "&" in without_tags else without_tags


def read_vtt(text: str, name: str) -> Reading:
    head, _, rest = text.lstrip("\n").partition("\n")
    if not head.startswith("WEBVTT"):
        reading = read_cues(text, name, "WebVTT")
        reading.warnings.insert(0, "The first line is not WEBVTT; the cues were read all the same.")
        return reading
    return read_cues(_below_header(rest), name, "WebVTT", title=head[6:].strip(" \t-"))


def _below_header(text: str) -> str:
    """Metadata may follow the WEBVTT line up to the first blank line."""
    lines = text.split("\n")
    end = next((at for at, line in enumerate(lines) if not line.strip() or timing(line)), len(lines))
    return "\n".join(lines[end:])


def read_cues(text: str, name: str, kind: str, title: str = "") -> Reading:
    found = parse_cues(text)
    if not found.cues:
        raise TranscriptError(
            f"“{name}” has no readable cue ({kind}): no line like 00:00:01.000 --> 00:00:04.000. "
            "Export the transcript again, or save plain text as .txt."
        )
    cues, badges = _voiced(found)
    if kind == "Word":
        cues = _named_on_first_line(cues)
    utterances, prefixes = utterances_of(cues, lambda payload: speech(plain_words(payload)))
    dialect = _dialect(found, cues, prefixes)
    meta = cue_meta(utterances, len(found.cues)) | ({"title": title} if title else {})
    warnings = cue_warnings(found) + joint_warnings(u.speaker for u in utterances) + badges
    return Reading(
        f"{kind} ({dialect})" if dialect else kind,
        merged(utterances),
        warnings + _speakerless(dialect, utterances),
        head_note(found.head),
        meta,
    )


def _voiced(found: CueFile) -> tuple[list[Cue], list[str]]:
    """One cue per voice: <v Fred>Hi</v><v Bill>Hi</v> is two people in one cue."""
    cues: list[Cue] = []
    for cue in found.cues:
        cues += _by_voice(cue) if "<v" in cue.text else [cue]
    if not any(TEAMS_CUE_ID.fullmatch(cue.id) for cue in cues):
        return cues, []
    bare = [replace(cue, speaker=without_badges(cue.speaker)) for cue in cues]
    changed = {old.speaker for old, new in zip(cues, bare, strict=True) if old.speaker != new.speaker}
    return bare, [f"Badge removed from the name “{label}”." for label in sorted(changed)]


def _named_on_first_line(cues: list[Cue]) -> list[Cue]:
    """Older Teams documents: time, name, words, each on its own line."""
    parts = [cue.text.partition("\n") for cue in cues]
    names = Counter(without_badges(first.strip()) for first, _, rest in parts if rest.strip())
    enough = sum(names.values()) * 10 >= len(cues) * 9
    if not enough or not all(plausible(label) for label in names) or len(names) * 2 > len(cues) + 2:
        return cues
    return [
        replace(cue, speaker=without_badges(first.strip()), text=rest) if rest.strip() else cue
        for cue, (first, _, rest) in zip(cues, parts, strict=True)
    ]


def _by_voice(cue: Cue) -> list[Cue]:
    pieces = _VOICE.split(cue.text)
    voices = list(zip(pieces[1::2], pieces[2::2], strict=True))
    first = [replace(cue, text=pieces[0])] if plain_words(pieces[0]).strip() or not voices else []
    return first + [
        replace(cue, text=words, speaker=plain_words(voice or "").strip()) for voice, words in voices
    ]


def _dialect(found: CueFile, cues: list[Cue], prefixes: frozenset[str]) -> str:
    if any("noScribe" in aside for aside in found.asides):
        return "noScribe"
    if any(TEAMS_CUE_ID.fullmatch(cue.id) for cue in found.cues):
        return "Teams"
    numbered = all(cue.id.isdigit() for cue in found.cues)
    return "Zoom" if prefixes and numbered and not any(cue.speaker for cue in cues) else ""


def _speakerless(dialect: str, utterances: list[Utterance]) -> list[str]:
    if dialect == "Teams" and not any(u.speaker for u in utterances):
        return [
            (
                "This Teams export carries no names. "
                "Download the .vtt or .docx from the meeting itself to get them."
            )
        ]
    return []
