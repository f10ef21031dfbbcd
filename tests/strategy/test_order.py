from hypothesis import example, given
from hypothesis import strategies as st

from strategy.document import CardData, from_plain
from strategy.order import key_between


@given(st.lists(st.floats(0, 1), max_size=60))
def test_there_is_always_room_between_two_neighbours(places: list[float]) -> None:
    keys: list[str] = []
    for place in places:
        index = round(place * len(keys))
        low, high = keys[index - 1] if index else "", keys[index] if index < len(keys) else ""
        keys.insert(index, key_between(low, high))

    assert keys == sorted(set(keys))


def test_the_first_key_has_room_on_both_sides() -> None:
    first = key_between("", "")

    assert key_between("", first) < first < key_between(first, "")


@given(st.one_of(st.text(), st.text("0Vz~", min_size=1), st.integers(), st.none()))
@example("~")
@example("0")
@example("z" * 300)
@example("z" * 199 + "0V")
def test_there_is_room_behind_and_before_whatever_position_a_browser_wrote(written: object) -> None:
    read = from_plain({"key": "a", "position": written}).position

    assert key_between("", read) < read < key_between(read, "")


def test_a_position_that_the_order_makes_is_read_as_it_is() -> None:
    assert from_plain(CardData("a", position="0zV1").plain()).position == "0zV1"
