"""The job map: reading, moving, refusing."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from jobs.actions import statements
from jobs.models import Job
from jobs.queries.job_map import job_map, possible_parents
from studies.access import StudyAccess
from tests import factories as make

HTMX = {"HX-Request": "true"}


def url(access: StudyAccess, name: str, *args: Any) -> str:
    return reverse(f"jobs:{name}", args=[access.study.slug, *args])


def parent_of(job: Job) -> Any:
    return Job.objects.get(pk=job.pk).parent


def test_an_empty_map_teaches(owner: StudyAccess, login: Any) -> None:
    assert "There is nothing to map yet" in login(owner).get(url(owner, "map")).content.decode()


def test_a_move_answers_with_the_tree_for_htmx_and_with_the_page_for_a_form(
    owner: StudyAccess, login: Any
) -> None:
    upper, lower = make.make_job(owner.study), make.make_job(owner.study, level="sub")
    client = login(owner)

    response = client.post(url(owner, "move", lower.pk), {"parent": upper.pk}, headers=HTMX)
    assert (response.status_code, parent_of(lower)) == (200, upper)
    assert 'aria-level="2"' in response.content.decode()

    response = client.post(url(owner, "move", lower.pk), {"parent": ""})
    assert (response.status_code, parent_of(lower)) == (302, None)


def test_a_job_moved_under_its_own_child_is_refused_with_a_message(owner: StudyAccess, login: Any) -> None:
    upper, lower = make.make_job(owner.study), make.make_job(owner.study)
    statements.move_job(owner, job=lower, parent=upper)
    client = login(owner)

    response = client.post(url(owner, "move", upper.pk), {"parent": lower.pk}, headers=HTMX)
    assert (response.status_code, parent_of(upper)) == (409, None)
    assert "cannot serve itself in a circle" in response.content.decode()

    page = client.post(url(owner, "move", upper.pk), {"parent": lower.pk}, follow=True).content.decode()
    assert "cannot serve itself in a circle" in page


@pytest.mark.parametrize("field", ["parent", "before"])
def test_a_job_of_another_study_is_no_place_to_move_to(
    owner: StudyAccess, outsider: StudyAccess, login: Any, field: str
) -> None:
    job, foreign = make.make_job(owner.study), make.make_job(outsider.study)

    response = login(owner).post(url(owner, "move", job.pk), {field: foreign.pk}, headers=HTMX)

    assert (response.status_code, parent_of(job)) == (409, None)


def test_an_individual_job_does_not_move_under_a_generalised_one(owner: StudyAccess) -> None:
    general, job = make.make_job(owner.study, scope="generalised"), make.make_job(owner.study)

    with pytest.raises(statements.MoveRefused, match="maps of their own"):
        statements.move_job(owner, job=job, parent=general)


def test_cross_links_are_made_and_taken_away_and_never_close_a_circle(
    owner: StudyAccess, outsider: StudyAccess, login: Any
) -> None:
    one, two, under = make.make_job(owner.study), make.make_job(owner.study), make.make_job(owner.study)
    statements.move_job(owner, job=under, parent=one)
    client = login(owner)

    client.post(url(owner, "also", one.pk), {"other": two.pk, "on": "1"})
    assert list(one.also_serves.all()) == [two]
    client.post(url(owner, "also", one.pk), {"other": two.pk})
    assert list(one.also_serves.all()) == []
    for wrong in (one, under, make.make_job(outsider.study)):
        client.post(url(owner, "also", one.pk), {"other": wrong.pk, "on": "1"})
    assert list(one.also_serves.all()) == []


def test_the_inspector_reads_a_job_both_ways(owner: StudyAccess, login: Any) -> None:
    top, middle, low = (make.make_job(owner.study, statement=text) for text in ("Top", "Middle", "Low"))
    statements.move_job(owner, job=middle, parent=top)
    statements.move_job(owner, job=low, parent=middle)

    reading = login(owner).get(url(owner, "map_job", middle.pk)).context["reading"]

    assert (reading.above, reading.below, reading.candidates) == ([top], [low], [top])


def test_possible_parents_of_an_individual_job_are_of_its_interview(owner: StudyAccess) -> None:
    here, there = make.make_interview(owner.study), make.make_interview(owner.study)
    job, same = (make.make_job(owner.study, interview=here) for _ in range(2))
    make.make_job(owner.study, interview=there)

    assert possible_parents(owner.study, job) == [same]


def test_siblings_with_the_same_position_still_make_room(owner: StudyAccess) -> None:
    jobs = [make.make_job(owner.study, position=5) for _ in range(3)]
    late = make.make_job(owner.study, position=9)

    statements.move_job(owner, job=late, parent=None, before=jobs[1])

    shown = [branch.job for branch in job_map(owner.study, scope="individual").branches]
    assert shown == [jobs[0], late, jobs[1], jobs[2]]


def test_a_circle_that_a_fault_left_behind_does_not_hang_the_map(owner: StudyAccess) -> None:
    one, two = make.make_job(owner.study), make.make_job(owner.study)
    Job.objects.filter(pk=one.pk).update(parent=two)
    Job.objects.filter(pk=two.pk).update(parent=one)

    assert job_map(owner.study, scope="individual").branches == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_map_takes_the_same_queries_for_one_job_and_for_three(
    owner: StudyAccess, login: Any, django_assert_num_queries: Any, count: int
) -> None:
    top = make.make_job(owner.study, scope="generalised", level="purpose")
    for _ in range(count):
        job = make.make_job(owner.study, scope="generalised", parent=top)
        job.also_serves.add(top)
    client = login(owner)
    with django_assert_num_queries(11):
        client.get(url(owner, "map"))


def test_a_level_that_does_not_fit_the_place_on_the_map_is_refused_with_what_was_typed(
    owner: StudyAccess, login: Any
) -> None:
    upper, lower = make.make_job(owner.study, level="sub"), make.make_job(owner.study, level="sub")
    statements.move_job(owner, job=lower, parent=upper)
    data = {"statement": "My words", "pattern": "functional", "version": 1}
    client = login(owner)

    for job, level in ((lower, "main"), (upper, "micro")):
        response = client.post(url(owner, "edit", job.pk), data | {"level": level})
        assert (response.status_code, Job.objects.get(pk=job.pk).level) == (409, "sub")
        assert "My words</textarea>" in response.content.decode()


def test_a_link_to_one_job_opens_the_map_where_it_stands(owner: StudyAccess, login: Any) -> None:
    job, _other = (make.make_job(owner.study, interview=make.make_interview(owner.study)) for _ in range(2))

    context = login(owner).get(url(owner, "map") + f"?job={job.pk}").context

    assert (context["selected"], context["interview"]) == (job, job.interview)
    assert [branch.job for branch in context["tree"].branches] == [job]
