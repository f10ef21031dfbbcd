"""Why a job is where it is: what adds most, what the next one lacks, and what it would lose."""

from __future__ import annotations

import pytest

from jobs.scoring import composite, drivers, whys

WEIGHTS = {"opportunity": 3, "prevalence": 2, "fit": 1, "feasibility": 0}
JOBS = {
    "van": {"opportunity": 0.9, "prevalence": 0.5, "fit": None},
    "lift": {"opportunity": 0.5, "prevalence": 0.8, "fit": 0.5},
    "rest": {"opportunity": None, "prevalence": 0.2, "fit": 0.1},
    "nothing": {"opportunity": None, "prevalence": None, "fit": None},
}


def test_the_points_of_a_job_are_those_of_its_score():
    found = whys(JOBS, WEIGHTS)

    for key in ("van", "lift", "rest"):
        expected = composite(WEIGHTS, JOBS[key]).contributions
        assert dict(found[key].leads) == pytest.approx(
            {name: points for name, points in expected.items() if points > 0.05}
        )


def test_the_first_is_ahead_by_what_the_second_lacks_and_falls_without_it():
    first = whys(JOBS, WEIGHTS)["van"]

    assert (first.rank, first.without, first.falls_to) == (1, "opportunity", 2)
    assert first.ahead is not None
    assert (first.ahead.of, [name for name, _ in first.ahead.by]) == ("lift", ["opportunity"])
    assert first.leads[0][0] == "opportunity"


def test_the_last_is_ahead_of_nobody():
    last = whys(JOBS, WEIGHTS)["rest"]

    assert (last.rank, last.ahead, last.falls_to) == (3, None, None)


def test_two_jobs_are_compared_on_what_is_known_of_both():
    more, less = (
        {"opportunity": 0.9, "prevalence": 0.8, "fit": None},
        {"opportunity": None, "prevalence": 0.8},
    )

    ahead = whys({"more": more, "less": less | {"fit": 0.1}}, WEIGHTS)["more"].ahead

    assert ahead is not None
    assert (ahead.of, ahead.by, ahead.apart) == ("less", (), 0)
    assert (ahead.only_here, ahead.only_there) == (("opportunity",), ("fit",))


def test_a_job_of_which_nothing_is_known_has_no_reason():
    assert "nothing" not in whys(JOBS, WEIGHTS)


@pytest.mark.parametrize("weights", [{}, {"fit": 0}])
def test_without_weights_there_are_no_reasons(weights):
    assert whys(JOBS, weights) == {}


def test_equal_jobs_share_a_rank_and_are_both_ahead_of_the_next():
    same = {"opportunity": 0.9, "prevalence": 0.9, "fit": 0.9}
    found = whys({"a": same, "b": dict(same), "c": JOBS["rest"]}, WEIGHTS)

    following = {key: found[key].ahead.of if found[key].ahead else None for key in "abc"}
    assert following == {"a": "c", "b": "c", "c": None}
    assert [found[key].rank for key in "abc"] == [1, 1, 3]


def test_what_all_jobs_share_drives_nobody_and_the_rest_is_named_by_size():
    before = {"a": {"fit": 10.0, "opportunity": 20.0}, "b": {"fit": 10.0, "opportunity": 20.0}}
    after = {"a": {"fit": 5.0, "opportunity": 40.0}, "b": {"fit": 5.0, "opportunity": 24.0}, "new": {}}

    assert drivers(before, after) == {"a": (("opportunity", 8.0),), "b": (("opportunity", -8.0),)}


def test_a_criterion_switched_off_counts_as_what_it_gave_before():
    before = {"a": {"fit": 30.0}, "b": {"fit": 10.0}}

    assert drivers(before, {"a": {}, "b": {}}) == {"a": (("fit", -10.0),), "b": (("fit", 10.0),)}
    assert drivers({}, {}) == {}
