"""Figures with known answers; the figure, its table and its file say the same; words stay words."""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from interviews.models import Interview
from jobs import charts
from jobs.actions import priorities
from jobs.charts import Chart
from jobs.charts.parts import Row
from jobs.charts.places import Plane, labels
from jobs.charts.planes import quadrant
from jobs.models import Job
from jobs.queries import charts as queries
from jobs.queries import priority_table as table
from jobs.queries.priorities import known
from jobs.queries.saturation import Curve, Step, curve
from jobs.views.charts import KINDS
from studies.access import StudyAccess
from studies.models import Study
from tests import factories as make
from tests.jobs.surveys_made import make_survey, respond
from tests.jobs.test_cluster_map import drawn
from tests.jobs.test_priorities import held_by

Login = Callable[[StudyAccess], Client]
EVIL = "=cmd|' /C calc'!A0</script><script>alert(1)</script>"


def lines_of(access: StudyAccess) -> list[table.Line]:
    return table.lines(access.study, priorities.ranking(access))


def at(access: StudyAccess, name: str, query: str = "") -> str:
    return reverse(f"jobs:{name}", args=[access.study.slug]) + query


def rows_of(response: Any) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode().removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text)))


def points_of(chart: Chart) -> set[int]:
    """The rows of the table that the figure has a point for."""
    assert chart.figure is not None
    found: set[int] = set()
    for trace in chart.figure["data"]:
        for rows in trace["customdata"]:
            found |= set(rows) if isinstance(rows, list) else {rows}
    return found


def asked_by(access: StudyAccess, *jobs: Job) -> None:
    """Three respondents: two of the city say 5 and 1, one of the country says 1 and 5."""
    survey = make_survey(access.study, *jobs)
    keys = [f"q{place + 1}" for place in range(len(jobs))]
    for who, segment, imp, sat in (("a", "City", 5, 1), ("b", "City", 5, 1), ("c", "Country", 1, 5)):
        given = {"imp": imp, "sat": sat, "with": "like", "without": "dislike" if who == "a" else "neutral"}
        respond(survey, who, segment, **dict.fromkeys(keys, given))


def talks(study: Study, segment: str, count: int) -> list[Interview]:
    found = [
        make.make_interview(study, participant=make.make_participant(study, segment=segment))
        for _ in range(count)
    ]
    for interview in found:
        make.make_element(interview, kind="gain")
    return found


def hold(general: Job, interviews: list[Interview], **element: Any) -> None:
    for interview in interviews:
        job = make.make_job(general.study, interview=interview, general=general)
        make.make_evidence(job, element=make.make_element(interview, **{"grade": "B"} | element))


# --- figures -------------------------------------------------------------------------------------------
def test_each_ranked_job_has_a_dot_with_its_whisker(owner: StudyAccess) -> None:
    held_by(owner, 3)
    held_by(owner, 6)
    lines = lines_of(owner)

    chart = charts.rank_intervals(lines)

    assert chart.figure is not None
    assert chart.figure["data"][0]["x"] == [1, 2]
    assert [note["text"] for note in chart.figure["layout"]["annotations"]] == [
        charts.in_words(line) for line in lines
    ]
    assert [row.cells[:2] for row in chart.rows] == [("Job of 6", 1), ("Job of 3", 2)]
    assert chart.base == "9 interviews"


def test_a_job_that_is_not_ranked_has_no_interval(owner: StudyAccess) -> None:
    held_by(owner, 1)

    chart = charts.rank_intervals(lines_of(owner))

    assert (chart.figure, chart.rows, chart.empty is None) == (None, (), False)


def test_the_parts_of_a_bar_add_up_to_the_score_and_what_is_unknown_has_none(owner: StudyAccess) -> None:
    job = held_by(owner, 6)
    held_by(owner, 3)
    priorities.rate(owner, job=job, criterion="business", value=2)

    chart = charts.contributions(lines_of(owner))

    assert chart.figure is not None
    bars = {trace["name"]: trace for trace in chart.figure["data"]}
    assert list(bars) == ["H Heard in", "S Struggle", "B Business potential"]
    assert bars["B Business potential"]["customdata"] == [chart.rows.index(row_of(chart, "Job of 6"))]
    total = sum(sum(x for x, y in zip(bar["x"], bar["y"], strict=True) if y == 0) for bar in bars.values())
    assert total == pytest.approx(chart.rows[0].cells[2], abs=0.06)
    assert row_of(chart, "Job of 3").cells[5] is None
    assert chart.base == "9 interviews, and for a job up to 1 colleague"


