"""Which way the forces lean, over several interviews."""

from __future__ import annotations

from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviews.kinds import FORCES
from jobs.scoring import ForceBalance, force_balance, forces_over

FELT = st.dictionaries(st.sampled_from(FORCES), st.integers(0, 4).map(float), min_size=1)


def test_a_force_of_one_interview_does_not_weigh_like_that_of_all():
    pushed = [{"push": 2.0}, {"push": 2.0}, {"push": 2.0}]

    forces = forces_over([*pushed, {"push": 2.0, "anxiety": 4.0}])

    assert forces.means == {"push": 2.0, "pull": None, "habit": None, "anxiety": 1.0}
    assert forces.balance == ForceBalance(1.0, "promoting")
    assert (forces.n, forces.leans) == (4, {"promoting": 3, "blocking": 1})


def test_a_force_that_was_heard_and_not_rated_is_missing_and_not_none():
    forces = forces_over([{"push": 3.0, "habit": None}, {"push": 1.0, "habit": 2.0}, {"push": 2.0}])

    assert forces.means == {"push": 2.0, "pull": None, "habit": 1.0, "anxiety": None}
    assert (forces.n, forces.leans) == (3, {"promoting": 1, "blocking": 1})
    assert forces_over([]).balance is None


def test_means_that_cancel_each_other_are_in_balance():
    thirds = [{"push": 0.1, "pull": 0.2, "habit": 0.3}]

    assert forces_over(thirds).balance == ForceBalance(0, "even")


@given(st.lists(FELT, min_size=1))
def test_the_balance_over_interviews_is_the_mean_of_theirs(interviews):
    each = [forces_over([felt]).balance for felt in interviews]

    found = forces_over(interviews).balance

    assert found is not None
    assert found.value == pytest.approx(fmean(one.value for one in each if one), abs=1e-8)


def test_forces_lean_one_way_or_the_other():
    assert force_balance(3, 2, 1, 1) == ForceBalance(3, "promoting")
    assert force_balance(1, 1, 2, 0) == ForceBalance(0, "even")
    assert force_balance(0, 1, 2, 2) == ForceBalance(-3, "blocking")
