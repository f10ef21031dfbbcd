"""Watches a document while an update is applied: which cards it touches, whether these are locked, and
whether they are still cards afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pycrdt import Doc, Map, Text

from strategy.document import LONGEST_TEXT, MOST_LINKS, is_card_key, shared_cards, watch_cards
from strategy.queries.rooms import Locks

LONGEST_WORD, MOST_PARTS = 1_000, 16  # characters of a field, fields; of a card without its text and links


class Watch:
    """Of one document. `close()` it when the document is given up: the library keeps its observers, and they
    keep the document. In the event loop: begin(), apply the update, then ask."""

    def __init__(self, doc: Doc[Any], locks: Locks) -> None:
        self.doc, self.cards = doc, shared_cards(doc)
        self.touched: dict[str, bool] = {}  # card -> only letters of its text came or went
        # card -> letters that may still come before it is measured again
        self.letters_left: dict[str, int] = {}
        self.changes = changes = set[bool]()
        self.stop = watch_cards(doc, self.touched.update)
        self.listening = doc.observe(lambda _event: changes.add(True))
        self.lock(locks)

    def close(self) -> None:
        self.stop()
        self.doc.unobserve(self.listening)

    def lock(self, locks: Locks) -> None:
        self.locks = locks
        self.learn_lanes()

    def learn_lanes(self) -> None:
        """Notes the lane of each card, but only while something is locked."""
        self.lanes = {key: _lane(card) for key, card in self.cards.items()} if any(self.locks) else {}

    def begin(self) -> None:
        self.touched.clear()
        self.changes.clear()

    @property
    def saw_a_change(self) -> bool:
        """Whether anything changed since begin(). The library does not call observers for an update that
        leaves the document as it was."""
        return bool(self.changes)

    def breaks_lock(self) -> bool:
        """Whether the update since begin() changed a locked card, or one whose lane was or now is locked."""
        if not any(self.locks):
            return False
        before = {self.lanes.pop(key, "") for key in self.touched}
        after = {key: _lane(card) for key, card in self._touched_cards()}
        self.lanes.update(after)
        lanes = before | set(after.values())
        return not (self.locks.cards.isdisjoint(self.touched) and self.locks.lanes.isdisjoint(lanes))

    def is_misshapen(self) -> bool:
        """Whether a touched card holds a map or text where no card has one. Without such ones nothing can be
        nested deeply."""
        return any(_is_misshapen(card) for _key, card in self._touched_cards())

    @property
    def saw_letters_only(self) -> bool:
        return all(self.touched.values())

    def is_too_much(self, letters: int) -> bool:
        """Whether a touched card holds more than any page can show, or has a key that no card has. `letters`:
        how many the update brought at most."""
        return any(self._takes_too_much(key, letters) for key in self.touched)

    def _takes_too_much(self, key: str, letters: int) -> bool:
        left = self.letters_left.pop(key, 0) - letters
        if self.touched[key] and left >= 0:
            self.letters_left[key] = left
            return False
        if key not in self.cards:
            return False
        card = self.cards[key]
        if _is_small(card):  # as nearly always
            self.letters_left[key] = LONGEST_TEXT - LONGEST_WORD
            return not is_card_key(key)
        return not is_card_key(key) or _is_too_much(card)

    def _touched_cards(self) -> Iterator[tuple[str, Any]]:
        return ((key, self.cards[key]) for key in self.touched if key in self.cards)


def _lane(card: Any) -> str:
    lane = card.get("lane") if isinstance(card, Map) else None
    return lane if isinstance(lane, str) else ""


def _is_misshapen(card: Any) -> bool:
    if not isinstance(card, Map):
        return isinstance(card, Text)
    parts = dict(card.items())
    links, text = parts.pop("links", None), parts.pop("text", None)
    inside = list(links.values()) if isinstance(links, Map) else []
    wrong = isinstance(links, Text) or isinstance(text, Map)
    return wrong or any(isinstance(each, Map | Text) for each in [*parts.values(), *inside])


def _is_small(card: Any) -> bool:
    """Whether all of the card together is no longer than any one field may be: then none of them is too
    long."""
    return isinstance(card, Map) and len(card) <= MOST_PARTS and len(str(card)) <= LONGEST_WORD


def _is_too_much(card: Any) -> bool:
    """The library tells the length of a text in bytes, quickly. Letters are counted only where that is too
    much, since no text has more letters than bytes."""
    if not isinstance(card, Map):
        return len(str(card)) > LONGEST_WORD
    parts = dict(card.items())
    links, text = parts.pop("links", None), parts.pop("text", None)
    if isinstance(text, Text) and len(text) > LONGEST_TEXT and len(str(text)) > LONGEST_TEXT:
        return True
    wordy = any(len(str(each)) > LONGEST_WORD for each in [*parts, *parts.values()])
    return wordy or len(parts) > MOST_PARTS or (isinstance(links, Map) and len(links) > MOST_LINKS)
