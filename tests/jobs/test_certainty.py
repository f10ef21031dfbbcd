"""How sure a group is: what people decided never makes it look surer than the statements do."""

from __future__ import annotations

import pytest

from jobs.analysis import Encoder, Grouping, Statement, cluster_statements, default_encoder
from tests.jobs.statements_sample import JOBS

ALL = [text for texts in JOBS.values() for text in texts]
ITEMS = [Statement(f"s{place:04d}", text, f"interview-{place % 7}") for place, text in enumerate(ALL)]
UNLIKE = [f"s{place:04d}" for place in range(0, len(ALL), len(ALL) // 6)]  # of six jobs


@pytest.fixture(scope="module")
def use() -> Encoder:
    return default_encoder()


@pytest.fixture(scope="module")
def proposed(use: Encoder) -> Grouping:
    return cluster_statements(ITEMS, encoder=use)


def test_accepting_what_was_proposed_makes_nothing_surer(use: Encoder, proposed: Grouping) -> None:
    accepted = {member.key: group.medoid for group in proposed.groups for member in group.members}

    again = cluster_statements(ITEMS, encoder=use, fixed=accepted)

    sure = {group.medoid: (group.stability, group.stands_on, group.members) for group in proposed.groups}
    assert {group.fixed: (group.stability, group.stands_on, group.members) for group in again.groups} == sure
    assert any(stability < 1 for stability, *_rest in sure.values())  # so it could have become surer


def test_a_draw_from_a_small_study_is_grouped_like_any_small_study(use: Encoder) -> None:
    """Such draws have fewer statements than views can vote on. They counted as without any group, so that a
    study of 18 statements was told that nothing in it holds together."""
    texts = [text for job in list(JOBS)[:3] for text in JOBS[job]]
    items = [Statement(f"s{place:02d}", text, f"interview-{place % 6}") for place, text in enumerate(texts)]

    best = max(cluster_statements(items, encoder=use).groups, key=lambda group: group.stability or 0)

    assert len(items) == 18
    assert (best.stability or 0) > 0.6
    assert len(best.stands_on) <= 1


def test_a_group_that_only_a_decision_holds_is_not_told_as_holding_together(use: Encoder) -> None:
    grouping = cluster_statements(ITEMS, encoder=use, fixed=dict.fromkeys(UNLIKE, "odd"))

    (odd,) = [group for group in grouping.groups if group.fixed == "odd"]
    assert odd.stability == pytest.approx(0, abs=0.1)
    assert odd.stands_on == ()  # it does not stand with everybody, so no single voice makes it fall
    assert all(member.stability < 0.1 for member in odd.members)


def test_nor_is_one_that_only_pins_hold(use: Encoder) -> None:
    together = [(UNLIKE[0], key) for key in UNLIKE[1:]]

    grouping = cluster_statements(ITEMS, encoder=use, together=together)

    (pinned,) = [group for group in grouping.groups if UNLIKE[0] in {each.key for each in group.members}]
    assert pinned.stability == pytest.approx(0, abs=0.1)
    assert {each.stability for each in pinned.members if each.key in UNLIKE} == {None}
