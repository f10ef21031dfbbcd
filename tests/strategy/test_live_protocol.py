"""Bytes that arrive: what is a message, what an update may hold, and that nothing else gets through."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pycrdt import Array, Map, Text

from strategy.document import CardData, drop_card, new_doc, put_card, shared_cards
from strategy.live import protocol
from strategy.live.protocol import BadMessage, Presence
from strategy.live.shape import shape_of
from strategy.order import key_between

KEY = "0b2b9d55-7a43-44be-8d8e-6b0a4a2e9b11"


def updates_of(change) -> list[bytes]:
    doc, updates = new_doc(), []
    doc.observe(lambda event: updates.append(event.update))
    change(doc)
    return updates


@given(some.integers(0, 2**53 - 1), some.binary(max_size=400))
def test_numbers_and_chunks_come_back_as_they_went(value, data):
    reader = protocol.Reader(protocol.number(value) + protocol.chunk(data))

    assert (reader.number(), reader.chunk()) == (value, data)


@given(some.binary(max_size=200))
def test_any_bytes_are_a_frame_or_a_bad_message(data):
    try:
        frame = protocol.read(data)
    except BadMessage:
        return
    assert frame.kind in (protocol.SYNC, protocol.AWARENESS)
    assert frame.step <= protocol.UPDATE


@given(some.lists(some.tuples(some.integers(0, 2**32), some.integers(0, 2**32), some.text(max_size=50))))
def test_presences_come_back_as_they_went(people):
    said = [Presence(*one) for one in people]

    assert protocol.read_presences(protocol.read(protocol.presences(said)).payload) == said


def test_a_state_is_signed_with_the_name_of_its_sender_whatever_it_says():
    signed = json.loads(protocol.signed('{"at": 1, "user": {"key": "u1"}}', {"key": "u2", "name": "Ada"}))

    assert signed == {"at": 1, "user": {"key": "u2", "name": "Ada"}}
    assert protocol.signed("null", {"key": "u2"}) == protocol.GONE


NO_BROWSER_READS = ['{"at": NaN}', '{"at": [-Infinity]}', '{"at": 1e999}']


@pytest.mark.parametrize("state", ["", "7", "[]", '"x"', "[" * 5000, "{", *NO_BROWSER_READS])
def test_a_state_that_is_no_object_is_refused(state):
    with pytest.raises(BadMessage):
        protocol.signed(state, {})


# --- what an update may hold ---------------------------------------------------------------------------
@given(some.lists(some.tuples(some.integers(1, 4), some.text(max_size=30)), max_size=8))
def test_whatever_is_done_to_cards_passes(cards):
    def change(doc):
        keys = [str(uuid4()) for _ in cards]
        for key, (phase, text) in zip(keys, cards, strict=True):
            put_card(
                doc, CardData(key, phase, "need", key_between("", ""), "idea", text, frozenset({"job:1"}))
            )
            put_card(doc, CardData(key, 1, "partners", "V", "question", text[::-1]))
        for key in keys[::2]:
            drop_card(doc, key)

    updates = updates_of(change)
    shapes = [shape_of(update) for update in updates]
    assert any(shape.types for shape in shapes) == bool(cards)


@pytest.mark.parametrize(
    "change",
    [
        lambda doc: doc.get("cards", type=Map).update({"k": [1]}),
        lambda doc: doc.get("cards", type=Map).update({"k": {"deep": {"deeper": 1}}}),
        lambda doc: doc.get("cards", type=Map).update({"k": Array([1])}),
        lambda doc: doc.get("cards", type=Map).update({"k": b"bytes"}),
        lambda doc: doc.get("elsewhere", type=Map).update({"k": 1}),
        lambda doc: doc.get("cards", type=Text).insert(0, "x", {"bold": True}),
    ],
)
def test_what_no_card_has_is_refused(change):
    updates = updates_of(change)
    with pytest.raises(BadMessage):
        list(map(shape_of, updates))


WHOLE = updates_of(lambda doc: put_card(doc, CardData(KEY, text="Grüße 🚲")))[0]


@given(some.integers(0, len(WHOLE) - 1), some.binary(max_size=3))
def test_a_damaged_update_is_refused_or_read_to_its_end(place, noise):
    damaged = WHOLE[:place] + noise + WHOLE[place + 1 :]

    try:
        shape_of(damaged)
    except BadMessage:
        return


def test_deletions_name_how_far_they_reach():
    updates = updates_of(lambda doc: (put_card(doc, CardData(KEY, text="abc")), drop_card(doc, KEY)))
    doc_state = new_doc()
    for update in updates:
        doc_state.apply_update(update)

    ends = list(protocol.deletions(updates[-1]))

    assert len(ends) == 1
    assert ends[0][1] <= protocol.clocks(doc_state.get_state())[ends[0][0]]
    assert shared_cards(doc_state).to_py() == {}
