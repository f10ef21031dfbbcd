from hypothesis import given
from hypothesis import strategies as st

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
