"""A job's numbers as words, and a ranking against the one that was approved: pure, with known answers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from jobs.since import Since, since
from jobs.standing import Standing, chance, flat, last_rank

ROW = {
    "job": 4,
    "k": 7,
    "n": 12,
    "wilson": [0.3195, 0.8067],
    "struggle": None,
    "forces": {"push": 2.5, "habit": None},
    "values": {"prevalence": 0.571},
    "score": 67.2,
    "coverage": 1.0,
    "rank": 2,
    "rank_low": 1,
    "rank_high": 4,
    "p_top3": 0.75,
    "opportunity": 14.0,
    "gate": "",
}


def standing(job: int | None, rank: int | None, low: int = 0, high: int = 0, **more: Any) -> Standing:
    numbers = {"rank_low": low or rank or 0, "rank_high": high or rank or 0} | more
    return Standing(job, f"Job {job}", rank, numbers)


def compare(then: list[Standing], now: list[Standing], **more: Any) -> Since:
    return since(then, now, **{"weights": ({}, {}), "interviews": (12, 12)} | more)


def test_a_line_of_a_ranking_is_flat_and_what_is_missing_has_no_entry() -> None:
    assert flat(ROW) == {
        "k": 7,
        "n": 12,
        "wilson.0": 0.3195,
        "wilson.1": 0.8067,
        "forces.push": 2.5,
        "values.prevalence": 0.571,
        "score": 67.2,
        "coverage": 1.0,
        "rank_low": 1,
        "rank_high": 4,
        "p_top3": 0.75,
        "opportunity": 14.0,
    }


def test_numbers_are_told_with_what_they_are_of() -> None:
    row = Standing(4, "Get there", 2, flat(ROW))

    assert (row.place, row.heard, row.interval) == ("2 (1 to 4)", "7 of 12 interviews", "32 to 81 %")
    assert (row.top3, row.score, row.known) == ("75 %", "67", "100 % known")
    assert (row.opportunity, row.region) == ("14.0", "low-hanging fruit")
    assert row.under("forces") == {"push": 2.5}


def test_the_opportunity_says_whose_word_it_is() -> None:
    asked = {"source": "survey", "respondents": {"City": 1_040, "Country": 2}, "raters": {"importance": 3}}
    rated = asked | {"source": "colleagues", "raters": {"importance": 3, "satisfaction": 1}}

    said = [Standing(4, "Get there", 2, flat(ROW | each)).asked_of for each in (asked, rated)]

    assert said == ["1,042 respondents", "1 colleague"]


def test_what_is_not_known_is_never_a_zero() -> None:
    row = Standing(None, "Gone", None, {"k": 1, "n": 1})

    assert (row.place, row.score, row.opportunity, row.top3, row.interval, row.whisker(3)) == (
        "not ranked",
        "not known",
        "",
        "",
        "",
        None,
    )


@pytest.mark.parametrize("value", ["many", float("inf"), float("nan"), ""])
def test_a_number_from_a_file_that_is_none_is_not_known(value: Any) -> None:
    names = ("k", "n", "score", "opportunity", "wilson.0", "p_top3", "contributions.fit", "rank_low")

    row = Standing(1, "Get there", 1, dict.fromkeys(names, value))

    assert (row.place, row.heard, row.score, row.region) == (
        "1 (steady)",
        "0 of 0 interviews",
        "not known",
        "",
    )
    assert (row.interval, row.top3, row.under("contributions")) == ("", "", {})


def test_a_rank_that_never_moved_is_called_steady() -> None:
    assert [standing(1, 2, 2, 2).place, standing(1, 2, 1, 2).place] == ["2 (steady)", "2 (1 to 2)"]


def test_a_drawn_interval_reaches_from_end_to_end() -> None:
    rows = [standing(1, 1, 1, 2), standing(2, 2, 1, 5)]

    assert last_rank(rows, []) == 5
    assert last_rank([standing(1, 9, 1, 5)], rows) == 9  # a rank may lie outside its own interval
    whisker = rows[1].whisker(5)
    assert whisker
    assert (whisker.point, whisker.low, whisker.high) == (26.0, 2.0, 98.0)


def test_a_chance_is_never_called_certain() -> None:
    assert [chance(share) for share in (1.0, 0.75, 0.0)] == ["over 99 %", "75 %", "under 1 %"]


@pytest.mark.parametrize(
    ("then", "now", "kind", "words"),
    [
        (standing(1, 3), standing(1, 1), "up", "up from 3 to 1"),
        (standing(1, 1), standing(1, 2), "down", "down from 1 to 2"),
        (standing(1, 1), standing(1, 1), "same", "still rank 1"),
        (standing(1, None), standing(1, 2), "entered", "ranked now, at 2"),
        (standing(1, 2), standing(1, None), "left", "no longer ranked; it was 2"),
        (standing(1, None), standing(1, None), "same", "still not ranked"),
    ],
)
def test_each_way_to_move_has_its_words(then: Standing, now: Standing, kind: str, words: str) -> None:
    [change] = compare([then], [now]).changes

    assert (change.kind, change.words) == (kind, words)


def test_jobs_that_came_and_went_are_told() -> None:
    found = compare([standing(1, 1), standing(None, 2)], [standing(3, 1)])

    assert [(change.kind, change.words) for change in found.changes] == [
        ("new", "new at rank 1"),
        ("gone", "gone; it was rank 1"),
        ("gone", "gone; it was rank 2"),
    ]
    assert found.words == "3 jobs moved"


def test_a_move_outside_the_approved_interval_is_marked() -> None:
    then = [standing(1, 2, 1, 3), standing(2, 4, 3, 5)]

    found = compare(then, [standing(1, 3), standing(2, 1)])

    assert [change.surprising for change in found.changes] == [False, True]


def test_interviews_and_weights_are_compared() -> None:
    found = compare(
        [standing(1, 1)],
        [standing(1, 1)],
        weights=({"fit": 1, "old": 2}, {"fit": 3, "prevalence": 0}),
        interviews=(12, 11),
    )

    assert found.weights == {"fit": (1, 3), "old": (2, 0)}
    assert found.words == "1 interview fewer, weights changed"


def test_a_new_wording_is_seen() -> None:
    [change] = compare([Standing(1, "Get there", 1, {})], [Standing(1, "Arrive in time", 1, {})]).changes

    assert (change.restated, change.moved, change.statement) == (True, False, "Arrive in time")


@given(some.lists(some.integers(1, 30), unique=True, max_size=8))
def test_nothing_has_changed_against_itself(jobs: list[int]) -> None:
    rows = [standing(job, place) for place, job in enumerate(jobs, 1)]

    assert compare(rows, rows).words == ""
