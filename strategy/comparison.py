"""What differs between two states of a canvas, card by card and word by word. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import NamedTuple

from strategy.document import LANES, CardData, place

WORD = re.compile(r"\S+\s*|\s+")  # a word with the space behind it
MOST_PAIRS = 1_000_000  # of words to compare: beyond, a text counts as written anew
PLACE = ("phase", "lane", "position")
SAME, GONE, NEW = "same", "gone", "new"
HAPPENED = ("added", "removed", "changed", "moved")


class Mark(NamedTuple):
    """A piece of text that stayed (`same`), that only the older state has (`gone`), or the newer (`new`)."""

    kind: str
    text: str

    @property
    def words(self) -> str:
        return self.text.rstrip()

    @property
    def space(self) -> str:
        """Behind the words: outside of what marks them, or it would stick to the next word."""
        return self.text[len(self.words) :]


@dataclass(frozen=True)
class Difference:
    """One card then and now; `then` None: it was added, `now` None: it was removed."""

    then: CardData | None
    now: CardData | None

    @property
    def card(self) -> CardData:
        return self.now or self.then  # type: ignore[return-value]

    @property
    def happened(self) -> tuple[str, ...]:
        """Some of HAPPENED; empty where the card is the same."""
        if self.then is None or self.now is None:
            return ("added",) if self.then is None else ("removed",)
        told = {"changed": self.rewritten or self.rekinded or self.relinked, "moved": self.moved}
        return tuple(word for word, is_so in told.items() if is_so)

    @property
    def rewritten(self) -> bool:
        return bool(self.then and self.now and self.then.text != self.now.text)

    @property
    def rekinded(self) -> bool:
        return bool(self.then and self.now and self.then.kind != self.now.kind)

    @property
    def relinked(self) -> bool:
        return bool(self.linked or self.unlinked) and None not in (self.then, self.now)

    @property
    def linked(self) -> frozenset[str]:
        """Links that only the newer state has."""
        return self.now.links - self.then.links if self.then and self.now else frozenset()

    @property
    def unlinked(self) -> frozenset[str]:
        return self.then.links - self.now.links if self.then and self.now else frozenset()

    @property
    def moved(self) -> bool:
        return bool(
            self.then
            and self.now
            and any(getattr(self.then, name) != getattr(self.now, name) for name in PLACE)
        )

    @property
    def changed_field(self) -> bool:
        """Moved to another phase or row, not only up or down."""
        return bool(
            self.then and self.now and (self.then.phase, self.then.lane) != (self.now.phase, self.now.lane)
        )

    @property
    def marks(self) -> list[Mark]:
        """The words of both states, in one text."""
        return mark_words(self.then.text if self.then else "", self.now.text if self.now else "")


def compare(then: Iterable[CardData], now: Iterable[CardData]) -> list[Difference]:
    """Every card that differs, in the order of the canvas as it is now."""
    before, after = ({card.key: card for card in cards} for cards in (then, now))
    found = [Difference(before.get(key), after.get(key)) for key in before.keys() | after.keys()]
    return sorted((one for one in found if one.happened), key=_order)


def without(done: Iterable[Difference], now: Iterable[CardData]) -> list[CardData]:
    """The cards of now as if what was `done` had not been; a card that people have touched since stays."""
    cards = {card.key: card for card in now}
    for one in done:
        if cards.get(one.card.key) == one.now:
            cards.pop(one.card.key, None)
            cards |= {one.then.key: one.then} if one.then else {}
    return list(cards.values())


def _order(one: Difference) -> tuple[int, int, tuple[str, str]]:
    return one.card.phase, LANES.index(one.card.lane), place(one.card)


def summary(differences: Iterable[Difference]) -> str:
    """ "2 added, 1 changed"; "no change" where nothing differs. A card may be changed and moved."""
    counted = Counter(word for one in differences for word in one.happened)
    return ", ".join(f"{counted[word]} {word}" for word in HAPPENED if counted[word]) or "no change"


def mark_words(then: str, now: str) -> list[Mark]:
    """Which words stayed, went and came: `same` and `gone` together are the old text, `same` and `new` the
    new one."""
    old, new = WORD.findall(then), WORD.findall(now)
    if len(old) * len(new) > MOST_PAIRS:
        return [Mark(SAME, then)] if then == now else [Mark(GONE, then), Mark(NEW, now)]
    was, now_is = ([word.rstrip() for word in words] for words in (old, new))
    marks: list[Mark] = []
    for tag, i, j, k, m in SequenceMatcher(None, was, now_is, autojunk=False).get_opcodes():
        if tag == "equal":
            marks += [mark for pair in zip(old[i:j], new[k:m], strict=True) for mark in _spaced(*pair)]
        else:
            marks += [Mark(GONE, "".join(old[i:j])), Mark(NEW, "".join(new[k:m]))]
    return _joined(marks)


def _spaced(then: str, now: str) -> list[Mark]:
    """The same word, whatever space follows it."""
    word = now.rstrip()
    if then == now:
        return [Mark(SAME, now)]
    return [Mark(SAME, word), Mark(GONE, then[len(word) :]), Mark(NEW, now[len(word) :])]


def _joined(marks: Iterable[Mark]) -> list[Mark]:
    """Without empty pieces, neighbours of one kind in one."""
    runs = groupby((mark for mark in marks if mark.text), key=lambda mark: mark.kind)
    return [Mark(kind, "".join(mark.text for mark in run)) for kind, run in runs]
