"""SubRip and YouTube's SBV: the same cues as WebVTT with other punctuation."""

from interviews.transcripts.model import Reading
from interviews.transcripts.vtt import read_cues


def read_srt(text: str, name: str) -> Reading:
    reading = read_cues(text, name, "SubRip")
    reading.format = "SubRip"
    return reading


def read_sbv(text: str, name: str) -> Reading:
    reading = read_cues(text.replace("[br]", "\n"), name, "SBV captions")
    reading.format = "SBV captions"
    return reading
