"""The sentence says what adds most, what the next job lacks, and what the job would lose."""

from __future__ import annotations

from typing import Any

import pytest

from jobs.queries.why import why_words

LEADS = [["opportunity", 34.2], ["prevalence", 20.0]]


def row(**why: Any) -> dict[str, Any]:
    plain = {"leads": LEADS, "ahead_of": 7, "ahead_by": [], "without": None, "falls_to": None}
    contributions = {"opportunity": 34.2, "prevalence": 20.0}
    return {"rank": 1, "score": 71.4, "contributions": contributions, "why": plain | why}


UNEVEN = [
    (0.0, "On what is known of both it is level with “Know the cost” (known of that one only: struggle)."),
    (-3.0, "On what is known of both it is behind “Know the cost” (known of that one only: struggle)."),
    (
        8.0,
        "Ahead of “Know the cost” also on what is known of both, mainly by opportunity (+9.0) (known of",
    ),
]


@pytest.mark.parametrize(("apart", "told"), UNEVEN)
def test_a_job_of_which_other_things_are_known_is_not_called_the_stronger_one(
    apart: float, told: str
) -> None:
    said = row(ahead_by=[["opportunity", 9.0]], apart=apart, only_there=["struggle"])

    assert told in why_words(said, "Know the cost")


def test_a_job_of_which_one_thing_is_known_says_so() -> None:
    said = row(leads=[["prevalence", 71.4]]) | {"contributions": {"prevalence": 71.4}}

    assert (
        why_words(said, "") == "How often it was heard is all that is known of it, and makes its 71 points."
    )


def test_the_whole_sentence() -> None:
    said = row(
        ahead_by=[["opportunity", 8.13], ["struggle", 2.0], ["fit", 1.0]], without="opportunity", falls_to=3
    )

    assert why_words(said, "Know the cost") == (
        "Opportunity adds most: 34 of its 71 points. "
        "Ahead of “Know the cost” mainly by opportunity (+8.1) and struggle (+2.0). "
        "Without opportunity it would fall to rank 3."
    )


def test_a_job_that_leads_everywhere_stands_on_no_single_criterion() -> None:
    assert why_words(row(), "") == (
        "Opportunity adds most: 34 of its 71 points. "
        "No single criterion carries it: it keeps its rank without any one of them."
    )


def test_nothing_is_said_where_nothing_is_known() -> None:
    assert why_words(row() | {"rank": None}, "") == ""
    assert why_words({"rank": 1, "score": 1.0, "why": None}, "") == ""
    assert why_words({"rank": 1, "score": 1.0}, "") == ""


def test_a_column_that_is_no_noun_is_put_into_words() -> None:
    said = row(leads=[["prevalence", 40.0]], without="prevalence", falls_to=2)

    assert why_words(said, "") == (
        "How often it was heard adds most: 40 of its 71 points. "
        "Without how often it was heard it would fall to rank 2."
    )
