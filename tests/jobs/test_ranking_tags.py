"""Bars and lines of the ranking: drawn from numbers, told in words, never a name where there is no room."""

from __future__ import annotations

import re

import pytest

from jobs.standing import amount
from jobs.templatetags.ranking import rank_line, score_bar


def test_a_bar_stacks_the_criteria_in_the_order_of_the_columns_and_says_them() -> None:
    bar = score_bar({"fit": 3.0, "opportunity": 40.0, "prevalence": 10.0})

    assert 'aria-label="Heard in 10, Opportunity 40, Strategic fit 3"' in bar
    assert re.findall(r'<rect x="([\d.]+)%" width="([\d.]+)%"', bar) == [
        ("0.00", "10.00"),
        ("10.00", "40.00"),
        ("50.00", "3.00"),
    ]
    assert re.findall(r">([A-Z])</text>", bar) == ["H", "O"]


def test_a_bar_of_nothing_says_so() -> None:
    assert 'aria-label="nothing known"' in score_bar({})


def test_a_rank_line_runs_from_the_best_to_the_worst() -> None:
    assert 'x1="10%" x2="60%"' in rank_line((25, 10, 60))
    assert 'cx="25%"' in rank_line((25, 10, 60))


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "0"), (950, "950"), (1250, "1.25 k"), (-27_000, "−27 k"), (2.4e6, "2.4 m"), (3e9, "3 bn")],
)
def test_an_amount_is_short_and_keeps_its_unit_on_the_line(value: float, words: str) -> None:
    assert amount(value) == words.replace(" ", "\u00a0")
