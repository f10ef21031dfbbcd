"""The map of statements: drawn by a run, read with the groups of today, never trusted where it came along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from jobs import charts
from jobs.actions.cluster_map import start_map
from jobs.actions.clusters import make_cluster
from jobs.actions.group_changes import ClusterRefused
from jobs.charts.cluster_map import hull
from jobs.models import Job
from jobs.queries.cluster_map import MAP_KIND, cluster_map
from jobs.vectors import hash_of
from studies.access import StudyAccess
from studies.models import Run
from studies.roles import Role
from tests import factories as make

Login = Callable[[StudyAccess], Client]
STATEMENTS = (
    "Get the children to school on time",
    "Bring the children to school without stress",
    "Have the children at school in time",
    "Know in advance what the car costs",
    "Avoid surprises in the bill of the garage",
    "Keep the bike safe overnight",
)


@pytest.fixture
def jobs(owner: StudyAccess) -> list[Job]:
    return [
        make.make_job(owner.study, statement=text, interview=make.make_interview(owner.study))
        for text in STATEMENTS
    ]


def drawn(access: StudyAccess, *jobs: Job, result: Any = None) -> Run:
    """A finished run with the jobs side by side, or with whatever came along."""
    points = {hash_of(job.statement)[:16]: [place / 10, -place / 10] for place, job in enumerate(jobs)}
    result = {"points": points, "kept": 0.5} if result is None else result
    return Run.objects.create(
        study=access.study, kind=MAP_KIND, input_digest="d", state=Run.State.DONE, result=result
    )


def test_the_run_gives_every_statement_a_place_and_says_what_it_keeps(
    owner: StudyAccess, jobs: list[Job], django_capture_on_commit_callbacks: Any
) -> None:
    make.make_job(owner.study, statement=STATEMENTS[0], interview=make.make_interview(owner.study))
    make_cluster(owner, name="School", jobs=jobs[:3])

    with django_capture_on_commit_callbacks(execute=True):
        run = start_map(owner)
    run.refresh_from_db()

    assert (run.state, run.error, run.result["statements"]) == (Run.State.DONE, "", 6)
    assert set(run.result["points"]) == {hash_of(job.statement)[:16] for job in jobs}
    assert list(run.versions) == ["encoder"]
    with django_capture_on_commit_callbacks(execute=True):
        again = start_map(owner)
    again.refresh_from_db()
    assert again.result == run.result


def test_too_little_to_draw_is_refused_in_words(owner: StudyAccess, as_role: Any) -> None:
    with pytest.raises(ClusterRefused, match="needs 3 individual jobs"):
        start_map(owner)
    with pytest.raises(PermissionDenied):
        start_map(as_role(Role.VIEWER))


def test_the_groups_of_today_stand_on_the_places_of_the_run(owner: StudyAccess, jobs: list[Job]) -> None:
    drawn(owner, *jobs[:5])
    make_cluster(owner, name="School", jobs=jobs[:3])

    found = cluster_map(owner.study)
    chart = charts.cluster_map(found)

    assert [(spot.group, spot.x) for spot in found.spots] == [
        ("School", 0.0),
        ("School", 0.1),
        ("School", 0.2),
        ("", 0.3),
        ("", 0.4),
    ]
    assert (found.statements, found.missing, found.kept) == (6, 1, 0.5)
    assert chart.base == "5 of 6 statements, 1 written since the map was drawn"
    assert "50 % are still among the five nearest" in chart.reading
    assert chart.rows[0].cells == ("School", STATEMENTS[0], "sure", 0.0, 0.0)
    assert chart.rows[3].cells == ("in no group", STATEMENTS[3], "–", 0.3, -0.3)
    assert chart.figure is not None
    [trace] = chart.figure["data"]
    assert trace["marker"]["symbol"] == ["circle", "circle", "circle", "x-thin", "x-thin"]
    assert [note["text"] for note in chart.figure["layout"]["annotations"]] == ["School"]


def test_doubtful_members_are_hollow(owner: StudyAccess, jobs: list[Job]) -> None:
    drawn(owner, *jobs)
    cluster = make_cluster(owner, name="School", jobs=jobs[:3])
    cluster.members.filter(job=jobs[1]).update(margin=0.01, decided=False)

    chart = charts.cluster_map(cluster_map(owner.study))

    assert chart.figure is not None
    colours = chart.figure["data"][0]["marker"]["color"]
    assert (colours[:3], chart.rows[2].cells[1:3]) == (
        ["--ink", "--ink", "--surface"],
        (STATEMENTS[1], "doubtful"),
    )


def test_every_group_is_found_on_the_map_by_its_name_or_by_a_number(
    owner: StudyAccess, jobs: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn(owner, *jobs)
    make_cluster(owner, name="School", jobs=jobs[:3])
    make_cluster(owner, name="Money", jobs=jobs[3:5])
    monkeypatch.setattr("jobs.charts.places.MOST", 1)

    figure = charts.cluster_map(cluster_map(owner.study)).figure

    assert figure is not None
    assert [(note["name"], note["text"], note["hovertext"]) for note in figure["layout"]["annotations"]] == [
        ("ground", "School", "School"),
        ("number", "2", "Money"),
    ]


def test_the_largest_groups_can_be_shown_alone(owner: StudyAccess, jobs: list[Job]) -> None:
    drawn(owner, *jobs)
    make_cluster(owner, name="School", jobs=jobs[:3])
    make_cluster(owner, name="Money", jobs=jobs[3:5])

    found = cluster_map(owner.study, groups=1)

    assert [spot.group for spot in found.spots] == ["School"] * 3


@pytest.mark.parametrize(
    "result",
    [
        {},
        {"points": []},
        {"points": {"x": [1, 2, 3]}},
        {"points": {"x": ["a", None]}},
        {"points": {"x": [1e9, 0]}},
        {"points": {"x": "ab"}, "kept": "much"},
    ],
)
def test_a_result_that_came_along_in_any_shape_breaks_nothing(
    owner: StudyAccess, jobs: list[Job], login: Login, result: Any
) -> None:
    drawn(owner, result=result)

    page = login(owner).get(reverse("jobs:charts", args=[owner.study.slug]) + "?show=map")

    assert page.status_code == 200
    assert page.context["chart"].figure is None


def test_a_person_draws_the_map_by_its_button(
    owner: StudyAccess, jobs: list[Job], login: Login, django_capture_on_commit_callbacks: Any
) -> None:
    client = login(owner)
    before = client.get(reverse("jobs:charts", args=[owner.study.slug]) + "?show=map").content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("jobs:chart_map_draw", args=[owner.study.slug]))
    page = client.get(reverse("jobs:chart_map", args=[owner.study.slug]), follow=True)

    assert "Draw the map" in before
    assert len(page.context["chart"].rows) == 6
    assert Run.objects.get(kind=MAP_KIND).state == Run.State.DONE


def test_the_hull_leaves_out_what_lies_inside() -> None:
    square = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]
    assert sorted(hull([*square, (1.0, 1.0), (1.0, 0.0)])) == sorted(square)
    assert hull([(1.0, 1.0), (1.0, 1.0)]) == [(1.0, 1.0)]
