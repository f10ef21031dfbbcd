"""Due dates for calendars (iCalendar, RFC 5545). Pure.

All-day events rather than tasks: calendars that people share show events, most of them pass over tasks.
They last their one day, as an event does that has no end (3.6.1), and take no time (TRANSPARENT). A moved
date moves the event: its UID stays, its SEQUENCE grows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

LONGEST_LINE = 75  # octets, without the line break (RFC 5545, 3.1)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True)
class Due:
    """`uid` is the same in every export, on every machine; `revision` grows with each change."""

    uid: str
    on: date
    title: str
    words: str
    url: str
    revision: int


def write_calendar(name: str, dues: Iterable[Due], *, about: str, made_at: datetime) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Progress Studio//Actions//EN", "CALSCALE:GREGORIAN"]
    lines += [f"X-WR-CALNAME:{_text(name)}", f"X-WR-CALDESC:{_text(about)}"]
    for due in dues:
        lines += _event(due, made_at)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(due: Due, made_at: datetime) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{due.uid}",
        f"DTSTAMP:{made_at:%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{due.on:%Y%m%d}",
        f"SEQUENCE:{due.revision}",
        f"SUMMARY:{_text(due.title)}",
        f"DESCRIPTION:{_text(due.words)}",
        f"URL:{due.url}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _text(value: str) -> str:
    plain = CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return plain.translate(ESCAPED)


def _folded(line: str) -> Iterator[str]:
    """No line is longer than 75 octets, and no character is torn apart."""
    part, room = "", LONGEST_LINE
    for letter in line:
        size = len(letter.encode())
        if size > room:
            yield part
            part, room = " ", LONGEST_LINE - 1
        part, room = part + letter, room - size
    yield part
