"""Which cards an update touches: whether they are locked, and whether they are still cards afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pycrdt import Doc, Map, Text

from strategy.document import LONGEST_TEXT, MOST_LINKS, is_card_key, shared_cards, watch_cards
from strategy.queries.rooms import Locks

LONGEST_WORD, MOST_PARTS = 1_000, 16  # of what a card holds beside text and links: characters, fields


class Watch:
    """Of one document, until it is closed: the library keeps whom it tells, and they the document."""

    def __init__(self, doc: Doc[Any], locks: Locks) -> None:
        self.doc, self.cards = doc, shared_cards(doc)
        self.touched: dict[str, bool] = {}  # card -> only letters of its text came or went
        self.letters_left: dict[str, int] = {}  # card -> that may come before it is looked at again
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
        """The lane of each card, while anything is locked; costs nothing while nothing is."""
        self.lanes = {key: _lane(card) for key, card in self.cards.items()} if any(self.locks) else {}

    def begin(self) -> None:
        self.touched.clear()
        self.changes.clear()

    @property
    def saw_a_change(self) -> bool:
        """Since begin(). The library tells of no update that leaves a document as it was."""
        return bool(self.changes)

    def breaks_lock(self) -> bool:
        """Whether the update since begin() changed a locked card, or one that is in a locked lane or comes
        into one."""
        if not any(self.locks):
            return False
        before = {self.lanes.pop(key, "") for key in self.touched}
        after = {key: _lane(card) for key, card in self._touched_cards()}
        self.lanes.update(after)
        lanes = before | set(after.values())
        return not (self.locks.cards.isdisjoint(self.touched) and self.locks.lanes.isdisjoint(lanes))

    def is_misshapen(self) -> bool:
        """Whether a touched card holds types where no card has any. Nothing can then be nested deeply."""
        return any(_is_misshapen(card) for _key, card in self._touched_cards())

    @property
    def saw_letters_only(self) -> bool:
        return all(self.touched.values())

    def is_too_much(self, letters: int) -> bool:
        """Whether a touched card holds more than any page can show, or is none by its name; `letters`: how
        many the update brought at most."""
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
    """Nothing in it is longer than all of it."""
    return isinstance(card, Map) and len(card) <= MOST_PARTS and len(str(card)) <= LONGEST_WORD


def _is_too_much(card: Any) -> bool:
    """Lengths of shared texts are in bytes, which are quickly asked for; letters are counted only then."""
    if not isinstance(card, Map):
        return len(str(card)) > LONGEST_WORD
    parts = dict(card.items())
    links, text = parts.pop("links", None), parts.pop("text", None)
    if isinstance(text, Text) and len(text) > LONGEST_TEXT and len(str(text)) > LONGEST_TEXT:
        return True
    wordy = any(len(str(each)) > LONGEST_WORD for each in [*parts, *parts.values()])
    return wordy or len(parts) > MOST_PARTS or (isinstance(links, Map) and len(links) > MOST_LINKS)
