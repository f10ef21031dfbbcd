"""The order in which people read names that end in numbers. Pure."""

from __future__ import annotations

import re
from unicodedata import combining, normalize

LONGEST = 240  # of a key; a pseudonym of 60 letters and numbers by turns needs 120
_NUMBER = re.compile(r"[0-9]+")


def natural_key(name: str) -> str:
    """Compares as text, on every database, the way people count: "Marek 2" before "Marek 10".

    Numbers say first how long they are; capital letters and accents do not matter.
    """
    plain = "".join(letter for letter in normalize("NFKD", name.casefold()) if not combining(letter))
    return _NUMBER.sub(_counted, plain)[:LONGEST]


def _counted(number: re.Match[str]) -> str:
    digits = number[0].lstrip("0") or "0"
    return f"{len(digits):02}{digits}"
