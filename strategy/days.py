"""How days are written in sentences. Pure."""

from __future__ import annotations

from datetime import date


def day_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
