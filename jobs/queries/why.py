"""“Why is this first?” in a sentence, from what the score is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jobs.standing import WEIGHTED, rounded
from studies.counting import joined

NAMED = 2  # criteria named in one half of a sentence
UNTOLD = 0.05  # points of 100: less parts nobody
# the names of columns, where they are no nouns
NOUNS = {key: name.lower() for key, name in WEIGHTED.items()} | {"prevalence": "how often it was heard"}


def why_words(row: Mapping[str, Any], ahead_of: str) -> str:
    """`row` of the ranking, `ahead_of` the statement of the next job; empty where nothing is known."""
    why = row.get("why")
    if not why or row["rank"] is None or not why["leads"]:
        return ""
    before = _ahead(why, ahead_of) if ahead_of else ""
    return " ".join(filter(None, (_most(row, why), before, _falls(row, why))))


def _most(row: Mapping[str, Any], why: Mapping[str, Any]) -> str:
    name, points = why["leads"][0]
    noun = NOUNS[name][0].upper() + NOUNS[name][1:]
    if len(row["contributions"]) == 1:
        return f"{noun} is all that is known of it, and makes its {rounded(row['score'], 0)} points."
    return f"{noun} adds most: {rounded(points, 0)} of its {rounded(row['score'], 0)} points."


def _ahead(why: Mapping[str, Any], ahead_of: str) -> str:
    """Where not the same is known of both, only what is known of both tells which is the stronger."""
    uneven = _uneven(why)
    by = f"mainly by {_named(why['ahead_by'])}"
    if uneven and why["apart"] > UNTOLD:
        return f"Ahead of “{ahead_of}” also on what is known of both, {by} ({uneven})."
    if uneven:
        stands = "level with" if why["apart"] > -UNTOLD else "behind"
        return f"On what is known of both it is {stands} “{ahead_of}” ({uneven})."
    return f"Ahead of “{ahead_of}” {by}." if why["ahead_by"] else ""


def _uneven(why: Mapping[str, Any]) -> str:
    """What is known of one of the two jobs alone."""
    one_only = (("this", why.get("only_here")), ("that", why.get("only_there")))
    told = [
        f"of {which} one only: {joined([NOUNS[name] for name in names])}"
        for which, names in one_only
        if names
    ]
    return f"known {'; '.join(told)}" if told else ""


def _named(leads: Sequence[Sequence[Any]]) -> str:
    return " and ".join(f"{NOUNS[name]} (+{rounded(points)})" for name, points in leads[:NAMED])


def _falls(row: Mapping[str, Any], why: Mapping[str, Any]) -> str:
    if why["without"]:
        return f"Without {NOUNS[why['without']]} it would fall to rank {why['falls_to']}."
    if len(row["contributions"]) == 1:
        return ""
    return "No single criterion carries it: it keeps its rank without any one of them."
