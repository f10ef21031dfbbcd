"""What somebody says while another speaks, as noScribe writes it: “It was late. //S02: Very. // And cold.”"""

import re
from collections.abc import Iterator
from dataclasses import replace

from interviews.transcripts.model import Reading, Utterance
from studies.counting import counted

_ASIDE = re.compile(r"(?<!:)//\s*([^:/\n]{1,60}):\s*((?:(?!//).)*)//", re.DOTALL)
_NUMBERED = re.compile(r"S\d{2,3}")


def set_apart(reading: Reading) -> Reading:
    """Each aside becomes a turn of who said it; the times of the turn around it are the nearest known."""
    whole = [_unmarked(utterance) for utterance in reading.utterances]
    voices = {utterance.speaker for utterance in whole}
    cut = [list(_cut(utterance, voices)) for utterance in whole]
    if not (count := sum(len(parts) // 2 for parts in cut)):
        return replace(reading, utterances=whole)
    told = f"{counted(count, 'remark')} into another’s words, marked “//name: … //”, made a turn of its own."
    utterances = [part for parts in cut for part in parts if part.text.strip() or len(parts) == 1]
    return replace(reading, utterances=utterances, warnings=[*reading.warnings, told])


def _unmarked(utterance: Utterance) -> Utterance:
    """A cue that is nothing but an aside has “//S02” as its speaker."""
    if not utterance.speaker.startswith("//"):
        return utterance
    text = utterance.text.rstrip().removesuffix("//")
    return replace(utterance, speaker=utterance.speaker.lstrip("/ "), text=text)


def _cut(utterance: Utterance, voices: set[str]) -> Iterator[Utterance]:
    start = 0
    for found in _ASIDE.finditer(utterance.text):
        if (who := found[1].strip()) in voices or _NUMBERED.fullmatch(who):
            yield replace(utterance, text=utterance.text[start : found.start()])
            yield replace(utterance, speaker=who, text=found[2])
            start = found.end()
    yield replace(utterance, text=utterance.text[start:])
