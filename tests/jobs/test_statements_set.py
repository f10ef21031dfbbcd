"""What the labelled job statements of the bench promise about themselves."""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations

from bench.statements import Labelled, labelled
from jobs.models import Level

ALL = labelled()
KNOWN = [row for row in ALL if row.label]
SMALL_WORDS = {"a", "an", "as", "be", "for", "from", "have", "in", "of", "on", "the", "to"}


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def test_it_holds_440_statements_of_25_jobs_and_25_outliers() -> None:
    assert len(KNOWN) >= 440
    assert len({row.label for row in KNOWN}) == 25
    assert len(ALL) - len(KNOWN) == 25
    assert len({row.key for row in ALL}) == len(ALL)


def test_the_jobs_are_of_uneven_sizes() -> None:
    sizes = Counter(row.label for row in KNOWN).values()

    assert (max(sizes), min(sizes)) == (40, 6)
    assert len(set(sizes)) >= 15


def test_functional_emotional_and_social_jobs() -> None:
    dimensions = Counter({row.label: row.dimension for row in KNOWN}.values())

    assert dimensions == {"functional": 15, "emotional": 6, "social": 4}


def test_dimensions_and_levels_are_those_of_a_job() -> None:
    assert {row.dimension for row in ALL} == {"functional", "emotional", "social"}
    assert {row.level for row in ALL} == {Level.MAIN, Level.SUB}


def test_one_third_is_german_and_a_person_speaks_one_language() -> None:
    german = sum(row.language == "de" for row in ALL)

    assert {row.language for row in ALL} == {"en", "de"}
    assert 0.3 <= german / len(ALL) <= 0.37
    assert len({(row.interview, row.language) for row in ALL}) == len({row.interview for row in ALL})


def test_42_people_state_8_to_14_jobs_each_and_none_twice() -> None:
    people = Counter(row.interview for row in ALL)
    stated = Counter((row.interview, row.label) for row in ALL)

    assert len(people) == 42
    assert all(8 <= count <= 14 for count in people.values())
    assert set(stated.values()) == {1}


def test_nothing_is_said_twice() -> None:
    alike = [
        (one.text, other.text)
        for one, other in combinations(ALL, 2)
        if _overlap(words(one.text), words(other.text)) > 0.5
    ]

    assert alike == []


def test_labels_do_not_give_their_statements_away() -> None:
    given_away = {label for label in {row.label for row in KNOWN} if _told(label) > 0.15}

    assert given_away == set()


def _overlap(one: set[str], other: set[str]) -> float:
    """Words in common of all words."""
    return len(one & other) / len(one | other)


def _told(label: str) -> float:
    """The share of the job's statements that hold a word of its label."""
    told = words(label) - SMALL_WORDS
    rows: list[Labelled] = [row for row in KNOWN if row.label == label]
    return sum(bool(told & words(row.text)) for row in rows) / len(rows)
