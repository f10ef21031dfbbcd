"""Known answers of method.md 4.3, and what must hold for any answers."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.surveys.numbers import Kano, Pair, kano, scores

IMPORTANCE = (5, 5, 4, 4, 3, 5, 2, 4, 5, 4)
SATISFACTION = (2, 3, 4, 1, 2, 2, 5, 3, 2, 1)
PUBLISHED: list[Pair] = list(zip(IMPORTANCE, SATISFACTION, strict=True))
rating = st.none() | st.integers(1, 5)
some_pairs = st.lists(st.tuples(rating, rating), max_size=60)


def test_the_published_example_by_both_methods() -> None:
    box, mean = scores(PUBLISHED, "top_two_box"), scores(PUBLISHED, "mean")

    assert (box.importance, box.satisfaction, box.opportunity, box.region) == (8, 2, 14, "low_hanging")
    assert (mean.importance, mean.satisfaction, mean.opportunity) == (7.75, 3.75, 11.75)
    assert (box.n, box.is_directional) == (10, True)


def test_nobody_answered_is_nothing_and_not_zero() -> None:
    assert scores([], "mean").opportunity is None
    assert scores([(None, None), (5, None)], "mean").opportunity is None
    assert scores([(5, None)], "mean").importance == 10
    assert kano([]) == Kano(dict.fromkeys("AOMIRQ", 0))


def test_a_missing_rating_is_left_out_of_its_own_mean_only() -> None:
    found = scores([(5, 1), (5, None), (None, 3)], "mean")

    assert (found.n_imp, found.n_sat, found.importance, found.satisfaction) == (2, 2, 10, 2.5)


def test_the_band_narrows_with_more_respondents_of_the_same_kind() -> None:
    few, many = scores(PUBLISHED, "mean"), scores(PUBLISHED * 40, "mean")

    assert few.low < many.low < many.opportunity < many.high < few.high  # type: ignore[operator]
    assert (many.is_directional, scores([(3, 3)] * 50, "mean").low) == (False, 5)


def test_one_respondent_has_a_score_and_no_band() -> None:
    alone, two = scores([(4, 4), (5, None)], "mean"), scores([(4, 4), (4, 4)], "mean")

    assert (alone.opportunity, alone.low, alone.high) == (10, None, None)
    assert (two.opportunity, two.low, two.high) == (7.5, 7.5, 7.5)


@given(some_pairs, st.sampled_from(["mean", "top_two_box"]))
def test_the_order_of_respondents_changes_nothing(pairs: list[Pair], method: str) -> None:
    mixed = random.Random(1).sample(pairs, len(pairs))

    assert scores(pairs, method) == scores(mixed, method)  # type: ignore[arg-type]


@given(some_pairs, st.integers(0, 20))
def test_respondents_without_an_answer_change_no_score(pairs: list[Pair], silent: int) -> None:
    with_silent = scores([*pairs, *[(None, None)] * silent], "mean")

    assert with_silent.opportunity == scores(pairs, "mean").opportunity


def test_kano_by_the_table_and_the_published_coefficients() -> None:
    pairs = (
        [("like", "neutral")] * 8
        + [("like", "dislike")] * 5
        + [("neutral", "dislike")] * 4
        + [("neutral", "neutral")] * 3
        + [("dislike", "like"), ("like", "like"), ("like", None), (None, "dislike")]
    )

    found = kano(pairs)

    assert found.counts == {"A": 8, "O": 5, "M": 4, "I": 3, "R": 1, "Q": 1}
    assert (found.better, found.worse) == (pytest.approx(0.65), pytest.approx(-0.45))
