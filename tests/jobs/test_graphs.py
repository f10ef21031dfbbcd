"""Communities of statements that are tied to their nearest ones."""

import numpy as np
import pytest

from jobs.analysis.arrays import Array, Labels
from jobs.analysis.similarity import nearest_of
from jobs.analysis.views import by_graphs


def in_circles(*sizes: int) -> Array:
    """Likeness of statements that are near to those of their circle only."""
    circle = np.repeat(np.arange(len(sizes)), sizes)
    return np.where(circle[:, None] == circle[None, :], 0.8, 0.0)


def divided(similarity: Array, *sizes: int) -> list[Labels]:
    return list(by_graphs(*nearest_of(similarity, max(sizes)), sizes))


def test_circles_are_communities_in_each_graph():
    for labels in divided(in_circles(6, 5, 7), 3, 4):
        assert [len(set(labels[part])) for part in (slice(6), slice(6, 11), slice(11, 18))] == [1, 1, 1]
        assert len(set(labels)) == 3


def test_without_a_tie_each_statement_is_alone():
    (labels,) = divided(np.eye(5), 2)

    assert sorted(labels) == [0, 1, 2, 3, 4]


def test_a_statement_without_ties_is_alone_among_others():
    similarity = in_circles(5, 1)

    (labels,) = divided(similarity, 3)

    assert labels.tolist().count(labels[5]) == 1


@pytest.mark.parametrize("count", [1, 2])
def test_few_statements_have_a_graph(count):
    assert [len(labels) for labels in divided(in_circles(count), 1)] == [count]


def test_the_same_again():
    dice = np.random.default_rng(5)
    points = dice.normal(size=(60, 8))
    similarity = np.corrcoef(points)

    assert np.array_equal(divided(similarity, 5, 10), divided(similarity, 5, 10))
