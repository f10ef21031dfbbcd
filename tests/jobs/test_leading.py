"""Whom a statement that is kept apart takes along."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as some

from jobs.analysis import LsaEncoder, Statement, cluster_statements
from jobs.analysis.arrays import Array, Labels
from jobs.analysis.constraints import Holds, Pair, holds
from jobs.analysis.leading import led
from jobs.analysis.linkage import by_average
from tests.jobs.statements_sample import JOBS, ODD

ONE, OTHER = (
    range(6),
    range(6, 10),
)  # two subjects in one group; the last statement is kept apart from the first
SIMILARITY = np.where(np.equal.outer(np.arange(10) < 6, np.arange(10) < 6), 0.8, 0.4) + 0.2 * np.eye(10)
VOTES = np.ones((10, 10))  # all views put all of them together
LABELS = np.array([0] * 9 + [1])
TEXTS = [text for texts in JOBS.values() for text in texts] + ODD


def items(count: int) -> list[Statement]:
    return [Statement(str(place), f"Statement {place}", "a voice") for place in range(count)]


def decided(apart: Sequence[Pair], together: Sequence[Pair] = ()) -> Holds:
    return holds(items(10), {}, together, apart)


def test_statements_nearer_to_the_one_kept_apart_come_along() -> None:
    assert led(SIMILARITY, VOTES, LABELS, decided([("9", "0")])).tolist() == [0] * 6 + [1] * 4


def test_nobody_follows_without_decisions() -> None:
    assert led(SIMILARITY, VOTES, LABELS, decided([])).tolist() == LABELS.tolist()


def test_views_that_part_two_statements_make_them_less_near() -> None:
    votes = VOTES.copy()
    votes[9, 6:9] = votes[6:9, 9] = 0.2

    assert led(SIMILARITY, votes, LABELS, decided([("9", "0")])).tolist() == LABELS.tolist()


def test_members_follow_into_a_small_group_that_was_there_already() -> None:
    labels = np.array([0] * 8 + [1, 1])

    assert led(SIMILARITY, VOTES, labels, decided([("9", "0")])).tolist() == [0] * 6 + [1] * 4


def test_nobody_follows_into_a_group_that_is_not_small() -> None:
    labels = np.array([0] * 4 + [1] * 2 + [0] * 2 + [1, 1])

    assert led(SIMILARITY, VOTES, labels, decided([("9", "0")])).tolist() == labels.tolist()


def test_a_single_follower_stays_where_it_was() -> None:
    labels = np.array([0] * 6 + [2, 2, 0, 1])

    assert led(SIMILARITY, VOTES, labels, decided([("9", "0")])).tolist() == labels.tolist()


def test_the_larger_part_of_a_group_does_not_follow() -> None:
    labels = np.array([1, 0, 0, 0, 0, 0, 0, 0, 2, 0])

    assert led(SIMILARITY, VOTES, labels, decided([("0", "9")])).tolist() == labels.tolist()


def test_what_people_decided_on_does_not_follow() -> None:
    pinned = decided([("9", "0"), ("8", "5")], together=[("7", "1")])

    assert led(SIMILARITY, VOTES, LABELS, pinned).tolist() == LABELS.tolist()


@some.composite
def decisions(draw: some.DrawFn, count: int) -> tuple[list[Pair], list[Pair]]:
    """Ties among numbers of the same remainder, others kept apart: no contradiction."""
    numbers = some.integers(0, count - 1)
    pairs = draw(
        some.lists(some.tuples(numbers, numbers).filter(lambda pair: pair[0] != pair[1]), max_size=8)
    )
    keys = [(str(one), str(other)) for one, other in pairs]
    tied = [one % 5 == other % 5 for one, other in pairs]
    return [k for k, tie in zip(keys, tied, strict=True) if tie], [
        k for k, tie in zip(keys, tied, strict=True) if not tie
    ]


def broken(labels: Labels, together: Sequence[Pair], apart: Sequence[Pair]) -> int:
    same = [labels[int(one)] == labels[int(other)] for one, other in [*together, *apart]]
    return same[: len(together)].count(False) + same[len(together) :].count(True)


def random_similarity(seed: int, count: int) -> Array:
    space = np.random.default_rng(seed).normal(size=(count, 4))
    space /= np.linalg.norm(space, axis=1, keepdims=True)
    return np.asarray(space @ space.T)


@given(some.integers(0, 999), decisions(count=24))
def test_no_pin_is_broken_by_following(seed: int, pins: tuple[list[Pair], list[Pair]]) -> None:
    together, apart = pins
    bound, similarity = holds(items(24), {}, together, apart), random_similarity(seed, 24)

    labels = led(similarity, (1 + similarity) / 2, by_average((1 - similarity) / 2, 0.4, bound), bound)

    assert broken(labels, together, apart) == 0


@settings(max_examples=15, deadline=None)
@given(some.randoms(use_true_random=False), decisions(count=len(TEXTS)))
def test_with_pins_too_the_order_of_the_input_changes_nothing(
    random: object, pins: tuple[list[Pair], list[Pair]]
) -> None:
    statements = [Statement(str(place), text, "a voice") for place, text in enumerate(TEXTS)]
    together, apart = pins

    def grouped(given: list[Statement]) -> object:
        return cluster_statements(given, encoder=LsaEncoder(), together=together, apart=apart, resamples=0)

    shuffled = statements.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert grouped(shuffled) == grouped(statements)
