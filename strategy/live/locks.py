"""Cards and lanes that only the facilitator may change: whether an update touched one."""

from __future__ import annotations

from typing import Any

from pycrdt import Doc, Map

from strategy.document import shared_cards, watch_cards
from strategy.queries.rooms import Locks


class LockWatch:
    """Costs nothing while nothing is locked."""

    def __init__(self) -> None:
        self.locks = Locks()
        self.lanes: dict[str, str] = {}  # card -> its lane
        self.watched: Doc[Any] | None = None
        self.watching: Any = None
        self.touched: set[str] = set()  # by the latest update

    def set(self, locks: Locks, doc: Doc[Any]) -> None:
        self.locks = locks
        self.learn(doc)

    def learn(self, doc: Doc[Any]) -> None:
        """The document is another one, or changed by an update that is not judged here."""
        if not any(self.locks):
            self.watched, self.watching, self.lanes = None, None, {}
        elif self.watched is not doc:
            self.watched, self.watching = doc, watch_cards(doc, self.touched.update)
            self.lanes = {key: _lane(card) for key, card in shared_cards(doc).items()}
        else:
            self._follow(doc)

    def begin(self) -> None:
        self.touched.clear()

    def is_broken(self, doc: Doc[Any]) -> bool:
        """Whether the update since begin() changed what is locked: a card, or one that is in a lane or comes
        into it."""
        before = {self.lanes.get(key, "") for key in self.touched}
        broken = not self.locks.cards.isdisjoint(self.touched)
        after = self._follow(doc)
        return broken or not self.locks.lanes.isdisjoint(before | after)

    def _follow(self, doc: Doc[Any]) -> set[str]:
        cards = shared_cards(doc)
        found = {key: _lane(cards[key]) for key in self.touched if key in cards}
        self.lanes.update(found)
        for key in self.touched - found.keys():
            self.lanes.pop(key, None)
        return set(found.values())


def _lane(card: Any) -> str:
    lane = card.get("lane") if isinstance(card, Map) else None
    return lane if isinstance(lane, str) else ""
