"""Journeys on a page: order, dates, gaps, lenses that lose nothing, and numbers that open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from interviews import kinds
from interviews.models import Interview
from journeys.lenses import LENSES
from journeys.queries import strips, table, timelines
from studies.access import StudyAccess
from tests import factories as make

Login = Callable[[StudyAccess], Client]
DAYS = {"T1": date(2026, 1, 10), "T2": date(2026, 3, 1), "T3": date(2026, 3, 20), "T4": date(2026, 4, 2)}


def journey(access: StudyAccess, dates: dict[str, date | None] | None = None, **person: Any) -> Interview:
    interview = make.make_interview(access.study, participant=make.make_participant(access.study, **person))
    for point, day in (DAYS if dates is None else dates).items():
        event(interview, point, day)
    return interview


def event(interview: Interview, point: str, day: date | None = None, **fields: Any) -> Any:
    defaults = {"kind": "event", "point": point, "story_date": day, "phase": None, "note": f"Note of {point}"}
    return make.make_element(interview, **defaults | {"story_precision": "exact" if day else ""} | fields)


def at(access: StudyAccess, name: str, *ids: int, query: str = "") -> str:
    return reverse(f"journeys:{name}", args=[access.study.slug, *ids]) + query


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_an_empty_study_is_taught_what_belongs_here(owner: StudyAccess, login: Login) -> None:
    make.make_interview(owner.study)

    assert "No journey has been told yet" in text_of(login(owner).get(at(owner, "overview")))


def test_an_interview_without_captures_is_taught_too(owner: StudyAccess, login: Login) -> None:
    interview = make.make_interview(owner.study)

    page = text_of(login(owner).get(at(owner, "interview", interview.pk)))

    assert "Nothing has been captured in this interview yet" in page


def test_durations_stand_only_where_both_ends_are_dated(owner: StudyAccess, login: Login) -> None:
    interview = journey(owner, DAYS | {"T3": None})

    response = login(owner).get(at(owner, "interview", interview.pk))

    spans = [duration.span.key for duration, _ in response.context["durations"]]
    assert spans == ["phase_1", "to_hire"]
    assert "time unknown" in text_of(response)


def test_an_undated_point_stands_hollow_between_its_neighbours(owner: StudyAccess) -> None:
    interview = journey(owner, DAYS | {"T3": None})
    line = timelines.of(owner.study, [interview])[interview.pk]
    scaled = strips.own_scale(line)
    assert scaled is not None

    marks = strips.strip(interview, line, *scaled).marks

    assert [(mark.codes, mark.hollow) for mark in marks] == [
        ("T1", False),
        ("T2", False),
        ("T3", True),
        ("T4", False),
    ]
    assert [mark.left for mark in marks] == sorted(mark.left for mark in marks)


def test_strips_line_up_at_the_anchor(owner: StudyAccess) -> None:
    one, other = journey(owner), journey(owner, {"T1": date(2025, 1, 1), "T4": date(2025, 2, 1)})
    lines = timelines.of(owner.study, [one, other])
    scale = strips.scale_of(lines.values(), "T4")
    rows = [
        strips.strip(each, lines[each.pk], scale, strips.anchor_date(lines[each.pk], "T4"))
        for each in (one, other)
    ]

    assert {strip.marks[-1].left for strip in rows} == {scale.place(0)} == {100.0}


def test_an_undated_anchor_leaves_the_order_in_words(owner: StudyAccess, login: Login) -> None:
    journey(owner, dict.fromkeys(DAYS))

    page = text_of(login(owner).get(at(owner, "overview")))

    assert "The first thought has no date; in order: T1 → T2 → T3 → T4" in page


def test_a_skipped_phase_and_an_exit_are_named(owner: StudyAccess, login: Login) -> None:
    interview = journey(owner, {"T1": DAYS["T1"], "T4": DAYS["T4"]})
    event(interview, "T8", date(2026, 8, 1), detail={"exit": "reverted"})

    page = text_of(login(owner).get(at(owner, "interview", interview.pk)))
    overview = text_of(login(owner).get(at(owner, "overview")))

    assert "Skipped Expectations, at T4" in page
    assert "Went back to the old way" in page
    assert "Skipped Trade-offs" in overview


def furnished(access: StudyAccess) -> list[Interview]:
    """Two interviews with something in every corner of the wheel, and something in none."""
    interviews = [journey(access), journey(access)]
    for phase in (None, 1, 2, 3, 4):
        make.make_element(interviews[0], kind="push", phase=phase)
        make.make_element(interviews[phase is None], kind="anxiety", phase=phase)
    make.make_element(interviews[1], kind="gain", phase=4, substage="first_use")
    make.make_element(interviews[1], kind="", phase=None)
    return interviews


@pytest.mark.parametrize("lens", LENSES)
def test_a_lens_arranges_everything_and_loses_nothing(lens: Any, owner: StudyAccess) -> None:
    interviews = furnished(owner)

    found = table.matrix(owner.study, interviews, lens)

    assert found.total == owner.study.elements.count() == 20
    assert sum(cell.items for _, cell in found.totals) == 20
    assert sum(row.total.items for row in found.rows) == 20
    for row in found.rows:
        assert sum(cell.items for _, cell in row.cells) == row.total.items


@pytest.mark.parametrize("lens", LENSES)
def test_one_interview_keeps_all_its_pieces_under_each_lens(
    lens: Any, owner: StudyAccess, login: Login
) -> None:
    [first, _] = furnished(owner)

    stages = login(owner).get(at(owner, "interview", first.pk, query=f"?lens={lens}")).context["stages"]

    assert sum(stage.count for stage in stages) == first.elements.count() == 13


def test_a_cell_counts_interviews_and_opens_as_many_pieces(owner: StudyAccess, login: Login) -> None:
    furnished(owner)
    client = login(owner)

    page = client.get(at(owner, "behind", query="?kind=push&column=2"))
    merged = client.get(at(owner, "behind", query="?kind=push&column=evaluation&lens=three_phase"))

    assert [len(answer.context["said"]) for answer in (page, merged)] == [1, 2]
    assert "<b>1</b> of 2 interviews" in text_of(page)


@pytest.mark.parametrize("query", ["?kind=nothing", "?column=9", "?column=growth"])
def test_a_cell_that_does_not_exist_is_not_found(query: str, owner: StudyAccess, login: Login) -> None:
    assert login(owner).get(at(owner, "behind", query=query)).status_code == 404


def test_filters_by_segment_and_tag_stand_in_the_address(owner: StudyAccess, login: Login) -> None:
    journey(owner, segment="Family", tags=["flat"])
    journey(owner, segment="Couple", tags=["flat"])
    client = login(owner)

    counts = [
        client.get(at(owner, "overview", query=query)).context["matrix"].n
        for query in ("", "?segment=Family", "?tag=flat", "?segment=Couple&tag=flat", "?segment=Nobody")
    ]

    assert counts == [2, 1, 2, 1, 2]


def test_medians_say_from_how_many(owner: StudyAccess, login: Login) -> None:
    journey(owner)
    journey(owner, {"T1": None, "T2": None})

    page = text_of(login(owner).get(at(owner, "overview")))

    assert "<b>50 days</b>" in page
    assert "1 of 2" in page


def test_an_element_opens_its_words(owner: StudyAccess, login: Login) -> None:
    interview = journey(owner)
    element = make.make_element(interview, verbatim="The lift was broken", intensity=3, grade="B")

    page = login(owner).get(at(owner, "said", element.pk), headers={"HX-Request": "true"})

    assert "The lift was broken" in text_of(page)
    assert "<html" not in text_of(page)


def test_durations_are_told_in_the_unit_that_fits() -> None:
    assert [timelines.in_days(days) for days in (1, 59, 61, 400, 800)] == [
        "1 day",
        "59 days",
        "2 months",
        "13 months",
        "2.2 years",
    ]


def test_hostile_words_stay_words(owner: StudyAccess, login: Login) -> None:
    interview = journey(owner, pseudonym="<script>alert(1)</script>", segment='"><script>alert(2)</script>')
    make.make_element(interview, note="<script>alert(3)</script>")
    client = login(owner)

    for url in (at(owner, "overview"), at(owner, "interview", interview.pk)):
        assert "<script>alert" not in client.get(url).content.decode()


@pytest.mark.parametrize("point", [point.code for point in kinds.POINTS])
def test_a_single_event_makes_a_page(point: str, owner: StudyAccess, login: Login) -> None:
    interview = journey(owner, {point: date(2026, 5, 1)})

    for url in (at(owner, "overview"), at(owner, "interview", interview.pk)):
        assert login(owner).get(url).status_code == 200


def test_pages_take_the_same_number_of_queries_for_one_interview_and_for_three(
    owner: StudyAccess, login: Login, django_assert_num_queries: Any
) -> None:
    client, made = login(owner), []
    for count in (1, 2):
        made += [journey(owner) for _ in range(count)]
        client.get(at(owner, "overview"))
        with django_assert_num_queries(9):
            client.get(at(owner, "overview"))
        with django_assert_num_queries(9):
            client.get(at(owner, "interview", made[0].pk))
