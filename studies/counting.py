"""Counts in words. Pure."""

from __future__ import annotations


def counted(count: int, one: str) -> str:
    """ "1 interview", "1,200 interviews"."""
    return f"{count:,} {one}{'' if count == 1 else 's'}"
