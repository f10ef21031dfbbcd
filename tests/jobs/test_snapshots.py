"""Approving freezes a ranking: what is frozen stays, what changes later is told against it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from jobs.actions import priorities
from jobs.actions.snapshots import approve_ranking
from jobs.models import Job, Snapshot
from jobs.queries.papers import method_of
from jobs.queries.snapshots import frozen, since_approval
from studies.access import StudyAccess
from studies.roles import Role
from tests import factories as make
from tests.jobs.test_priorities import held_by

Login = Callable[[StudyAccess], Client]
EVEN = {"prevalence": 1, "opportunity": 1, "struggle": 1, "business": 1, "fit": 1, "feasibility": 0}


def at(access: StudyAccess, name: str, *ids: int) -> str:
    return reverse(f"jobs:{name}", args=[access.study.slug, *ids])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_approving_keeps_every_number_of_the_day(owner: StudyAccess) -> None:
    jobs = [held_by(owner, 5), held_by(owner, 3), held_by(owner, 2)]
    rows = {row["job"]: row for row in priorities.ranking(owner).rows}

    snapshot = approve_ranking(owner, name=" Board, May ", note="Go")

    assert (snapshot.name, snapshot.note, snapshot.interviews, snapshot.by) == (
        "Board, May",
        "Go",
        10,
        owner.user,
    )
    assert [(row.job, row.rank) for row in frozen(snapshot)] == [
        (jobs[0].pk, 1),
        (jobs[1].pk, 2),
        (jobs[2].pk, None),
    ]
    first = frozen(snapshot)[0]
    assert first.number("score") == rows[jobs[0].pk]["score"]
    assert first.interval == "24 to 76 %"


def test_what_is_frozen_stays_whatever_happens_to_the_study(owner: StudyAccess) -> None:
    job = held_by(owner, 5)
    snapshot = approve_ranking(owner, name="Board")
    before = frozen(snapshot)

    Job.objects.filter(pk=job.pk).update(statement="Something else")
    held_by(owner, 9)
    priorities.set_weights(owner, weights=EVEN, reason="All alike")

    snapshot.refresh_from_db()
    assert frozen(snapshot) == before
    assert (snapshot.weights["opportunity"], snapshot.interviews) == (3, 5)


def test_what_changed_since_is_told(owner: StudyAccess) -> None:
    held_by(owner, 5)
    approve_ranking(owner, name="Board")
    held_by(owner, 9)
    priorities.set_weights(owner, weights=EVEN, reason="All alike")

    approved = since_approval(owner.study, priorities.ranking(owner), 14)

    assert approved
    assert approved.since.words == "2 jobs moved, 9 interviews more, weights changed"
    assert [change.words for change in approved.since.changes] == ["new at rank 1", "down from 1 to 2"]


def test_the_same_ranking_under_the_same_name_is_approved_once(owner: StudyAccess) -> None:
    held_by(owner, 5)
    first = approve_ranking(owner, name="Board")

    assert approve_ranking(owner, name="Board").pk == first.pk
    assert approve_ranking(owner, name="Again").pk != first.pk
    held_by(owner, 4)
    assert approve_ranking(owner, name="Again").interviews == 9


def test_an_approval_is_told_in_the_history(owner: StudyAccess) -> None:
    held_by(owner, 3)
    approve_ranking(owner, name="Board")

    entry = owner.study.history.first()
    assert entry
    assert (entry.sentence, entry.target_label) == ("approved the ranking as", "Board")


def test_nothing_ranked_nothing_approved(owner: StudyAccess) -> None:
    held_by(owner, 2)
    with pytest.raises(ValidationError, match="No job is ranked yet"):
        approve_ranking(owner, name="Board")
    held_by(owner, 3)
    with pytest.raises(ValidationError):
        approve_ranking(owner, name="  ")
    assert owner.study.snapshots.count() == 0


@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.STRATEGIST, Role.VIEWER])
def test_only_reviewers_and_owners_approve(role: Role, owner: StudyAccess, as_role: Any) -> None:
    held_by(owner, 3)
    with pytest.raises(PermissionDenied):
        approve_ranking(as_role(role), name="Board")


def test_how_it_was_found_is_frozen_too(owner: StudyAccess) -> None:
    interview = make.make_interview(owner.study, held_on="2026-03-04")
    make.make_element(interview)
    held_by(owner, 3)
    owner.study.participants.filter(pk=interview.participant_id).update(segment="City")
    priorities.set_weights(owner, weights=EVEN, reason="All alike")

    method = approve_ranking(owner, name="Board").method

    assert method == method_of(owner.study)
    assert (method["held_from"], method["held_to"], method["elements"]) == ("2026-03-04", "2026-03-04", 4)
    assert (method["weights_reason"], method["weights_version"], method["raters"]) == ("All alike", 2, 0)
    assert (method["held_undated"], method["jobs_written"]) == (3, 3)
    assert method["segments"] == "no segment named: 3\nCity: 1"
    assert "surveys" not in method


def test_a_reviewer_approves_on_the_page_and_reads_what_changed(
    owner: StudyAccess, as_role: Any, login: Login
) -> None:
    held_by(owner, 3)
    reviewer = as_role(Role.REVIEWER)
    client = login(reviewer)

    response = client.post(at(owner, "approve"), {"name": "Board, May", "note": "Clear"}, follow=True)
    held_by(owner, 6)
    page = text_of(client.get(at(owner, "snapshot", Snapshot.objects.get().pk)))
    ranking = text_of(client.get(at(owner, "priorities")))

    assert "Approved as “Board, May”" in text_of(response)
    assert "down from 1 to 2" in page
    assert "new at rank 1" in page
    assert "2 jobs moved, 6 interviews more" in ranking


def test_an_approval_without_a_name_is_refused_in_words(owner: StudyAccess, login: Login) -> None:
    held_by(owner, 3)

    response = login(owner).post(at(owner, "approve"), {"name": ""})

    assert (response.status_code, Snapshot.objects.count()) == (422, 0)
    assert "Give it a name" in text_of(response)


def test_before_there_is_a_ranking_the_page_teaches(owner: StudyAccess, login: Login) -> None:
    page = text_of(login(owner).get(at(owner, "papers")))

    assert "There is no ranking to tell of yet" in page
    assert at(owner, "approve") not in page


def test_hostile_words_stay_words(owner: StudyAccess, login: Login) -> None:
    held_by(owner, 3)
    snapshot = approve_ranking(owner, name="<script>alert(1)</script>", note="<img src=x>")

    for url in (at(owner, "papers"), at(owner, "snapshot", snapshot.pk), at(owner, "priorities")):
        content = login(owner).get(url).content.decode()
        assert ("<script>alert" in content, "<img src=x" in content) == (False, False)


def test_pages_take_the_same_number_of_queries_for_one_snapshot_and_for_three(
    owner: StudyAccess, login: Login, django_assert_num_queries: Any
) -> None:
    client = login(owner)
    for round_, names in enumerate(("a", "bc")):
        held_by(owner, 3 + round_)
        made = [approve_ranking(owner, name=name) for name in names]
        client.get(at(owner, "papers"))
        cache.clear()
        with django_assert_num_queries(18):
            client.get(at(owner, "papers"))
        with django_assert_num_queries(18):
            client.get(at(owner, "snapshot", made[0].pk))