def test_a_part_without_room_for_its_letter_is_left_to_the_table(owner: StudyAccess) -> None:
    small = held_by(owner, 6)
    large = held_by(owner, 5)
    for job, value in ((small, 0), (large, 4)):
        priorities.rate(owner, job=job, criterion="business", value=value)

    figure = charts.contributions(lines_of(owner)).figure

    assert figure is not None
    parts = [part for trace in figure["data"] for part in zip(trace["x"], trace["text"], strict=True)]
    assert {bool(words) for points, words in parts if points >= 3.5} == {True}
    assert {bool(words) for points, words in parts if points < 3.5} == {False}


def row_of(chart: Chart, name: str) -> Row:
    return next(row for row in chart.rows if row.cells[chart.named] == name)


def test_colleagues_speak_only_where_no_respondent_does(owner: StudyAccess) -> None:
    job, other = held_by(owner, 3), held_by(owner, 4)
    for rated in (job, other):
        priorities.rate(owner, job=rated, criterion="importance", value=3)
        priorities.rate(owner, job=rated, criterion="satisfaction", value=3)
    before = queries.asked(known(owner.study), lines_of(owner))
    asked_by(owner, job)

    found, source, people = queries.asked(known(owner.study), lines_of(owner))

    assert (len(before[0]), before[1], before[2]) == (2, queries.Source.COLLEAGUES, 1)
    assert ([each.job for each in found], source, people) == ([job], queries.Source.RESPONDENTS, 3)
    assert (found[0].importance, found[0].satisfaction) == (pytest.approx(20 / 3), pytest.approx(10 / 3))
    assert found[0].opportunity == pytest.approx(10)


def test_the_landscape_says_what_the_ranking_says_where_answers_are_left_out(owner: StudyAccess) -> None:
    """One gave no importance, another no satisfaction: each mean is of those who answered its question."""
    survey = make_survey(owner.study, held_by(owner, 3))
    for who, given in (("a", {"imp": 5}), ("b", {"imp": 3, "sat": 2}), ("c", {"sat": 4})):
        respond(survey, who, q1=given)
    [line] = lines_of(owner)

    [found], _, people = queries.asked(known(owner.study), [line])

    assert (found.importance, found.satisfaction) == (7.5, 5.0)
    assert (found.importance, found.satisfaction) == (line.row["importance"], line.row["satisfaction"])
    assert (found.opportunity, found.n, people) == (line.row["opportunity"], 2, 3)
    assert line.asked_of == "2 respondents"


def test_thirty_have_to_rate_both_before_it_is_more_than_a_direction(owner: StudyAccess) -> None:
    survey = make_survey(owner.study, held_by(owner, 3))
    for place in range(30):
        respond(survey, str(place), q1={"imp": 5, "sat": 2} if place else {"imp": 5})
    [few] = lines_of(owner)
    respond(survey, "30", q1={"sat": 2})

    [enough] = lines_of(owner)

    assert (few.asked_of, few.directional) == ("29 respondents", True)
    assert (enough.asked_of, enough.directional) == ("30 respondents", False)


def test_one_small_segment_does_not_make_the_whole_a_direction(owner: StudyAccess, login: Login) -> None:
    job = held_by(owner, 3)
    survey = make_survey(owner.study, job)
    for place in range(34):
        respond(survey, str(place), segment="City" if place < 30 else "Country", q1={"imp": 5, "sat": 2})
    [line] = lines_of(owner)

    behind = login(owner).get(reverse("jobs:behind", args=[owner.study.slug, job.pk]), {"of": "opportunity"})

    assert (line.directional, line.few_in) == (False, ["Country"])
    assert "A direction only" not in behind.content.decode()
    assert "Of “Country” fewer than 30 answered" in behind.content.decode()


