"""Clock notations: 0:14, 75:10, 1:02:03, 00:00:01.500, 00:00:01,500."""

import re

CLOCK = r"(?:\d{1,2}:\d{2}:\d{2}|\d{1,3}:\d{2})(?:[.,]\d{1,3})?"
_CLOCK_ALONE = re.compile(rf"[\[(]?({CLOCK})[\])]?", re.ASCII)


def clock_ms(clock: str) -> int:
    whole, _, fraction = clock.replace(",", ".").partition(".")
    seconds = 0
    for part in whole.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds * 1000 + int((fraction + "000")[:3])


def time_alone(line: str) -> int | None:
    """Milliseconds when the line holds a time and nothing else."""
    found = _CLOCK_ALONE.fullmatch(line.strip()) if len(line) < 40 else None
    return clock_ms(found[1]) if found else None


def shown(ms: int) -> str:
    hours, rest = divmod(ms // 1000, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}"
