"""What an update may make of a card, also when it comes letter by letter or behind others."""

from __future__ import annotations

import pytest
from pycrdt import Doc, Map, Text

from strategy.actions.sheets import noted
from strategy.document import LONGEST_TEXT, MOST_CARDS, CardData, new_doc, put_card, shared_cards
from strategy.live import refusals
from strategy.live.copy import Copy
from strategy.live.refusals import Refused
from strategy.live.shape import shape_of
from strategy.queries.rooms import Locks

KEY = "0b2b9d55-7a43-44be-8d8e-6b0a4a2e9b11"
CHUNK = 900


@pytest.fixture
def doc() -> Doc:
    doc = new_doc()
    put_card(doc, CardData(KEY, text="Lend bikes"))
    return doc


@pytest.fixture
def copy(doc: Doc) -> Copy:
    other = new_doc()
    other.apply_update(doc.get_update())
    return Copy(other, Locks(), MOST_CARDS)


def typed(doc: Doc, letters: str) -> bytes:
    with noted(doc) as updates:
        shared_cards(doc)[KEY]["text"].insert(0, letters)
    return updates[0]


def is_taken(copy: Copy, update: bytes) -> bool:
    return copy.takes(update, shape_of(update), leads=False)


def length(copy: Copy) -> int:
    return len(str(copy.watch.cards[KEY]["text"]))


def test_a_text_is_as_long_as_it_may_be_and_no_longer(doc: Doc, copy: Copy) -> None:
    while length(copy) + CHUNK <= LONGEST_TEXT:
        assert is_taken(copy, typed(doc, "x" * CHUNK))

    with pytest.raises(Refused) as refused:
        is_taken(copy, typed(doc, "x" * CHUNK))

    assert refused.value == refusals.TOO_MUCH


def test_letters_that_others_wrote_count_as_well(doc: Doc, copy: Copy) -> None:
    assert is_taken(copy, typed(doc, "x"))
    copy.take_over(typed(doc, "x" * LONGEST_TEXT))

    with pytest.raises(Refused):
        is_taken(copy, typed(doc, "x"))


def test_fields_are_counted_after_letters(doc: Doc, copy: Copy) -> None:
    assert is_taken(copy, typed(doc, "x"))
    with noted(doc) as updates:
        for number in range(20):
            shared_cards(doc)[KEY][f"field {number}"] = number

    with pytest.raises(Refused):
        is_taken(copy, updates[0])


def test_cards_of_other_names_are_none(doc: Doc, copy: Copy) -> None:
    with noted(doc) as updates:
        shared_cards(doc)["no key"] = Map({"text": Text("x")})

    with pytest.raises(Refused):
        is_taken(copy, updates[0])