def test_a_chart_of_many_says_that_a_job_which_few_answered_shows_a_direction(owner: StudyAccess) -> None:
    jobs = [held_by(owner, 3), held_by(owner, 4)]
    survey = make_survey(owner.study, *jobs)
    for place in range(30):
        said = {"imp": 5, "sat": 2}
        respond(survey, str(place), q1=said, **({"q2": said} if place else {}))
    found, source, people = queries.asked(known(owner.study), lines_of(owner))

    some, none = (charts.landscape(asked, source, people).reading for asked in (found, found[1:]))

    assert [each.n for each in found] == [29, 30]
    assert some.endswith("A job that fewer than 30 answered shows a direction only.")
    assert none.endswith("they are not interviews.")


def test_a_segment_of_respondents_is_heard_alone(owner: StudyAccess) -> None:
    asked_by(owner, held_by(owner, 3))

    [city] = queries.asked(known(owner.study), lines_of(owner), segment="City")[0]
    [country] = queries.asked(known(owner.study), lines_of(owner), segment="Country")[0]

    assert (city.opportunity, city.region, city.n) == (20, "extreme", 2)
    assert (country.opportunity, country.region, country.n) == (0, "unattractive", 1)
    assert queries.respondent_segments(known(owner.study)) == ["City", "Country"]


def test_jobs_at_one_place_of_the_landscape_share_a_mark(owner: StudyAccess) -> None:
    asked_by(owner, held_by(owner, 3), held_by(owner, 5), held_by(owner, 1))

    chart = charts.landscape(*queries.asked(known(owner.study), lines_of(owner)))

    assert chart.figure is not None
    [trace] = chart.figure["data"]
    assert (trace["x"], trace["text"], trace["customdata"]) == ([6.67], ["1, 2, –"], [[0, 1, 2]])
    assert chart.rows[2].cells[0] is None


def test_a_mark_that_covers_another_says_both_ranks() -> None:
    """On the axes, 0.62 of importance are 30 pixels and 0.25 of satisfaction 8: the latter cannot be read."""
    spots = [(8.75, 2.5), (8.13, 2.5), (8.75, 2.75)]
    asked = [
        queries.Asked(Job(pk=rank, statement=f"Job {rank}"), rank, *spot, 12, "low_hanging", 3)
        for rank, spot in enumerate(spots, 1)
    ]

    chart = charts.landscape(asked, queries.Source.RESPONDENTS, 3)

    assert chart.figure is not None
    [trace] = chart.figure["data"]
    assert list(zip(trace["customdata"], trace["text"], trace["marker"]["size"], strict=True)) == [
        ([2], "", 22),
        ([0], "1, 3", 28),
        ([1], "2", 22),
    ]


def test_the_kano_plane_takes_the_published_table(owner: StudyAccess) -> None:
    """One pair is one-dimensional, two are attractive: better 1, worse −1/3."""
    asked_by(owner, held_by(owner, 3))

    chart = charts.kano(*queries.kano(known(owner.study), lines_of(owner)))

    assert chart.figure is not None
    assert (chart.figure["data"][0]["x"], chart.figure["data"][0]["y"]) == ([33.3], [100])
    assert chart.rows[0].cells == (1, "Job of 3", 100, -33, "attractive", "attractive", 3, 0)


def test_reverse_and_questionable_pairs_are_left_out_and_told(owner: StudyAccess) -> None:
    job = held_by(owner, 3)
    survey = make_survey(owner.study, job)
    for who, present, absent in (
        ("a", "dislike", "like"),
        ("b", "like", "like"),
        ("c", "neutral", "dislike"),
    ):
        respond(survey, who, q1={"with": present, "without": absent})

    [each], people = queries.kano(known(owner.study), lines_of(owner))

    assert (each.better, each.worse, each.n, each.left_out, people) == (0, -1, 1, 2, 3)


def test_the_class_that_most_people_fall_into_stands_beside_the_quadrant(owner: StudyAccess) -> None:
    """Better is one half, so that the quadrant is the attractive one; most people are indifferent."""
    survey = make_survey(owner.study, held_by(owner, 3))
    pairs = [("neutral", "neutral")] * 2 + [("like", "neutral"), ("like", "dislike")]
    for place, (present, absent) in enumerate(pairs):
        respond(survey, str(place), q1={"with": present, "without": absent})

    [row] = charts.kano(*queries.kano(known(owner.study), lines_of(owner))).rows

    assert row.cells[2:6] == (50, -25, "attractive", "indifferent")


