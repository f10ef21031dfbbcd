"""What differs between two states of a canvas: properties of the comparison, and how it reads."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from strategy.comparison import GONE, NEW, SAME, Mark, compare, mark_words, summary
from strategy.document import KINDS, LANES, CardData

KEYS = [str(UUID(int=number)) for number in range(6)]
WORDS = st.text(alphabet="ab \n🚲é", max_size=30)


@st.composite
def cards(draw: st.DrawFn) -> list[CardData]:
    keys = draw(st.sets(st.sampled_from(KEYS)))
    return [
        CardData(
            key,
            draw(st.integers(1, 4)),
            draw(st.sampled_from(LANES)),
            draw(st.sampled_from("AMZ")),
            draw(st.sampled_from(KINDS)),
            draw(WORDS),
            draw(st.frozensets(st.sampled_from(["job:1", "element:2"]))),
        )
        for key in keys
    ]


@given(WORDS, WORDS)
def test_the_marks_hold_both_texts(then: str, now: str) -> None:
    marks = mark_words(then, now)

    assert "".join(mark.text for mark in marks if mark.kind in {SAME, GONE}) == then
    assert "".join(mark.text for mark in marks if mark.kind in {SAME, NEW}) == now
    assert all(mark.text for mark in marks)


@given(cards())
def test_a_canvas_does_not_differ_from_itself(some: list[CardData]) -> None:
    assert compare(some, list(reversed(some))) == []


@given(cards(), cards())
def test_backwards_what_was_added_is_removed(then: list[CardData], now: list[CardData]) -> None:
    turned = {"added": "removed", "removed": "added"}

    forth = {one.card.key: one.happened for one in compare(then, now)}
    back = {one.card.key: one.happened for one in compare(now, then)}

    assert back == {key: tuple(turned.get(word, word) for word in told) for key, told in forth.items()}


@given(cards(), cards())
def test_exactly_the_cards_that_differ_are_told(then: list[CardData], now: list[CardData]) -> None:
    before, after = ({card.key: card for card in some} for some in (then, now))
    differ = {key for key in KEYS if before.get(key) != after.get(key)}

    assert {one.card.key for one in compare(then, now)} == differ


def test_words_are_marked_not_letters() -> None:
    assert mark_words("Lend a bike for a week", "Lend a cargo bike for a month") == [
        Mark(SAME, "Lend a "),
        Mark(NEW, "cargo "),
        Mark(SAME, "bike for a "),
        Mark(GONE, "week"),
        Mark(NEW, "month"),
    ]


def test_a_word_that_only_gets_a_neighbour_is_the_same_word() -> None:
    assert mark_words("Lend a bike", "Lend a bike to families") == [
        Mark(SAME, "Lend a bike"),
        Mark(NEW, " to families"),
    ]


def test_two_long_texts_of_nothing_but_short_words_are_not_compared_word_by_word() -> None:
    then, now = "a b " * 2500, "b c " * 2500

    assert [mark.kind for mark in mark_words(then, now)] == [GONE, NEW]


def test_it_is_summed_up_in_one_line() -> None:
    one, two, three = (CardData(key, text="x") for key in KEYS[:3])
    moved = CardData(one.key, phase=2, text="y")

    assert summary(compare([one, two], [moved, three])) == "1 added, 1 removed, 1 changed, 1 moved"
    assert summary([]) == "no change"


def test_links_that_came_and_went_are_a_change() -> None:
    then = CardData(KEYS[0], links=frozenset({"job:1", "quote:2"}))
    now = CardData(KEYS[0], links=frozenset({"job:1", "element:3"}))

    [one] = compare([then], [now])

    assert (one.happened, one.linked, one.unlinked) == (("changed",), {"element:3"}, {"quote:2"})
