"""Cards as they are read from a document, whatever a browser wrote into it."""

from __future__ import annotations

from typing import Any

import pytest
from pycrdt import Array, Map, Text

from strategy.document import CardData, new_doc, read_cards, shared_cards

KEY = "00000000-0000-4000-8000-000000000001"


def read(value: Any) -> dict[str, CardData]:
    doc = new_doc()
    shared_cards(doc)[KEY] = value
    return read_cards(doc)


def test_a_card_is_read_as_a_browser_writes_it():
    links = Map({"job:4": True, "element:12": True})
    words = 'Lend "bikes" \\ 🚲\nto families'
    card = {"phase": 3.0, "lane": "partners", "position": "a1", "kind": "action", "text": Text(words)}

    assert read(Map({**card, "links": links})) == {
        KEY: CardData(KEY, 3, "partners", "a1", "action", words, frozenset(["job:4", "element:12"]))
    }


@pytest.mark.parametrize(
    "odd", [None, True, 2**60, -1.5, float("nan"), float("inf"), b"\xff\x00", [1, {"a": 2}], "job:4 "]
)
def test_what_is_not_understood_is_read_as_what_a_new_card_has(odd):
    [card] = read(Map({"lane": odd, "position": odd, "kind": odd, "links": odd})).values()

    assert card == CardData(KEY)


@pytest.mark.parametrize("odd", [None, 3.0, float("nan"), b"words", ["words"], {"words": "words"}])
def test_words_are_only_what_is_text(odd):
    assert read(Map({"text": odd})) == {KEY: CardData(KEY)}


def test_shared_lists_where_none_belong_are_no_words_and_no_links():
    assert read(Map({"text": Array(["words"]), "links": Array(["job:4"])})) == {KEY: CardData(KEY)}


@pytest.mark.parametrize("odd", ["words", {"text": "words"}, 3.0])
def test_what_is_no_shared_map_is_no_card(odd):
    assert read(odd) == {}
    assert read(Text("words")) == {}