@pytest.mark.parametrize(
    ("better", "worse", "name"),
    [
        (0.6, -0.2, "attractive"),
        (0.5, -0.5, "one-dimensional"),
        (0.2, -0.9, "must-be"),
        (0.49, -0.49, "indifferent"),
    ],
)
def test_quadrants_are_named(better: float, worse: float, name: str) -> None:
    assert quadrant(better, worse) == name


def test_prevalence_by_segment_takes_the_wilson_interval_of_each(owner: StudyAccess) -> None:
    city, country = talks(owner.study, "City", 10), talks(owner.study, "Country", 4)
    job = make.make_job(owner.study, scope="generalised", statement="Arrive dry")
    hold(job, city[:3] + country[:4])
    shown = queries.shown_segments(queries.segments(known(owner.study)))

    chart = charts.prevalence(queries.heard(known(owner.study), shown), shown)

    assert [row.cells for row in chart.rows] == [
        ("Arrive dry", "City", 3, 10, 30, 11, 60),
        ("Arrive dry", "Country", 4, 4, 100, 51, 100),
    ]
    assert chart.figure is not None
    assert [trace["marker"]["color"] for trace in chart.figure["data"]] == ["--ink", "--surface"]
    assert "fewer than 5 interviews" in chart.reading
    assert chart.base == "City: 10 interviews; Country: 4 interviews"


def test_one_segment_stands_against_all_others_and_single_people_are_no_segment(owner: StudyAccess) -> None:
    talks(owner.study, "City", 3)
    talks(owner.study, "Country", 2)
    talks(owner.study, "Island", 1)
    talks(owner.study, "", 2)
    found = queries.segments(known(owner.study))

    everybody = [(each.name, each.n) for each in queries.shown_segments(found)]
    one = [(each.name, each.n) for each in queries.shown_segments(found, "Island")]

    assert everybody == [("City", 3), ("Country", 2), ("no segment", 2), ("all others", 1)]
    assert one == [("Island", 1), ("all others", 7)]


def test_forces_lean_in_words_and_an_unrated_force_is_missing(owner: StudyAccess) -> None:
    held_by(owner, 3, kind="push", intensity=3)
    held_by(owner, 4, kind="anxiety", intensity=2)

    found, interviews = queries.leaning(known(owner.study), lines_of(owner))
    chart = charts.forces(found, interviews)

    assert interviews == 7
    assert row_of(chart, "Job of 3").cells == ("Job of 3", "toward the switch", 3.0, None, None, None, 3)
    assert row_of(chart, "Job of 4").cells == ("Job of 4", "against the switch", None, None, None, 2.0, 4)
    assert chart.figure is not None
    bars = {trace["name"]: trace["x"] for trace in chart.figure["data"]}
    assert bars == {"push": [3], "pull": [], "habit": [], "anxiety": [-2]}


def test_forces_of_one_segment_are_those_of_its_interviews(owner: StudyAccess) -> None:
    city, country = talks(owner.study, "City", 3), talks(owner.study, "Country", 3)
    job = make.make_job(owner.study, scope="generalised")
    hold(job, city, kind="push", intensity=4)
    hold(job, country, kind="habit", intensity=3)

    within = frozenset(each.pk for each in country)
    [each], interviews = queries.leaning(known(owner.study), lines_of(owner), within=within)

    assert (each.lean, each.n, interviews) == ("blocking", 3, 3)
    assert each.forces == {"push": None, "pull": None, "habit": 3, "anxiety": None}


