"""Groups keep their identity from run to run."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from jobs.analysis.identity import Move, matched, moves
from jobs.overlap import jaccard

OWNERS = some.dictionaries(some.integers(1, 30), some.integers(1, 6), max_size=30)


def groups(owner: dict[int, int]) -> dict[int, frozenset[int]]:
    return {group: frozenset(k for k in owner if owner[k] == group) for group in set(owner.values())}


def test_jaccard_is_common_members_over_all_members() -> None:
    assert jaccard(frozenset("abc"), frozenset("bcd")) == 0.5
    assert jaccard(frozenset(), frozenset()) == 0.0


def test_a_group_is_the_old_one_that_it_shares_most_with() -> None:
    old = {7: frozenset("abcd"), 8: frozenset("efg")}
    new = [frozenset("efgx"), frozenset("abc"), frozenset("yz")]

    assert matched(old, new) == {0: 8, 1: 7}


def test_of_two_parts_of_a_group_the_larger_one_stays_the_group() -> None:
    assert matched({7: frozenset("abcde")}, [frozenset("ab"), frozenset("cde")]) == {1: 7}


def test_groups_that_share_less_than_a_third_are_different_groups() -> None:
    assert matched({7: frozenset("abcde")}, [frozenset("axyzv")]) == {}


@given(OWNERS)
def test_the_same_groups_are_all_matched_to_themselves(owner: dict[int, int]) -> None:
    old = groups(owner)
    order = sorted(old, reverse=True)

    assert matched(old, [old[key] for key in order]) == dict(enumerate(order))


@given(OWNERS, OWNERS)
def test_matches_are_one_to_one_and_more_than_half_always_finds_its_own(
    before: dict[int, int], after: dict[int, int]
) -> None:
    old, new = groups(before), list(groups(after).values())
    found = matched(old, new)

    assert len(set(found.values())) == len(found)
    for place, group in enumerate(new):
        for key, members in old.items():
            if jaccard(members, group) > 0.5:
                assert found[place] == key


@given(OWNERS, OWNERS, some.randoms())
def test_the_order_of_the_groups_changes_no_match(
    before: dict[int, int], after: dict[int, int], chance: object
) -> None:
    old, new = groups(before), list(groups(after).values())
    mixed = list(new)
    chance.shuffle(mixed)  # type: ignore[attr-defined]

    def by_members(which: list[frozenset[int]]) -> dict[frozenset[int], int]:
        return {which[place]: key for place, key in matched(old, which).items()}

    assert by_members(mixed) == by_members(new)


def test_moves_name_what_changed_its_group_only() -> None:
    before, after = {1: 7, 2: 7, 3: 8}, {1: 7, 2: 8, 4: 7}

    assert moves(before, after) == [Move(2, 7, 8), Move(3, 8, None), Move(4, None, 7)]
