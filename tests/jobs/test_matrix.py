"""Interviews × jobs, jobs that go together, and the saturation curve."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from interviews.models import Interview
from jobs.models import Job
from jobs.queries import matrix as queries
from jobs.queries.priorities import known
from jobs.queries.saturation import curve
from studies.access import StudyAccess
from tests import factories as make

Login = Callable[[StudyAccess], Client]


def hold(general: Job, interview: Interview, *, intensity: int | None = None, **evidence: Any) -> None:
    """This person has the job: an individual job was written, and a push of theirs supports it."""
    job = make.make_job(general.study, interview=interview, general=general)
    element = make.make_element(interview, intensity=intensity, grade="B")
    make.make_evidence(job, element=element, **evidence)


def general(access: StudyAccess, statement: str) -> Job:
    return make.make_job(access.study, scope="generalised", statement=statement)


@pytest.fixture
def people(owner: StudyAccess) -> list[Interview]:
    """Six interviews in which something was captured, a month apart."""
    found = [
        make.make_interview(
            owner.study,
            participant=make.make_participant(owner.study, pseudonym=f"Person {number}"),
            held_on=date(2026, number, 1),
        )
        for number in range(1, 7)
    ]
    for interview in found:
        make.make_element(interview, kind="gain")
    return found


def marks(found: queries.Matrix) -> dict[str, list[str]]:
    """Statement -> what stands in its cells: a digit, ●, −, or nothing."""

    def mark(cell: queries.Cell | None, holds: bool) -> str:
        strength = "" if not holds else "●" if not cell or cell.strongest is None else str(cell.strongest)
        return strength + ("−" if cell and cell.against else "")

    return {row.job.statement: [mark(cell, holds) for _, cell, holds in cells] for row, cells in found.table}


def test_a_cell_tells_the_strongest_intensity_and_what_speaks_against(
    owner: StudyAccess, people: list[Interview]
) -> None:
    arrive = general(owner, "Arrive dry")
    hold(arrive, people[0], intensity=1)
    hold(arrive, people[0], intensity=3)
    hold(arrive, people[1])
    hold(arrive, people[2], intensity=0)
    make.make_evidence(arrive, element=make.make_element(people[2], grade="A"), polarity="contradicts")
    make.make_evidence(arrive, element=make.make_element(people[3], grade="A"), polarity="contradicts")
    make.make_evidence(arrive, element=make.make_element(people[4], grade="D", intensity=4))

    found = queries.matrix(owner.study, order="name")

    assert marks(found) == {"Arrive dry": ["3", "●", "0−", "−", "", ""]}
    assert [found.held[each.pk] for each in people] == [1, 1, 1, 0, 0, 0]


def test_the_matrix_counts_as_the_ranking_does(owner: StudyAccess, people: list[Interview]) -> None:
    for number, statement in enumerate(["Arrive dry", "Look the part", "Pay less"], 1):
        job = general(owner, statement)
        for interview in people[:number]:
            hold(job, interview, intensity=number)

    held = {row.job.pk: row.held_by for row in queries.holders(owner.study)}

    assert held == {each.job.pk: each.interviews for each in known(owner.study).facts}


def test_an_interview_counts_everywhere_once_a_job_was_written_from_it(
    owner: StudyAccess, people: list[Interview], login: Login
) -> None:
    arrive = general(owner, "Arrive dry")
    hold(arrive, people[0])
    told = make.make_interview(owner.study)  # nothing was captured in it
    make.make_job(owner.study, interview=told, general=arrive)

    found, ranked = queries.matrix(owner.study), known(owner.study)
    page = login(owner).get(reverse("jobs:detail", args=[owner.study.slug, arrive.pk])).content.decode()
    everybody = {each.pk for each in [*people, told]}

    assert {each.pk for each in found.columns} == set(ranked.segments) == everybody
    assert len(curve(owner.study).steps) == found.n == 7
    assert "<b>2</b> of 7 interviews" in page


def test_jobs_are_ordered_by_frequency_by_name_by_likeness_and_by_one_interview(
    owner: StudyAccess, people: list[Interview]
) -> None:
    dry, part, less = (general(owner, text) for text in ("Arrive dry", "Look the part", "Pay less"))
    for interview in people[:4]:
        hold(less, interview, intensity=1)
    for interview in people[4:]:
        hold(dry, interview, intensity=2)
    hold(part, people[0], intensity=4)

    def ordered(**how: Any) -> list[str]:
        return list(marks(queries.matrix(owner.study, **how)))

    assert ordered() == ["Pay less", "Arrive dry", "Look the part"]
    assert ordered(order="name") == ["Arrive dry", "Look the part", "Pay less"]
    assert ordered(order="alike") == ["Pay less", "Look the part", "Arrive dry"]
    assert ordered(by=people[0].pk) == ["Look the part", "Pay less", "Arrive dry"]


def test_pairs_tell_both_either_jaccard_and_phi(
    owner: StudyAccess, people: list[Interview], login: Login
) -> None:
    """The vector of the method: A = 11100101, B = 11000111 over eight interviews."""
    people += [make.make_interview(owner.study, held_on=date(2026, number, 1)) for number in (7, 8)]
    one, other = general(owner, "A"), general(owner, "B")
    for job, row in ((one, "11100101"), (other, "11000111")):
        for interview, holds in zip(people, row, strict=True):
            if holds == "1":
                hold(job, interview)

    pair = queries.pairs(queries.holders(owner.study), [each.pk for each in people])[0]

    assert (pair.both, pair.either) == (4, 6)
    assert pair.jaccard == pytest.approx(0.667, abs=0.0005)
    assert pair.phi == pytest.approx(0.467, abs=0.0005)
    page = " ".join(login(owner).get(reverse("jobs:together", args=[owner.study.slug])).text.split())
    assert "<b>4</b> of 6</span>" in page
    assert 'more often <span class="hint">0.47</span>' in page


@pytest.mark.parametrize(
    ("phi", "words"),
    [
        (None, ""),
        (0.3, "more often"),
        (0.29, "about as chance"),
        (0, "about as chance"),
        (-0.3, "less often"),
    ],
)
def test_phi_is_said_in_words(phi: float | None, words: str) -> None:
    assert queries.Pair(Job(), Job(), 1, 2, 0.5, phi).against_chance == words


def test_jobs_that_nobody_shares_are_no_pair(owner: StudyAccess, people: list[Interview]) -> None:
    hold(general(owner, "A"), people[0])
    hold(general(owner, "B"), people[1])
    assert queries.pairs(queries.holders(owner.study), [each.pk for each in people]) == []


def test_saturation_follows_the_order_in_which_interviews_were_held(
    owner: StudyAccess, people: list[Interview]
) -> None:
    """New jobs 3, 0, 1, 0, 0, 0; base 2 knows 3, runs of 2 add 1, 1, 0 of 3."""
    for statement in ("A", "B", "C"):
        job = general(owner, statement)
        hold(job, people[0])
        hold(job, people[5])
    hold(general(owner, "D"), people[2])

    found = curve(owner.study, base=2, run=2, threshold=5)

    assert [len(step.new) for step in found.steps] == [3, 0, 1, 0, 0, 0]
    assert [step.known for step in found.steps] == [3, 3, 4, 4, 4, 4]
    assert [step.run_new for step in found.steps] == [None, None, None, 1, 0, 0]
    assert (found.base_known, found.reached_at, found.missing) == (3, 5, 0)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("page", "queries_needed"), [("matrix", 11), ("together", 10), ("saturation", 11)])
def test_pages_cost_the_same_however_many_jobs_there_are(
    owner: StudyAccess,
    people: list[Interview],
    login: Login,
    rows: int,
    page: str,
    queries_needed: int,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(rows):
        job = general(owner, f"Job {number}")
        for interview in people:
            hold(job, interview, intensity=2)
    client = login(owner)
    with django_assert_max_num_queries(queries_needed):
        client.get(reverse(f"jobs:{page}", args=[owner.study.slug]))


def test_the_page_names_each_mark_and_opens_what_was_said(
    owner: StudyAccess, people: list[Interview], login: Login
) -> None:
    job = general(owner, "Arrive dry")
    hold(job, people[0], intensity=3)
    client = login(owner)
    page = client.get(reverse("jobs:matrix", args=[owner.study.slug])).content.decode()
    cell = reverse("jobs:matrix_cell", args=[owner.study.slug, job.pk, people[0].pk])
    assert 'aria-label="Person 1: holds it, strongest intensity 3 of 4, 1 piece of evidence"' in page
    assert f'href="{cell}"' in page
    piece = client.get(cell, headers={"HX-Request": "true"}).content.decode()
    assert "The lift was broken again" in piece
    assert "<html" not in piece


def test_an_empty_study_is_told_what_belongs_here(owner: StudyAccess, login: Login) -> None:
    client = login(owner)
    said = {
        page: client.get(reverse(f"jobs:{page}", args=[owner.study.slug])).content.decode()
        for page in ("matrix", "together", "saturation")
    }
    assert "There is no generalised job yet" in said["matrix"]
    assert "No two jobs are held by the same person yet" in said["together"]
    assert "Nothing has been captured yet" in said["saturation"]


def test_the_curve_waits_for_a_generalised_job_and_counts_what_it_leaves_out(
    owner: StudyAccess, people: list[Interview], login: Login
) -> None:
    """A flat line at zero would say that nobody said anything new."""
    make.make_job(owner.study, interview=people[0])
    client, address = login(owner), reverse("jobs:saturation", args=[owner.study.slug])
    before = client.get(address).content.decode()
    hold(general(owner, "Arrive dry"), people[0])
    after = client.get(address).content.decode()

    assert "No job has been generalised yet" in before
    assert "The same as a table" not in before
    assert "1 individual job belongs to no generalised one and is not counted" in after


def test_values_in_the_address_that_make_no_sense_are_the_usual_ones(
    owner: StudyAccess, people: list[Interview], login: Login
) -> None:
    hold(general(owner, "A"), people[0])
    client = login(owner)
    for page, query in (
        ("matrix", "order=%00&by=99999999999999999999&side=-1&page=x"),
        ("saturation", "base=0&run=abc&threshold=1e9"),
    ):
        assert client.get(reverse(f"jobs:{page}", args=[owner.study.slug]) + f"?{query}").status_code == 200
