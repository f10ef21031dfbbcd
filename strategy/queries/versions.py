"""Kept versions of a canvas as a list, and two of them side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from strategy.comparison import GONE, NEW, Difference, Mark, compare, summary
from strategy.document import CardData, from_plain
from strategy.models import CanvasVersion, Card, Lane

SORTS = {"element": "element", "quote": "quote", "job": "job", "cluster": "group"}


@dataclass(frozen=True)
class Line:
    """A version, how many cards it has, and what had changed since the one before it."""

    version: CanvasVersion
    cards: int
    changed: str


def lines(versions: Sequence[CanvasVersion], before: CanvasVersion | None) -> list[Line]:
    """`before` is the version that follows the last, older one; None at the end of the list."""
    states = [cards_of(version) for version in versions]
    older = [*states[1:], cards_of(before) if before else []]
    pairs = zip(versions, states, older, strict=False)
    return [Line(version, len(now), summary(compare(then, now))) for version, now, then in pairs]


def cards_of(version: CanvasVersion) -> list[CardData]:
    return [from_plain(card) for card in version.cards]


@dataclass(frozen=True)
class Side:
    """One card in one of the two states, in the words of a page; `marks` without what the other side has."""

    phase: int
    lane: str
    kind: str
    marks: list[Mark]


@dataclass(frozen=True)
class Row:
    key: str
    happened: tuple[str, ...]
    then: Side | None
    now: Side | None
    notes: list[str]
    was_there: bool


def rows(differences: Iterable[Difference]) -> list[Row]:
    return [_row(one) for one in differences]


def _row(one: Difference) -> Row:
    marks = one.marks
    then = _side(one.then, [mark for mark in marks if mark.kind != NEW])
    now = _side(one.now, [mark for mark in marks if mark.kind != GONE])
    return Row(one.card.key, one.happened, then, now, _notes(one), one.then is not None)


def _side(card: CardData | None, marks: list[Mark]) -> Side | None:
    if card is None:
        return None
    return Side(card.phase, Lane(card.lane).label, Card.Kind(card.kind).label, marks)


def _notes(one: Difference) -> list[str]:
    """What no mark in the text shows."""
    said = ["moved up or down in its field"] if one.moved and not one.changed_field else []
    said += [f"{_count(links)} {word}" for links, word in _links(one) if links]
    return said


def _links(one: Difference) -> list[tuple[frozenset[str], str]]:
    return [(one.linked, "linked"), (one.unlinked, "no longer linked")]


def _count(links: Iterable[str]) -> str:
    counted = Counter(link.partition(":")[0] for link in links)
    return ", ".join(f"{n} {SORTS[sort]}{'s' if n > 1 else ''}" for sort, n in sorted(counted.items()))


def side_by_side(old: list[CardData], new: list[CardData]) -> dict[str, Any]:
    """{"rows", "summary", "cards": (how many then, how many now)}."""
    differences = compare(old, new)
    return {"rows": rows(differences), "summary": summary(differences), "cards": (len(old), len(new))}