def test_saturation_names_its_marks_and_can_be_told_of_one_segment(owner: StudyAccess) -> None:
    found = talks(owner.study, "City", 6)
    for month, interview in enumerate(found, 1):
        interview.held_on = date(2026, month, 1)
        interview.save()
    hold(make.make_job(owner.study, scope="generalised", statement="A"), found[:1])

    chart = charts.saturation(curve(owner.study, base=2))
    part = charts.saturation(curve(owner.study, within={found[1].pk, found[2].pk}))

    assert chart.figure is not None
    assert [trace["y"] for trace in chart.figure["data"]] == [[1, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1]]
    notes = [note["text"] for note in chart.figure["layout"]["annotations"]]
    assert notes == ["1 known", "new in each", "base", "reached"]
    assert [row.cells[3:6] for row in chart.rows[:4]] == [
        (1, 1, "base"),
        (0, 1, "base"),
        (0, 1, "run begins"),
        (0, 1, "0 of 1, 0 %, reached"),
    ]
    assert (part.base, [row.cells[3] for row in part.rows]) == ("2 interviews", [0, 0])


@pytest.mark.parametrize(
    ("interviews", "mode", "step", "base"),
    [(12, "lines+markers", 1, "right"), (50, "lines+markers", 10, "left"), (205, "lines", 50, "left")],
)
def test_the_curve_of_many_interviews_is_as_easy_to_read_as_that_of_a_few(
    interviews: int, mode: str, step: int, base: str, owner: StudyAccess
) -> None:
    person = make.make_participant(owner.study)
    numbered = range(1, interviews + 1)
    steps = [Step(number, Interview(participant=person), (), 1) for number in numbered]

    figure = charts.saturation(Curve(steps, 4, 2, 5, 1, 6, 1)).figure

    assert figure is not None
    assert figure["data"][1]["mode"] == mode
    assert figure["layout"]["xaxis"]["dtick"] == step
    beside = next(note for note in figure["layout"]["annotations"] if note["text"] == "base")
    assert beside["xanchor"] == base


def test_labels_cover_neither_points_nor_each_other() -> None:
    plane = Plane(600, 400, (0, 10), (0, 10))
    crowd = [(5 + n / 50, 5, f"Point number {n} with a long name of its own") for n in range(60)]

    notes = labels([(1, 9, "Alone"), *crowd], plane)

    assert notes[0]["text"] == "Alone"
    assert len(notes) <= 6
    assert labels([], plane) == []
    numbers = labels([(1, 9, "Alone"), *crowd], plane, numbered=True)
    assert [note["hovertext"] for note in numbers] == ["Alone", *(words for _, _, words in crowd)]
    assert {note["name"] for note in numbers} == {"label", "number"}
    assert all(note["text"] == str(at) for at, note in enumerate(numbers, 1) if note["name"] == "number")


def test_a_label_leaves_marks_free_that_have_none() -> None:
    plane, name = Plane(600, 400, (0, 10), (0, 10)), (5, 5, "Twelve words")

    (free,) = labels([name], plane, above=True)
    (aside,) = labels([name], plane, above=True, marks=[(5, 5.6)])

    assert free["yanchor"] == "bottom"
    assert aside["yanchor"] == "top"


# --- figure, table and file ------------------------------------------------------------------------------
@pytest.fixture
def filled(owner: StudyAccess) -> StudyAccess:
    """Something to draw in every chart; one statement is hostile."""
    jobs = [held_by(owner, 3, kind="push"), held_by(owner, 4, kind="habit"), held_by(owner, 1)]
    Job.objects.filter(pk=jobs[0].pk).update(statement=EVIL)
    owner.study.participants.all().update(segment="+City")
    asked_by(owner, *jobs)
    drawn(owner, *owner.study.jobs.filter(scope="individual"))
    return owner


def test_every_chart_has_a_table_and_a_file_of_the_same_rows(filled: StudyAccess, login: Login) -> None:
    client = login(filled)
    for show in KINDS:
        page = client.get(at(filled, "charts", f"?show={show}&top=all"))
        chart = page.context["chart"]
        head, *rows = rows_of(client.get(at(filled, "chart_csv", f"?{page.context['query']}")))

        assert chart.figure is not None, show
        assert chart.how in html.unescape(page.content.decode())
        assert points_of(chart) == set(range(len(chart.rows)))
        assert json.loads(json.dumps(chart.figure)) == chart.figure
        assert head == [each.label for each in chart.heads]
        told = [["" if cell is None else str(cell) for cell in row.cells] for row in chart.rows]
        assert [[cell.removeprefix("'") for cell in row] for row in rows] == told


