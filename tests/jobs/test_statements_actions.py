"""Jobs, their evidence and their place on the map."""

from __future__ import annotations

from itertools import pairwise

import pytest

from jobs.actions import statements
from jobs.actions.evidence import add_evidence
from jobs.models import Evidence
from jobs.queries.job_map import job_map
from studies.access import StudyAccess
from studies.edits import StaleVersion
from tests import factories as make


def test_a_job_comes_with_its_evidence(owner: StudyAccess) -> None:
    interview = make.make_interview(owner.study)
    speaks_for, speaks_against = make.make_element(interview), make.make_element(interview)

    job = statements.add_job(
        owner,
        statement=" Feel calm in the morning ",
        interview=interview,
        pattern="emotional",
        supports=(speaks_for,),
        contradicts=(speaks_against,),
    )

    assert job.statement == "Feel calm in the morning"
    assert set(job.evidence.values_list("element", "polarity")) == {
        (speaks_for.pk, "supports"),
        (speaks_against.pk, "contradicts"),
    }


def test_a_stale_edit_is_refused_and_shows_what_stands_there(owner: StudyAccess) -> None:
    job = make.make_job(owner.study)
    statements.edit_job(owner, job=job, seen=1, statement="First to save")

    with pytest.raises(StaleVersion) as stale:
        statements.edit_job(owner, job=job, seen=1, statement="Too late")

    assert str(stale.value.current) == "First to save"


def test_moving_reads_in_order_to_and_by(owner: StudyAccess) -> None:
    main = make.make_job(owner.study, statement="Raise happy children")
    low = make.make_job(owner.study, level="sub")

    statements.move_job(owner, job=low, parent=main)

    tree = job_map(owner.study, scope="individual")
    assert [(branch.job, branch.place.depth) for branch in tree.branches] == [(main, 1), (low, 2)]


def test_a_cycle_is_refused_with_a_message(owner: StudyAccess) -> None:
    upper, lower = (
        make.make_job(owner.study),
        make.make_job(owner.study, statement="Leave the house by eight"),
    )
    statements.move_job(owner, job=lower, parent=upper)

    with pytest.raises(statements.MoveRefused, match="cannot serve itself in a circle"):
        statements.move_job(owner, job=upper, parent=lower)
    with pytest.raises(statements.MoveRefused, match="circle"):
        statements.move_job(owner, job=upper, parent=upper)


def test_a_main_job_cannot_serve_a_sub_job(owner: StudyAccess) -> None:
    sub, main = make.make_job(owner.study, level="sub"), make.make_job(owner.study)

    with pytest.raises(statements.MoveRefused, match="A main job cannot serve a sub-job"):
        statements.move_job(owner, job=main, parent=sub)


def test_the_map_is_four_levels_deep(owner: StudyAccess) -> None:
    chain = [make.make_job(owner.study) for _ in range(5)]
    for upper, lower in pairwise(chain[:4]):
        statements.move_job(owner, job=lower, parent=upper)

    with pytest.raises(statements.MoveRefused, match="4 levels"):
        statements.move_job(owner, job=chain[4], parent=chain[3])


def test_siblings_keep_the_order_that_a_person_gave_them(owner: StudyAccess) -> None:
    first, second, third = (make.make_job(owner.study, position=place) for place in range(3))

    statements.move_job(owner, job=third, parent=None, before=second)

    tree = job_map(owner.study, scope="individual")
    assert [branch.job for branch in tree.branches] == [first, third, second]


def test_a_deleted_job_comes_back_with_what_stood_under_it(owner: StudyAccess) -> None:
    upper, lower = make.make_job(owner.study), make.make_job(owner.study)
    statements.move_job(owner, job=lower, parent=upper)

    statements.trash_job(owner, job=upper)
    lower.refresh_from_db()
    assert lower.parent is None
    statements.restore_job(owner, job=upper)

    lower.refresh_from_db()
    assert lower.parent == upper


def test_evidence_is_tied_once_and_can_change_sides(owner: StudyAccess) -> None:
    job, element = make.make_job(owner.study), make.make_element(make.make_interview(owner.study))
    add_evidence(owner, job=job, element=element)

    add_evidence(owner, job=job, element=element, polarity="contradicts")

    assert [(e.element, e.polarity) for e in Evidence.objects.filter(job=job)] == [(element, "contradicts")]
