"""Distances on a plane: known shapes come back, order does not matter, groups are drawn closer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.analysis.projection import project


def directions(*degrees: float) -> np.ndarray:
    angles = np.radians(degrees)
    return np.column_stack([np.cos(angles), np.sin(angles)])


def test_two_groups_of_like_meaning_lie_apart() -> None:
    rows = directions(0, 5, 10, 170, 175, 180)

    points = project(rows, [""] * 6).points

    near = max(np.ptp(points[:3], axis=0).max(), np.ptp(points[3:], axis=0).max())
    assert near < 0.2
    assert abs(points[:3, 0].mean() - points[3:, 0].mean()) > 1.5
    assert np.abs(points).max() == 1


def test_members_of_one_group_are_drawn_closer_than_their_words_ask_for() -> None:
    rows = directions(0, 60, 120, 180, 240, 300)

    loose = project(rows, [""] * 6).points
    held = project(rows, ["a", "a", "", "", "", ""]).points

    def distance(points: np.ndarray) -> float:
        return float(np.linalg.norm(points[0] - points[1]))

    assert distance(held) < 0.8 * distance(loose)


def test_what_already_lies_on_a_plane_keeps_its_neighbours() -> None:
    assert project(directions(*range(0, 40, 4)), [""] * 10).kept == 1


@pytest.mark.parametrize("count", [0, 1, 2, 6])
def test_few_statements_have_places_but_no_share_of_neighbours(count: int) -> None:
    found = project(directions(*range(count)), [""] * count)
    assert (found.points.shape, found.kept) == ((count, 2), None)


def test_equal_statements_and_unread_ones_have_a_place() -> None:
    assert (project(directions(7, 7, 7, 7), [""] * 4).points == 0).all()
    assert np.isfinite(project(np.zeros((5, 3)), ["a"] * 5).points).all()
    mixed = np.vstack([directions(1, 1, 90), np.zeros((2, 2))])
    assert np.isfinite(project(mixed, ["", "", "a", "a", ""]).points).all()


def test_every_statement_needs_a_group() -> None:
    with pytest.raises(ValueError, match="needs a group"):
        project(directions(1, 2), [""])


@given(st.lists(st.floats(0, 360), min_size=3, max_size=12))
def test_the_same_input_is_the_same_map(degrees: list[float]) -> None:
    rows, groups = directions(*degrees), ["a", "b", ""] * 4
    first, again = (project(rows, groups[: len(rows)]).points for _ in range(2))
    assert (first == again).all()
    assert np.isfinite(first).all()
    assert np.abs(first).max() <= 1


def test_progress_is_told_while_the_distances_settle() -> None:
    told: list[float] = []
    project(directions(0, 50, 100, 200), [""] * 4, report=lambda fraction, message: told.append(fraction))
    assert told == sorted(told)
    assert told[0] == 0
