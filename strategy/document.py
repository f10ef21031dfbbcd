"""The cards of a canvas as a shared document (Yjs): read whatever a browser wrote, and changed. Pure.

The document has one map, `cards`: key of a card -> {phase, lane, position, kind, text: Text, links: Map}.
What is not understood is read as the nearest thing that is, so that nobody's words disappear from sight.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

from pycrdt import Doc, Text, TextEvent
from pycrdt import Map as SharedMap

PHASES = (1, 2, 3, 4)
LANES = ("need", "solutions", "marketing", "communication", "buying_aids", "partners", "target")
KINDS = ("idea", "strategy", "assumption", "question", "action")
LINK = re.compile(r"(element|quote|job|cluster):([1-9]\d{0,17})", re.ASCII)
POSITION = re.compile(r"[0-9A-Za-z]*[1-9A-Za-z]", re.ASCII)
MOST_CARDS = 1000
MOST_DRAFTED = 200  # cards that one person writes silently
MOST_BEGUN = 30  # hidden cards more than MOST_CARDS, begun before their pages knew that the canvas is full
LONGEST_POSITION = 200
LONGEST_TEXT, MOST_LINKS = 20_000, 200  # of a card: characters, links
T = TypeVar("T")


@dataclass(frozen=True)
class CardData:
    """One card; `links` are "element:12", "quote:3", "job:4" or "cluster:5"."""

    key: str
    phase: int = 1
    lane: str = "need"
    position: str = "V"
    kind: str = "idea"
    text: str = ""
    links: frozenset[str] = frozenset()

    def linked(self, sort: str) -> set[int]:
        """Ids of the linked rows of one sort."""
        found = (LINK.fullmatch(link) for link in self.links)
        return {int(match[2]) for match in found if match and match[1] == sort}

    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {**vars(self), "links": sorted(self.links)}


def from_plain(data: Mapping[str, Any]) -> CardData:
    """The reverse of CardData.plain(), as forgiving as reading a document."""
    return _card(str(data.get("key", "")), {**data, "links": dict.fromkeys(data.get("links", ()), True)})


def new_doc(client: int | None = None) -> Doc[Any]:
    """Deleted words are kept: undoing a deletion works after a reload, and they cost next to nothing.
    `client`: who writes in it; somebody new where it is None."""
    return Doc(client_id=client, skip_gc=True)


def shared_cards(doc: Doc[Any]) -> SharedMap[Any]:
    return doc.get("cards", type=SharedMap)


# --- reading -----------------------------------------------------------------------------------------
def read_cards(doc: Doc[Any], only: Iterable[str] | None = None) -> dict[str, CardData]:
    """Every card of the document by its key, or those of `only`; what has no proper key is not a card."""
    with doc.transaction():  # one for all that is asked, instead of one for each question
        cards = shared_cards(doc)
        keys = (key for key in (cards.keys() if only is None else only) if is_card_key(key))
        found = {key: cards.get(key) for key in keys}
        # As JSON: in one question for each card, not several for each of its parts
        return {
            key: _card(key, json.loads(str(value)))
            for key, value in found.items()
            if isinstance(value, SharedMap)
        }


def is_card_key(key: str) -> bool:
    """Whether `key` is a UUID as browsers write it; any other spelling would give one card two names."""
    try:
        return str(UUID(key)) == key
    except ValueError:
        return False


def _card(key: str, value: Mapping[str, Any]) -> CardData:
    links = value.get("links")
    return CardData(
        key,
        _one_of(value.get("phase"), PHASES),
        _one_of(value.get("lane"), LANES),
        _position(value.get("position")),
        _one_of(value.get("kind"), KINDS),
        _words(value.get("text")),
        frozenset(link for link in links if LINK.fullmatch(link)) if isinstance(links, dict) else frozenset(),
    )


def _one_of(value: Any, allowed: tuple[T, ...]) -> T:
    return next((each for each in allowed if each == value), allowed[0])


def _position(value: Any) -> str:
    """The position that a browser wrote, if order.key_between can place cards before and behind it; else the
    default."""
    found = value[:LONGEST_POSITION] if isinstance(value, str) else ""
    return found if POSITION.fullmatch(found) else CardData.position


def _words(value: Any) -> str:
    """No database keeps NUL."""
    return value.replace("\0", "") if isinstance(value, str) else ""


def in_field(cards: Iterable[CardData], phase: int, lane: str) -> list[CardData]:
    """The cards of a field from top to bottom; equal places are told apart by key, alike everywhere."""
    return sorted((card for card in cards if (card.phase, card.lane) == (phase, lane)), key=place)


def place(card: CardData) -> tuple[str, str]:
    return card.position, card.key


# --- changing ----------------------------------------------------------------------------------------
def put_card(doc: Doc[Any], card: CardData) -> None:
    """Adds a card, or makes the one of this key like it, letter by letter where its text differs."""
    cards = shared_cards(doc)
    if card.key in cards and isinstance(cards[card.key], SharedMap):
        return _make_like(cards[card.key], card)
    whole = {name: getattr(card, name) for name in ("phase", "lane", "position", "kind")}
    links = SharedMap(dict.fromkeys(sorted(card.links), True))
    cards[card.key] = SharedMap({**whole, "text": Text(card.text), "links": links})
    return None


def change_card(doc: Doc[Any], key: str, **changes: Any) -> None:
    """KeyError where there is no such card."""
    put_card(doc, replace(read_cards(doc)[key], **changes))


def drop_card(doc: Doc[Any], key: str) -> None:
    """Nothing happens where there is no such card."""
    shared_cards(doc).pop(key, None)


def make_like(doc: Doc[Any], wanted: Iterable[CardData]) -> None:
    """Turns the document into these cards with as few changes as can be."""
    by_key = {card.key: card for card in wanted}
    have = read_cards(doc)
    for key in have.keys() - by_key.keys():
        drop_card(doc, key)
    for key, card in by_key.items():
        if have.get(key) != card:
            put_card(doc, card)


def _make_like(shared: SharedMap[Any], card: CardData) -> None:
    for name in ("phase", "lane", "position", "kind"):
        if shared.get(name) != getattr(card, name):
            shared[name] = getattr(card, name)
    if isinstance(shared.get("text"), Text):
        _retype(shared["text"], card.text)
    else:
        shared["text"] = Text(card.text)
    _relink(shared, card.links)


def _relink(shared: SharedMap[Any], wanted: frozenset[str]) -> None:
    if not isinstance(shared.get("links"), SharedMap):
        shared["links"] = SharedMap(dict.fromkeys(sorted(wanted), True))
        return
    links = shared["links"]
    have = set(links.to_py() or {})
    for link in have - wanted:
        del links[link]
    for link in wanted - have:
        links[link] = True


def _retype(shared: Text, wanted: str) -> None:
    """One deletion and one insertion, so that what others type beside it stays. Places count bytes."""
    have = str(shared)
    if have == wanted:
        return
    start = _common(have, wanted)
    end = _common(have[start:][::-1], wanted[start:][::-1])
    first = len(have[:start].encode())
    last = len(have[: len(have) - end].encode())
    if last > first:
        del shared[first:last]
    if middle := wanted[start : len(wanted) - end]:
        shared.insert(first, middle)


def _common(one: str, other: str) -> int:
    """How many characters two texts share from their beginning on."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


# --- who touched what --------------------------------------------------------------------------------
def watch_cards(doc: Doc[Any], touched: Callable[[dict[str, bool]], None]) -> Callable[[], None]:
    """Calls `touched` with the keys of the cards that a transaction changes, until the result is called; with
    True where only letters of a text came or went."""

    def told(events: list[Any]) -> None:
        found: dict[str, bool] = {}
        for event in events:
            for key in event.path[:1] or event.keys:
                found[str(key)] = found.get(str(key), True) and isinstance(event, TextEvent)
        touched(found)

    cards = shared_cards(doc)
    watching = cards.observe_deep(told)
    return lambda: cards.unobserve(watching)
