"""Counts and lists in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def counted(count: int, one: str) -> str:
    """ "1 interview", "1,200 interviews"."""
    return f"{count:,} {one}{'' if count == 1 else 's'}"


def joined(parts: Sequence[str]) -> str:
    """ "a, b and c"."""
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if parts[1:] else "".join(parts)
