"""How a story goes on, against every path counted out, and what must not change it."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from jobs.analysis.speech import Sentence
from jobs.analysis.story import TRUST, UNSEEN, Steps, Story, steps_of

KEYS = ("push", "event")
ANSWERS = ("a", "a", "b", "b", "b")  # the question that each of five sentences answers
SAID = [
    Sentence("", question=question, place=0.5, interview="1", at=at) for at, question in enumerate(ANSWERS)
]
numbers = st.floats(-3, 3)
tables = arrays(float, (2, 2), elements=numbers)


def by_counting(seem: np.ndarray, steps: Steps) -> np.ndarray:
    """The same from all 2^5 ways in which the story may have gone."""
    total = np.zeros_like(seem)
    for way in product(range(2), repeat=len(seem)):
        weight = sum(seem[row, label] for row, label in enumerate(way))
        for row, (label, following) in enumerate(pairwise(way)):
            table = steps.within if ANSWERS[row] == ANSWERS[row + 1] else steps.between
            weight += table[label, following]
        for row, label in enumerate(way):
            total[row, label] += np.exp(weight)
    return np.log(total)


@given(arrays(float, (5, 2), elements=numbers), tables, tables)
def test_each_sentence_is_judged_by_all_ways_the_story_may_have_gone(
    seem: np.ndarray, within: np.ndarray, between: np.ndarray
) -> None:
    steps = Steps(within, between)
    expected = by_counting(seem, steps)
    expected -= expected.mean(axis=1, keepdims=True)
    assert Story(SAID, steps).judged(seem, range(5)) == pytest.approx(expected)
    assert Story(SAID, steps).judged(seem, [3]) == pytest.approx(expected[[3]])


@given(arrays(float, (5, 2), elements=numbers), st.permutations(range(5)))
def test_the_order_of_rows_does_not_matter_the_order_of_saying_does(
    seem: np.ndarray, order: list[int]
) -> None:
    steps = Steps(np.array([[0.5, -1.0], [0.2, 0.9]]), np.zeros((2, 2)))
    turned = Story([SAID[row] for row in order], steps).judged(seem[order], range(5))
    assert turned == pytest.approx(Story(SAID, steps).judged(seem, order))


def test_what_has_no_known_place_stays_as_it_seems() -> None:
    seem = np.array([[1.0, -1.0], [-1.0, 1.0]])
    steps = Steps(np.full((2, 2), 2.0) * np.eye(2), np.zeros((2, 2)))
    story = Story([Sentence("x"), Sentence("y")], steps)
    assert story.judged(seem, [0, 1]) == pytest.approx(seem)
    assert story.around([1]) == [1]
    assert Story([], steps).judged(np.zeros((0, 2)), []).shape == (0, 2)


def test_a_sentence_is_judged_with_its_interview_only() -> None:
    other = Sentence("", question="a", place=0.5, interview="2", at=0)
    story = Story([*SAID, other], Steps(np.zeros((2, 2)), np.zeros((2, 2))))
    assert (story.around([1]), story.around([5])) == ([0, 1, 2, 3, 4], [5])


def test_steps_are_counted_within_answers_and_between_them_but_not_over_interviews() -> None:
    rows = [("push", "q"), ("push", "q"), ("event", "r")]
    taught = [(kind, Sentence("", question=question, place=0.1, interview="1")) for kind, question in rows]
    taught.append(("push", Sentence("", question="q", place=0.1, interview="2")))

    steps = steps_of(taught, KEYS)

    within = np.array([[1 + UNSEEN, UNSEEN], [UNSEEN, UNSEEN]])
    share = within / within.sum(axis=1, keepdims=True)
    assert steps.within == pytest.approx(TRUST * np.log(share / share.mean(axis=0)))
    assert steps.between[0, 1] > steps.between[0, 0]
