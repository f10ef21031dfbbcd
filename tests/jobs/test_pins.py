"""What people decided about pairs: obeyed to the letter, and refused where it contradicts itself."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.analysis import Contradiction, LsaEncoder, Statement, cluster_statements, default_encoder
from jobs.analysis.pins import holds
from tests.jobs.statements_sample import JOBS, ODD

TEXTS = [text for texts in JOBS.values() for text in texts] + ODD
ITEMS = [Statement(f"s{index:02d}", text, f"i{index % 7}") for index, text in enumerate(TEXTS)]
KEYS = [item.key for item in ITEMS]


def group_of(grouping):
    return {member.key: place for place, group in enumerate(grouping.groups) for member in group.members}


def test_statements_pinned_together_share_a_group_however_far_apart():
    pairs = [("s00", "s24"), ("s30", "s31")]

    of = group_of(cluster_statements(ITEMS, encoder=default_encoder(), together=pairs, resamples=0))

    assert of["s00"] == of["s24"]
    assert of["s30"] == of["s31"]


def test_statements_pinned_apart_share_none_however_near():
    free = group_of(cluster_statements(ITEMS, encoder=default_encoder(), resamples=0))
    mates = sorted(key for key in free if free[key] == free["s24"])
    pairs = [(mates[0], mates[1]), (mates[2], mates[0])]

    of = group_of(cluster_statements(ITEMS, encoder=default_encoder(), apart=pairs, resamples=0))

    assert all(of.get(one) is None or of.get(one) != of.get(other) for one, other in pairs)


@st.composite
def decisions(draw):
    """Pins that do not contradict each other: after a partition that people might have in mind."""
    mind = {key: draw(st.integers(0, 3)) for key in draw(st.lists(st.sampled_from(KEYS), unique=True))}
    pairs = (
        draw(st.lists(st.tuples(st.sampled_from(sorted(mind)), st.sampled_from(sorted(mind)))))
        if mind
        else []
    )
    pairs = [(one, other) for one, other in pairs if one != other]
    fixed = {key: f"G{part}" for key, part in mind.items() if draw(st.booleans())}
    together = [(one, other) for one, other in pairs if mind[one] == mind[other]]
    return fixed, together, [(one, other) for one, other in pairs if mind[one] != mind[other]]


@settings(max_examples=40, deadline=None)
@given(decisions())
def test_no_decision_is_ever_broken(decided):
    fixed, together, apart = decided

    grouping = cluster_statements(
        ITEMS, encoder=LsaEncoder(), fixed=fixed, together=together, apart=apart, resamples=0
    )

    of = group_of(grouping)
    assert all(of[one] == of[other] for one, other in together)
    assert all(of.get(one) is None or of.get(one) != of.get(other) for one, other in apart)
    assert {key: grouping.groups[of[key]].fixed for key in fixed} == fixed


@pytest.mark.parametrize(
    ("fixed", "together", "apart", "keys"),
    [
        ({}, [("a", "b"), ("b", "c")], [("c", "a")], ("c", "a")),
        ({"a": "G", "b": "G"}, [], [("a", "b")], ("a", "b")),
        ({"a": "G", "b": "H"}, [("a", "c"), ("c", "b")], [], ("a", "b")),
        ({}, [], [("a", "a")], ("a", "a")),
    ],
)
def test_a_contradiction_is_refused_and_names_its_statements(fixed, together, apart, keys):
    with pytest.raises(Contradiction) as refused:
        holds([Statement("a", "x", "1")], fixed, together, apart)

    assert refused.value.keys == keys
    assert all(key in str(refused.value) for key in keys)


def test_a_decision_about_an_absent_statement_still_ties_those_that_are_here():
    items = [Statement(key, key, "1") for key in "abcd"]

    found = holds(items, {}, [("a", "gone"), ("gone", "b")], [("gone", "c"), ("d", "lost")])

    assert found.block[0] == found.block[1]
    assert found.forbids(2, found.block[[0]])
    assert not found.forbids(3, found.block[[0, 2]])
