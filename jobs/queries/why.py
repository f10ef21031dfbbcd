"""“Why is this first?” in a sentence, from what the score is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jobs.standing import WEIGHTED

NAMED = 2  # criteria named in one half of a sentence
# the names of columns, where they are no nouns
NOUNS = {key: name.lower() for key, name in WEIGHTED.items()} | {"prevalence": "how often it was heard"}


def why_words(row: Mapping[str, Any], ahead_of: str) -> str:
    """`row` of the ranking, `ahead_of` the statement of the next job; empty where nothing is known."""
    why = row.get("why")
    if not why or row["rank"] is None or not why["leads"]:
        return ""
    return " ".join(filter(None, (_most(row, why), _ahead(why, ahead_of), _falls(row, why))))


def _most(row: Mapping[str, Any], why: Mapping[str, Any]) -> str:
    name, points = why["leads"][0]
    noun = NOUNS[name][0].upper() + NOUNS[name][1:]
    return f"{noun} adds most: {points:.0f} of its {row['score']:.0f} points."


def _ahead(why: Mapping[str, Any], ahead_of: str) -> str:
    if not ahead_of or not why["ahead_by"]:
        return ""
    return f"Ahead of “{ahead_of}” mainly by {_named(why['ahead_by'])}."


def _named(leads: Sequence[Sequence[Any]]) -> str:
    return " and ".join(f"{NOUNS[name]} (+{points:.1f})" for name, points in leads[:NAMED])


def _falls(row: Mapping[str, Any], why: Mapping[str, Any]) -> str:
    if not why["without"]:
        return "No single criterion carries it: it keeps its rank without any one of them."
    return f"Without {NOUNS[why['without']]} it would fall to rank {why['falls_to']}."
