"""Which decisions about pairs can hold at the same time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from jobs.pins import Clash, clash, components, contradiction

KEYS = some.integers(1, 9)
PAIRS = some.tuples(KEYS, KEYS).filter(lambda pair: pair[0] < pair[1])


def test_what_is_tied_is_not_kept_apart() -> None:
    assert clash((1, 2), together=False, tied=[(1, 2)]) == Clash("tied", (1, 2))


def test_what_hangs_together_along_a_chain_is_not_kept_apart() -> None:
    assert clash((1, 3), together=False, tied=[(1, 2), (2, 3)]) == Clash("tied", (2, 3))


def test_ties_do_not_reach_over_what_is_kept_apart() -> None:
    assert clash((2, 3), together=True, tied=[(1, 2)], apart=[(1, 3)]) == Clash("apart", (1, 3))


def test_two_decided_groups_are_not_tied_together() -> None:
    assert clash((1, 2), together=True, placed={1: 10, 2: 20}) == Clash("two groups", (1, 2))
    assert clash((1, 3), together=True, tied=[(2, 3)], placed={1: 10, 2: 20}) == Clash("two groups", (1, 2))


def test_members_of_a_decided_group_are_not_kept_apart() -> None:
    assert clash((1, 2), together=False, placed={1: 10, 2: 10}) == Clash("one group", (1, 2))


def test_a_pin_that_nothing_speaks_against() -> None:
    assert clash((1, 2), together=True, placed={1: 10}) is None
    assert clash((1, 2), together=False, tied=[(2, 3)]) is None


@given(
    some.lists(some.tuples(PAIRS, some.booleans()), max_size=14), some.dictionaries(KEYS, some.integers(1, 3))
)
def test_pins_that_are_refused_where_they_clash_never_contradict_each_other(
    wanted: list[tuple[tuple[int, int], bool]], placed: dict[int, int]
) -> None:
    tied: list[tuple[int, int]] = []
    apart: list[tuple[int, int]] = []

    for pair, together in wanted:
        refused = clash(pair, together=together, tied=tied, apart=apart, placed=placed)
        more = [[pair], []] if together else [[], [pair]]
        both = contradiction(tied=tied + more[0], apart=apart + more[1], placed=placed)
        assert (refused is None) == (both is None)
        if refused is None:
            (tied if together else apart).append(pair)

    assert contradiction(tied=tied, apart=apart, placed=placed) is None


@given(some.sets(KEYS), some.lists(PAIRS, max_size=8))
def test_components_are_named_after_their_lowest_key(keys: set[int], tied: list[tuple[int, int]]) -> None:
    inside = [pair for pair in tied if set(pair) <= keys]
    found = components(keys, inside)

    assert found.keys() == keys
    assert all(found[one] == found[other] for one, other in inside)
    assert all(found[key] <= key and found[found[key]] == found[key] for key in keys)
