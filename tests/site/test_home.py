"""Story 10: the ten steps of the process with their state and what to do next."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cpd_site.home import counts
from cpd_site.home import page as home
from interviews.models import GuidePrompt
from jobs.actions import priorities
from jobs.models import JobCluster
from studies.access import StudyAccess
from studies.models import Study
from studies.roles import Role
from tests import factories as make
from tests.architecture.populated import populate

MOST_QUERIES = 20


def states(access: StudyAccess) -> list[str]:
    context = home.context(access)
    return [step.state for step in context["steps"]]


def plan(access: StudyAccess, **fields: Any) -> None:
    written = {"question": "Why?", "switch": "A to B", "sample_frame": "Recent", "sample_size": 1} | fields
    Study.objects.filter(pk=access.study.pk).update(**written)
    access.study.refresh_from_db()
    GuidePrompt.objects.create(study=access.study, text="What happened?")


def test_an_empty_study_teaches_and_begins_with_the_plan(owner: StudyAccess, login: Any) -> None:
    shown = login(owner).get(f"/s/{owner.study.slug}/").content.decode()

    assert states(owner) == ["todo"] * 10
    assert "Start with a change in somebody" in shown
    assert home.context(owner)["next"].title == "Plan"


def test_a_written_plan_leads_to_recruiting(owner: StudyAccess) -> None:
    plan(owner)

    assert states(owner)[:2] == ["done", "todo"]
    assert home.context(owner)["next"].title == "Recruit"


def test_a_sample_without_consent_is_not_complete(owner: StudyAccess) -> None:
    plan(owner)
    someone = make.make_participant(owner.study)
    before = states(owner)[1]
    someone.consent = "given"
    someone.save(update_fields=["consent"])

    assert (before, states(owner)[1]) == ("doing", "done")


def test_the_frame_names_its_gaps(owner: StudyAccess) -> None:
    plan(owner, sample_size=12)
    make.make_participant(owner.study, pseudonym="Ada", segment="Hirers", tags=["city"], consent="given")
    make.make_participant(owner.study, pseudonym="Bob", tags=["city", "kids"])
    make.make_participant(owner.study, pseudonym="Cyd", segment="Firers", consent="withdrawn")

    frame = counts.sample_frame(owner.study)

    assert (frame.people, frame.missing, frame.over_recruit, frame.without_segment) == (3, 9, 15, 1)
    assert dict(frame.segments) == {"Hirers": 1, "Firers": 1}
    assert dict(frame.tags) == {"city": 2, "kids": 1}
    assert (frame.without_consent, frame.withdrawn) == (["Bob"], ["Cyd"])


def test_more_people_than_planned_are_not_counted_as_a_part(owner: StudyAccess) -> None:
    plan(owner, sample_size=2)
    figures = []
    for _ in range(3):
        make.make_participant(owner.study)
        figure = home.context(owner)["steps"][1].figures[0]
        figures.append((figure.value, figure.of, figure.unit))

    assert figures == [(1, 2, "participants"), (2, 2, "participants"), (3, None, "participants, 2 planned")]


def test_capturing_is_not_done_while_notes_wait_in_the_tray(owner: StudyAccess) -> None:
    interview = make.make_interview(owner.study, state="captured")
    note = make.make_element(interview, kind="")
    before = home.context(owner)["steps"][3]
    note.kind = "push"
    note.save(update_fields=["kind"])

    assert (before.state, before.warning) == (
        "doing",
        "1 of 1 elements wait in the tray, unclassified",
    )
    assert states(owner)[3] == "done"


def test_what_lies_in_the_trash_is_not_counted(owner: StudyAccess) -> None:
    from django.utils import timezone

    interview = make.make_interview(owner.study, state="captured")
    make.make_element(interview, deleted_at=timezone.now())
    make.make_job(owner.study, deleted_at=timezone.now())

    n = counts.counts(owner.study)
    assert (n["elements"], n["individual"]) == (0, 0)


def test_proposals_keep_clustering_open(owner: StudyAccess) -> None:
    general = make.make_job(owner.study, scope="generalised")
    JobCluster.objects.create(study=owner.study, name="A", state="accepted", general=general)
    proposal = JobCluster.objects.create(study=owner.study, name="B")
    before = states(owner)[5:7]
    proposal.delete()

    assert (before, states(owner)[5:7]) == (["doing", "doing"], ["done", "done"])


def test_canvases_of_jobs_that_nobody_approved_are_not_counted_as_approved(owner: StudyAccess) -> None:
    one, two, *others = (make.make_job(owner.study, scope="generalised") for _ in range(4))
    for job in (one, two):
        priorities.decide(owner, job=job, decision="approved")
    for job in (one, *others):
        make.make_canvas(job)

    [figure] = [
        figure
        for step in home.context(owner)["steps"]
        for figure in step.figures
        if figure.unit == "approved jobs with a canvas"
    ]
    assert (figure.value, figure.of) == (1, 2)


def test_a_canvas_without_phase_one_is_not_done(owner: StudyAccess) -> None:
    canvas = make.make_canvas(make.make_job(owner.study, scope="generalised"))
    make.make_card(canvas, phase=3, state="agreed")
    before = home.context(owner)["steps"][8]
    make.make_card(canvas, phase=1)

    assert (before.state, before.warning) == ("doing", "Phase 1 is empty: what ends the waiting?")
    assert states(owner)[8] == "done"


def test_what_is_due_is_listed_as_the_page_of_actions_lists_it(owner: StudyAccess, login: Any) -> None:
    canvas = make.make_canvas(make.make_job(owner.study, scope="generalised"))
    today = timezone.localdate()
    make.make_action(canvas, due_on=today - timedelta(1))
    make.make_action(canvas, due_on=today + timedelta(3))
    make.make_action(canvas, status="measuring", kpi_by=today - timedelta(1))
    gone = make.make_canvas(make.make_job(owner.study, scope="generalised"), deleted_at=timezone.now())
    make.make_action(gone, due_on=today - timedelta(1))

    due = home.context(owner)["due"]

    assert [(number, words) for number, words, _ in due] == [
        (1, "overdue"),
        (1, "due within a week"),
        (1, "with a review overdue"),
    ]
    for number, _, href in due:
        assert len(login(owner).get(href).context["rows"]) == number


def test_overdue_actions_are_said(owner: StudyAccess) -> None:

    canvas = make.make_canvas(make.make_job(owner.study, scope="generalised"))
    make.make_action(canvas, due_on=date(2020, 1, 1))
    make.make_action(canvas, due_on=date(2020, 1, 1), status="adopted", result="It worked")

    step = home.context(owner)["steps"][9]
    assert step.warning == "1 of 2 actions overdue"
    assert step.figures[1].value == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_home_needs_at_most_twenty_queries_however_much_there_is(
    rows: int, owner: StudyAccess, login: Any
) -> None:
    for _ in range(rows):
        populate_more(owner)
    client = login(owner)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(f"/s/{owner.study.slug}/")

    assert response.status_code == 200
    assert len(queries) <= MOST_QUERIES
    if rows == 1:
        populate_more(owner)
        with CaptureQueriesContext(connection) as again:
            client.get(f"/s/{owner.study.slug}/")
        assert len(again) == len(queries)


def populate_more(access: StudyAccess) -> None:
    interview = make.make_interview(access.study)
    make.make_element(interview)
    general = make.make_job(access.study, scope="generalised", statement="Get everybody there")
    make.make_job(access.study, interview=interview, general=general)
    canvas = make.make_canvas(general)
    make.make_card(canvas)
    make.make_action(canvas)


def test_a_viewer_is_offered_no_button_that_would_be_refused(
    owner: StudyAccess, as_role: Any, login: Any
) -> None:
    populate(owner)
    shown = login(as_role(Role.VIEWER)).get(f"/s/{owner.study.slug}/").content.decode()

    assert "btn-primary" not in shown.split("<main")[1].split("</main")[0]