def test_hostile_words_stay_words_on_the_page_and_in_the_file(filled: StudyAccess, login: Login) -> None:
    client = login(filled)
    for show in KINDS:
        content = client.get(at(filled, "charts", f"?show={show}&top=all")).content.decode()
        rows = rows_of(client.get(at(filled, "chart_csv", f"?show={show}&top=all")))

        assert "<script>alert" not in content, show
        assert [cell for row in rows for cell in row if cell.startswith("=")] == [], show
        assert any(cell == f"'{EVIL}" for row in rows for cell in row) is (show != "map"), show


def test_the_address_holds_the_filters(filled: StudyAccess, login: Login) -> None:
    client = login(filled)
    page = client.get(at(filled, "charts", "?show=landscape&segment=Country&top=5"))

    assert page.context["query"] == "show=landscape&segment=Country&top=5"
    assert page.context["chart"].base == "1 respondent of “Country”"
    assert 'data-file="' + filled.study.slug + "-landscape-country-" in page.text
    assert len(rows_of(client.get(at(filled, "chart_csv", "?show=landscape&segment=Country&top=5")))) == 4


def test_a_file_holds_no_more_jobs_than_the_page_shows(owner: StudyAccess, login: Login) -> None:
    for _ in range(7):
        held_by(owner, 3)
    client = login(owner)

    assert len(rows_of(client.get(at(owner, "chart_csv", "?show=intervals&top=5")))) == 6
    bases = [
        client.get(at(owner, "charts", f"?show=intervals&top={top}")).context["chart"].base for top in (5, 10)
    ]
    assert bases == ["21 interviews, the first 5 of 7 jobs", "21 interviews"]


def test_a_file_of_one_segment_says_so_in_its_name(filled: StudyAccess, login: Login) -> None:
    answer = login(filled).get(at(filled, "chart_csv", "?show=kano&segment=Country"))

    assert f"{filled.study.slug}-kano-country-" in answer["Content-Disposition"]


@pytest.mark.parametrize("show", ["landscape", "kano"])
def test_nobody_is_asked_to_rate_where_there_is_no_job(owner: StudyAccess, login: Login, show: str) -> None:
    client = login(owner)
    without = client.get(at(owner, "charts", f"?show={show}")).context["chart"].empty
    held_by(owner, 3)

    assert without.route == "jobs:clusters"
    assert client.get(at(owner, "charts", f"?show={show}")).context["chart"].empty.route != "jobs:clusters"


def test_an_address_that_makes_no_sense_is_the_usual_view(filled: StudyAccess, login: Login) -> None:
    client = login(filled)
    for query in ("?show=luck", "?show=landscape&segment=%00&top=-1", "?show=saturation&base=x&segment=Mars"):
        page = client.get(at(filled, "charts", query))
        assert (page.status_code, page.context["view"].segment) == (200, "")


def test_an_empty_study_is_told_what_is_missing_and_where_to_add_it(owner: StudyAccess, login: Login) -> None:
    client = login(owner)
    for show in KINDS:
        page = client.get(at(owner, "charts", f"?show={show}"))
        chart = page.context["chart"]
        assert (chart.figure, page.status_code) == (None, 200)
        assert chart.empty.title in page.content.decode()


def test_the_picture_and_the_description_say_what_they_rest_on(filled: StudyAccess, login: Login) -> None:
    page = login(filled).get(at(filled, "charts", "?show=intervals")).content.decode()

    assert 'data-title="How sure is the order?"' in page
    asked = "8 interviews, and for a job up to 3 respondents"
    assert f'data-foot="{asked} · {filled.study.name} · {timezone.localdate().day} ' in page
    assert "First of 2: Job: " in page


@pytest.mark.parametrize("show", KINDS)
def test_a_chart_takes_the_same_number_of_queries_for_one_job_and_for_three(
    show: str, owner: StudyAccess, login: Login, django_assert_max_num_queries: Any
) -> None:
    client = login(owner)
    for jobs in (1, 2):
        asked_by(owner, *[held_by(owner, 3) for _ in range(jobs)])
        client.get(at(owner, "charts", f"?show={show}"))
        cache.clear()
        with django_assert_max_num_queries(19):
            client.get(at(owner, "charts", f"?show={show}"))
