"""A ranking is as good as its evidence: what counts, what is missing, and what a colleague changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from interviews.actions import interviews
from jobs.actions import priorities
from jobs.models import Job
from jobs.models.priorities import default_weights
from studies.access import StudyAccess
from studies.roles import Role
from tests import factories as make


def held_by(access: StudyAccess, count: int, **element: Any) -> Job:
    """A generalised job that `count` interviews hold, each with one push as its evidence."""
    general = make.make_job(access.study, scope="generalised", statement=f"Job of {count}")
    for _ in range(count):
        interview = make.make_interview(access.study)
        job = make.make_job(access.study, interview=interview, general=general)
        push = make.make_element(interview, **{"kind": "push", "intensity": 3, "grade": "B"} | element)
        make.make_evidence(job, element=push)
    return general


def row_of(access: StudyAccess, job: Job) -> dict[str, Any]:
    return next(row for row in priorities.ranking(access).rows if row["job"] == job.pk)


def test_words_of_a_deleted_interview_count_nowhere_until_it_is_back(owner: StudyAccess) -> None:
    job = held_by(owner, 4)
    gone = job.members.all()[0].interview
    deleted_before = make.make_element(gone, kind="pain", deleted_at=timezone.now())

    seen = []
    for move in (interviews.delete_interview, interviews.restore_interview):
        move(owner, interview=gone)
        row = row_of(owner, job)
        seen.append((row["k"], row["n"], len(row["struggle"] or []) and row["struggle"][1]))

    assert seen == [(3, 3, 3), (4, 4, 4)]
    deleted_before.refresh_from_db()
    assert deleted_before.deleted_at is not None


def test_prevalence_counts_interviews_and_not_mentions(owner: StudyAccess) -> None:
    job = held_by(owner, 4)
    again = job.members.all()[0]
    make.make_evidence(again, element=make.make_element(again.interview, kind="pain", grade="B"))
    held_by(owner, 3)

    row = row_of(owner, job)

    assert (row["k"], row["n"]) == (4, 7)
    assert row["wilson"] == pytest.approx([0.2505, 0.8418], abs=0.0005)
    assert row["struggle"] == [3.0, 4]


def test_more_interviews_rank_higher_and_the_interval_says_how_sure(owner: StudyAccess) -> None:
    many, few = held_by(owner, 6), held_by(owner, 3)

    first, second = row_of(owner, many), row_of(owner, few)

    assert (first["rank"], second["rank"]) == (1, 2)
    assert first["rank_low"] <= 1 <= first["rank_high"]
    assert first["p_top3"] is None  # no more than three are ranked


def test_a_hypothetical_statement_feeds_no_score(owner: StudyAccess) -> None:
    job = held_by(owner, 3)
    element = make.make_element(make.make_interview(owner.study), kind="push", intensity=4, grade="D")
    make.make_evidence(job, element=element)

    assert (row_of(owner, job)["k"], row_of(owner, job)["struggle"]) == (3, [3.0, 3])


def test_too_little_evidence_is_shown_but_not_ranked(owner: StudyAccess) -> None:
    thin, opinions = held_by(owner, 2), held_by(owner, 4, grade="C")

    assert "2 interviews" in row_of(owner, thin)["gate"]
    assert row_of(owner, opinions)["rank"] is None


def test_a_missing_rating_lowers_coverage_and_not_the_score(owner: StudyAccess) -> None:
    job = held_by(owner, 4)
    before = row_of(owner, job)
    priorities.rate(owner, job=job, criterion="business", value=4)

    after = row_of(owner, job)

    assert before["coverage"] < after["coverage"] < 1
    assert before["values"].get("business") is None


def test_the_same_input_is_ranked_once(owner: StudyAccess) -> None:
    held_by(owner, 3)

    assert priorities.ranking(owner) == priorities.ranking(owner)
    assert owner.study.priorities.count() == 1


def test_a_ranking_that_holds_again_is_the_newest_and_is_not_computed_anew(
    owner: StudyAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_by(owner, 3)
    first = priorities.ranking(owner)
    priorities.set_weights(owner, weights=default_weights() | {"fit": 5}, reason="Try it")
    between = priorities.ranking(owner)
    priorities.set_weights(owner, weights=default_weights(), reason="Back again")
    monkeypatch.setattr(priorities, "rows", None)  # whoever computes fails

    again = priorities.ranking(owner)

    assert owner.study.priorities.first() == again
    assert (again.rows, again.input_digest) == (first.rows, first.input_digest)
    assert between.input_digest != again.input_digest
    assert owner.study.priorities.count() == 2


def test_everybody_has_one_rating_of_their_own(owner: StudyAccess) -> None:
    job, reviewer = held_by(owner, 3), make.make_access(Role.REVIEWER, study=owner.study)
    priorities.rate(owner, job=job, criterion="importance", value=5)
    priorities.rate(owner, job=job, criterion="importance", value=4)
    priorities.rate(reviewer, job=job, criterion="importance", value=2)
    priorities.rate(owner, job=job, criterion="satisfaction", value=2)

    row = row_of(owner, job)

    assert (row["importance"], row["satisfaction"], row["opportunity"]) == (5.0, 2.5, 7.5)
    assert row["raters"]["importance"] == 2


def test_a_rating_outside_its_scale_is_refused(owner: StudyAccess) -> None:
    with pytest.raises(ValidationError, match="from 1 to 5"):
        priorities.rate(owner, job=held_by(owner, 1), criterion="importance", value=0)


def test_weights_change_with_a_reason_and_are_logged(owner: StudyAccess) -> None:
    with pytest.raises(ValidationError, match="why"):
        priorities.set_weights(owner, weights={"prevalence": 1}, reason=" ")

    priorities.set_weights(owner, weights={"prevalence": 1}, reason="Only what we heard")

    entry = owner.study.history.get(verb="weights.changed")
    assert entry.data["after"] == {"prevalence": 1}


def test_a_strategist_neither_rates_nor_approves(owner: StudyAccess) -> None:
    job, strategist = held_by(owner, 3), make.make_access(Role.STRATEGIST, study=owner.study)

    with pytest.raises(PermissionDenied):
        priorities.rate(strategist, job=job, criterion="fit", value=1)
    with pytest.raises(PermissionDenied):
        priorities.decide(strategist, job=job, decision="approved")


def test_ranking_takes_the_same_number_of_queries_for_one_job_and_for_three(
    owner: StudyAccess, django_assert_num_queries: Any
) -> None:
    for jobs in (1, 2):
        for _ in range(jobs):
            held_by(owner, 3)
        priorities.ranking(owner)
        with django_assert_num_queries(9):
            priorities.ranking(owner)
