"""What Microsoft Teams adds: cue ids, badges on names, and lines that tell when transcription ran."""

import re

TEAMS_CUE_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/\d+-\d+", re.IGNORECASE)
_BADGE = re.compile(
    r"\s*[(\[](?:Guest|External|Unverified|Gast|Extern|Nicht überprüft|Invité|Externe|Non vérifié)[)\]]"
    r"|\s+(?:External|Unverified)$"
)
_STARTED_OR_STOPPED = re.compile(
    r".{1,80}\s(?:started|stopped|hat die|a démarré|a commencé|a arrêté|inició|detuvo"
    r"|ha avviato|ha interrotto)\s"
    r"(?:la\s)?(?:trans[ck]rip\S*)(?:\s(?:gestartet|beendet|angehalten))?\.?",
    re.IGNORECASE,
)


def without_badges(name: str) -> str:
    return _BADGE.sub("", name).strip()


def is_transcription_notice(line: str) -> bool:
    return len(line) < 140 and bool(_STARTED_OR_STOPPED.fullmatch(line.strip()))
