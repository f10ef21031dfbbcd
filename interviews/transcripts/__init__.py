"""Reads what recorders, meeting tools and people call a transcript into one normalised text with turns.

Pure: bytes in, frozen dataclasses out; no Django, no files, no network.
"""

from interviews.transcripts.model import Draft, DraftTurn, Speaker, TranscriptError
from interviews.transcripts.reader import read_transcript
from interviews.transcripts.speakers import Role, speaker_role_guess

__all__ = [
    "Draft",
    "DraftTurn",
    "Role",
    "Speaker",
    "TranscriptError",
    "read_transcript",
    "speaker_role_guess",
]
