"""The vectors of the method, and the properties that every ranking must have."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.overlap import phi
from jobs.scoring import (
    ANSWERS,
    BetterWorse,
    adjusted_wald,
    better_worse,
    composite,
    evidence_gate,
    kano_class,
    laplace,
    opportunity,
    prob_larger,
    region,
    rescale,
    saturation,
    seen_at_least_once,
    wilson,
)

WEIGHTS = {"prevalence": 2, "opportunity": 3, "struggle": 2, "business": 2, "fit": 1, "feasibility": 1}
VALUES = {
    "prevalence": laplace(7, 12),
    "opportunity": 0.75,
    "struggle": 0.75,
    "business": 0.6,
    "fit": 0.8,
    "feasibility": 0.5,
}


@pytest.mark.parametrize(
    ("importance", "satisfaction", "expected"), [(9, 3, 15), (9, 9, 9), (4, 8, 4), (8, 4, 12)]
)
def test_opportunity_adds_the_gap_to_the_importance(importance, satisfaction, expected):
    assert opportunity(importance, satisfaction) == expected


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (15.1, "extreme"),
        (15, "low_hanging"),
        (12, "low_hanging"),
        (11.9, "worth_considering"),
        (10, "worth_considering"),
        (9.9, "unattractive"),
    ],
)
def test_regions_meet_at_ten_twelve_and_fifteen(score, expected):
    assert region(score) == expected


def test_the_same_ratings_give_another_score_by_each_method():
    importance, satisfaction = [5, 5, 4, 4, 3, 5, 2, 4, 5, 4], [2, 3, 4, 1, 2, 2, 5, 3, 2, 1]

    boxes = rescale(importance, "top_two_box"), rescale(satisfaction, "top_two_box")
    means = rescale(importance, "mean"), rescale(satisfaction, "mean")

    assert boxes == (8.0, 2.0)
    assert means == (7.75, 3.75)
    assert opportunity(*boxes) == 14.0
    assert opportunity(*means) == 11.75


def test_nobody_rated_is_not_a_rating_of_zero():
    assert rescale([], "mean") is None


@pytest.mark.parametrize("rating", [0, 6, float("nan")])
def test_ratings_off_the_scale_are_refused(rating):
    with pytest.raises(ValueError, match="between 1 and 5"):
        rescale([3, rating], "mean")


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        (0, 8, 0, 0.3244),
        (4, 5, 0.3755, 0.9638),
        (7, 12, 0.3195, 0.8067),
        (8, 8, 0.6756, 1),
        (3, 20, 0.0524, 0.3604),
        (15, 30, 0.3315, 0.6685),
    ],
)
def test_wilson_intervals(k, n, low, high):
    interval = wilson(k, n)

    assert (interval.low, interval.high) == pytest.approx((low, high), abs=0.0005)


def test_wilson_ends_exactly_at_nothing_and_at_everything():
    assert wilson(0, 8).low == 0
    assert wilson(8, 8).high == 1


def test_adjusted_wald_interval():
    interval = adjusted_wald(4, 5)

    assert (interval.low, interval.high) == pytest.approx((0.360, 0.980), abs=0.0005)


@pytest.mark.parametrize(("k", "n"), [(1, 0), (-1, 5), (6, 5)])
@pytest.mark.parametrize("function", [wilson, adjusted_wald, laplace])
def test_impossible_counts_are_refused(function, k, n):
    with pytest.raises(ValueError, match="not a share of interviews"):
        function(k, n)


@pytest.mark.parametrize(("n", "expected"), [(8, 0.57), (12, 0.72), (20, 0.88), (30, 0.96)])
def test_chance_to_meet_a_job_that_one_in_ten_has(n, expected):
    assert seen_at_least_once(0.1, n) == pytest.approx(expected, abs=0.005)


def test_saturation_is_reached_at_interview_seven():
    result = saturation([10, 6, 3, 1, 1, 1, 0])

    assert result.base_codes == 20
    assert [(window.first, window.last, window.share) for window in result.windows] == [
        (5, 6, 0.1),
        (6, 7, 0.05),
    ]
    assert result.reached_at == 7


@pytest.mark.parametrize("new_codes", [[], [5, 3, 1], [0, 0, 0, 0, 0, 0]])
def test_saturation_is_not_claimed_without_a_base(new_codes):
    assert saturation(new_codes).reached_at is None


def test_overlap_of_two_codes():
    a, b = [1, 1, 1, 0, 0, 1, 0, 1], [1, 1, 0, 0, 0, 1, 1, 1]

    assert phi(a, b) == pytest.approx(0.467, abs=0.0005)


def test_overlap_is_unknown_where_nothing_can_be_compared():
    assert phi([1, 0, 1, 0], [1, 0, 1, 0]) is None
    assert phi([1, 1, 1, 1, 1], [1, 0, 1, 0, 1]) is None


def test_the_published_kano_table():
    table = {row: " ".join(kano_class(row, column) for column in ANSWERS) for row in ANSWERS}

    assert table == {
        "like": "Q A A A O",
        "must_be": "R I I I M",
        "neutral": "R I I I M",
        "live_with": "R I I I M",
        "dislike": "R R R R Q",
    }


def test_better_and_worse_leave_reverse_and_questionable_answers_out():
    assert better_worse({"A": 8, "O": 5, "M": 4, "I": 3, "R": 9, "Q": 2}) == BetterWorse(0.65, -0.45)
    assert better_worse({"R": 3}) is None


def test_composite_of_all_criteria():
    result = composite(WEIGHTS, VALUES)

    assert result.score == pytest.approx(67.2, abs=0.05)
    assert result.coverage == 1
    assert sum(result.contributions.values()) == pytest.approx(result.score)


def test_a_missing_criterion_lowers_coverage_and_is_not_zero():
    missing = composite(WEIGHTS, VALUES | {"opportunity": None})
    zero = composite(WEIGHTS, VALUES | {"opportunity": 0})

    assert missing.score == pytest.approx(64.3, abs=0.05)
    assert missing.coverage == pytest.approx(0.73, abs=0.005)
    assert zero.score < missing.score
    assert zero.coverage == 1


@pytest.mark.parametrize("weights", [{}, {"fit": 0}, {"other": 1}])
def test_composite_of_nothing_known_has_no_score(weights):
    result = composite(weights, {"fit": 0.5})

    assert (result.score, result.coverage) == (None, 0)


def test_composite_refuses_what_is_not_on_its_scale():
    with pytest.raises(ValueError, match="fit"):
        composite({"fit": 1}, {"fit": 1.5})
    with pytest.raises(ValueError, match="weight of fit"):
        composite({"fit": -1}, {"fit": 0.5})


shares = st.one_of(st.none(), st.floats(0, 1))
weightings = st.lists(st.floats(0, 100, allow_subnormal=False), min_size=4, max_size=4)


@given(weightings, st.lists(shares, min_size=4, max_size=4), st.floats(0.01, 1000))
def test_weights_scaled_together_change_nothing(weights, values, factor):
    names = "abcd"
    given_values = dict(zip(names, values, strict=True))
    plain = composite(dict(zip(names, weights, strict=True)), given_values)

    scaled = composite(
        {name: factor * weight for name, weight in zip(names, weights, strict=True)}, given_values
    )

    assert (plain.score is None) == (scaled.score is None)
    if plain.score is not None:
        assert scaled.score == pytest.approx(plain.score)
        assert scaled.coverage == pytest.approx(plain.coverage)


@given(st.integers(0, 40), st.integers(1, 40))
def test_one_more_interview_with_the_job_never_lowers_its_prevalence(k, n):
    k = min(k, n)

    assert laplace(k + 1, n + 1) >= laplace(k, n)
    assert wilson(k + 1, n + 1).low >= wilson(k, n).low
    assert wilson(k + 1, n + 1).high >= wilson(k, n).high - 1e-12


@given(st.integers(0, 40), st.integers(1, 40))
def test_intervals_hold_the_share_and_stay_between_zero_and_one(k, n):
    k = min(k, n)

    for interval in (wilson(k, n), adjusted_wald(k, n)):
        assert 0 <= interval.low <= k / n + 1e-12
        assert k / n - 1e-12 <= interval.high <= 1


def test_the_gate_asks_for_three_interviews_and_real_evidence():
    assert evidence_gate(2, "AB").ranked is False
    assert evidence_gate(2, "AB").reason == "Needs more evidence: 2 interviews hold this job, 3 are needed."
    assert evidence_gate(1, "A").reason == "Needs more evidence: 1 interview holds this job, 3 are needed."
    assert evidence_gate(5, ["C", "D", ""]).ranked is False
    assert evidence_gate(3, ["C", "B"]).ranked is True


def test_probability_that_one_prevalence_is_larger():
    assert prob_larger(7, 12, 4, 12) == pytest.approx(0.89, abs=0.01)
    assert prob_larger(6, 12, 5, 12) == pytest.approx(0.66, abs=0.01)


# --- Published examples, where they lie beside the repository ------------------------------------------
FIXTURES = Path(__file__).resolve().parents[3] / "shared" / "data" / "scoring-fixtures"


def published(name):
    path = FIXTURES / f"{name}.shared.json"
    if not path.exists():
        pytest.skip(f"{name} is not among the shared files")
    return json.loads(path.read_text())


def test_published_opportunity_scores():
    """One source adds raw 1-5 means: its sums follow the formula although its scale is not ours."""
    for example in published("opportunity")["examples"]:
        score = opportunity(example["importance"], example["satisfaction"])
        assert score == pytest.approx(example["score"]), example["source"]


def test_published_top_two_boxes():
    for check in published("opportunity")["definition_checks_constructed_by_scout"]:
        boxes = [rescale(check[f"{what}_ratings"], "top_two_box") for what in ("importance", "satisfaction")]
        if "score" in check:
            assert boxes == [check["importance_t2b"], check["satisfaction_t2b"]]
            assert opportunity(*boxes) == check["score"]
        else:
            assert None in boxes


def test_published_kano_coefficients():
    for row in published("kano")["rows"]:
        found = better_worse(row["counts"])
        assert (found.better, found.worse) == pytest.approx(
            (row["recomputed"]["better"], row["recomputed"]["worse"]), abs=0.00005
        )
