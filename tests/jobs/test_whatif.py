"""What if: the order follows, the ranking stays; a link says everything, and a name can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import QueryDict
from django.test import Client
from django.urls import Resolver404, resolve

from jobs.actions import priorities
from jobs.actions.scenarios import save_scenario
from jobs.models import BusinessInput, Job, Rating, Scenario
from jobs.queries import priorities as facts
from jobs.queries import whatif
from jobs.queries.samples import Without
from jobs.scoring import draw
from studies.access import StudyAccess
from studies.roles import Role
from tests import factories as make
from tests.jobs.surveys_made import make_survey, respond
from tests.jobs.test_priorities import held_by
from tests.jobs.test_priorities_pages import at, text_of

Login = Callable[[StudyAccess], Client]


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Rolled back rows leave their ids to the next test."""
    whatif._bases.clear()
    whatif._draws.clear()


def base_of(access: StudyAccess) -> whatif.Base:
    known = facts.known(access.study)
    return whatif.base_of(access.study, known, priorities.ranking(access, known=known))


def asked(access: StudyAccess, query: str = "") -> list[tuple[int, int | None, int, int]]:
    """Job, rank, k and n of each line of the what-if."""
    base = base_of(access)
    state = whatif.read_state(QueryDict(query), base.weights, base)
    return [(row["job"], row["rank"], row["k"], row["n"]) for row in whatif.ranked(base, state)]


def rated(access: StudyAccess, job: Job, **values: int) -> Job:
    for criterion, value in values.items():
        priorities.rate(access, job=job, criterion=criterion, value=value)
    return job


def test_without_a_change_it_is_todays_ranking(owner: StudyAccess) -> None:
    rated(owner, held_by(owner, 4), business=2, fit=1)
    rated(owner, held_by(owner, 3), importance=5, satisfaction=2)
    held_by(owner, 2)
    base = base_of(owner)

    found = whatif.ranked(base, whatif.read_state(QueryDict(), base.weights, base))

    kept = [{name: row[name] for name in found[0]} for row in base.rows]
    assert found == kept


def test_a_weight_moves_the_order_and_says_what_drove_it(owner: StudyAccess) -> None:
    often, fitting = rated(owner, held_by(owner, 9), fit=3), rated(owner, held_by(owner, 5), fit=4)
    base = base_of(owner)
    assert base.rows[0]["job"] == often.pk
    state = whatif.read_state(QueryDict("fit=10"), base.weights, base)

    moved = whatif.compared(whatif.ranked(base, state), base.rows, {often.pk: "Often", fitting.pk: "Fitting"})

    assert [(line.statement, line.rank, line.before, line.steps) for line in moved] == [
        ("Fitting", 1, 2, 1),
        ("Often", 2, 1, -1),
    ]
    assert [line.driven.split(" ")[:2] for line in moved] == [["strategic", "fit"]] * 2
    assert whatif.summary(moved, "today’s ranking") == "First: Fitting. 2 jobs moved against today’s ranking."


def test_a_job_that_only_the_others_made_move_says_so(owner: StudyAccess) -> None:
    fitting, bare = rated(owner, held_by(owner, 5), fit=4), held_by(owner, 6)
    base = base_of(owner)
    weights = base.weights | {"fit": 0}

    moved = whatif.compared(
        whatif.ranked(base, whatif.State(weights)), base.rows, {fitting.pk: "Fitting", bare.pk: "Bare"}
    )

    said = {line.statement: (line.steps, line.driven.partition("−")[0]) for line in moved}
    assert said == {"Bare": (1, "the others: strategic fit "), "Fitting": (-1, "strategic fit ")}


def test_a_criterion_switched_off_weighs_nothing_and_keeps_its_slider(owner: StudyAccess) -> None:
    held_by(owner, 3)
    base = base_of(owner)

    state = whatif.read_state(QueryDict("off=fit&fit=4"), base.weights, base)

    assert (state.counting["fit"], state.weights["fit"]) == (0, 4)
    assert state.query(base.weights) == "fit=4&off=fit"


def test_a_score_that_rests_on_a_part_of_what_counts_says_so(owner: StudyAccess) -> None:
    rated(owner, held_by(owner, 9), fit=3)
    half = held_by(owner, 5)
    base = base_of(owner)
    state = whatif.read_state(
        QueryDict("prevalence=1&fit=1&opportunity=0&struggle=0&business=0"), base.weights, base
    )

    moved = whatif.compared(whatif.ranked(base, state), base.rows, {row["job"]: "Job" for row in base.rows})

    assert {line.row["job"] == half.pk: line.coverage for line in moved} == {False: 100, True: 50}


def test_nothing_that_counts_gives_no_order_and_says_so(owner: StudyAccess) -> None:
    held_by(owner, 3)
    every = "&".join(f"off={name}" for name in ("prevalence", "opportunity", "struggle", "business", "fit"))

    assert asked(owner, every) == []
    assert "switch a criterion on" in whatif.summary([], "today’s ranking")


def test_an_interview_left_out_is_neither_counted_nor_missed(owner: StudyAccess) -> None:
    job, other = held_by(owner, 4), held_by(owner, 3)
    gone = job.members.all()[0].interview_id

    assert asked(owner, f"interview={gone}") == [(job.pk, 1, 3, 6), (other.pk, 1, 3, 6)]


def test_a_job_that_loses_its_evidence_is_not_ranked_here(owner: StudyAccess) -> None:
    job, other = held_by(owner, 4), held_by(owner, 3)
    gone = other.members.all()[0].interview_id

    assert asked(owner, f"interview={gone}") == [(job.pk, 1, 4, 6), (other.pk, None, 2, 6)]


def test_a_segment_left_out_takes_its_interviews_and_its_respondents(owner: StudyAccess) -> None:
    job = held_by(owner, 4)
    for place, member in enumerate(job.members.all()):
        member.interview.participant.segment = "City" if place else "Country"
        member.interview.participant.save()
    survey = make_survey(owner.study, job)
    respond(survey, "a", "City", q1={"imp": 5, "sat": 1})
    respond(survey, "b", "Country", q1={"imp": 1, "sat": 1})
    base = base_of(owner)

    state = whatif.read_state(QueryDict("segment=Country"), base.weights, base)
    [row] = whatif.ranked(base, state)

    assert whatif.segments(base.voices) == [("City", 3, 1), ("Country", 1, 1)]
    assert (row["k"], row["n"], row["values"]["opportunity"]) == (3, 3, 1.0)


def test_a_respondent_left_out_answers_nothing(owner: StudyAccess) -> None:
    job = held_by(owner, 3)
    survey = make_survey(owner.study, job)
    respond(survey, "a", q1={"imp": 5, "sat": 1})
    respond(survey, "b", q1={"imp": 1, "sat": 1})
    base = base_of(owner)

    values = [
        whatif.ranked(base, whatif.read_state(QueryDict(query), base.weights, base))[0]["values"][
            "opportunity"
        ]
        for query in ("", "respondent=b", "respondent=a&respondent=b")
    ]

    assert values == [0.5, 1.0, None]


@pytest.mark.parametrize(
    "query", ["fit=luck", "fit=nan", "off=luck", "interview=99999", "segment=Mars", "interview=x"]
)
def test_what_makes_no_sense_is_left_aside(query: str, owner: StudyAccess) -> None:
    held_by(owner, 3)
    base = base_of(owner)

    assert whatif.read_state(QueryDict(query), base.weights, base).query(base.weights) == ""


def test_leaving_people_out_is_the_ranking_that_would_be_had_without_them(owner: StudyAccess) -> None:
    """Re-used draws of colleagues and ranges are those of a fresh draw."""
    job = rated(owner, held_by(owner, 4), business=2, fit=3)
    rated(owner, held_by(owner, 5), business=1, importance=4, satisfaction=2)
    without = Without(interviews=frozenset({job.members.all()[0].interview_id}))
    base = base_of(owner)
    rest = base.material.leave_out(without)

    kept = whatif._drawn(base, without)[1]
    fresh = draw(rest.jobs, rest.samples, draws=2000, seed=7)

    for name, drawn in fresh.draws.items():
        assert np.array_equal(kept.draws[name], drawn, equal_nan=True), name
        assert np.array_equal(kept.points[name], fresh.points[name], equal_nan=True), name


def test_what_an_archive_brought_off_its_scale_was_never_given(owner: StudyAccess) -> None:
    job = held_by(owner, 3)
    Rating.objects.create(study=owner.study, job=job, criterion="fit", rater=owner.user, value=5)
    backwards = {
        f"{name}_{end}": value for name in BusinessInput.RANGES for end, value in (("low", 9), ("high", 1))
    }
    BusinessInput.objects.create(study=owner.study, job=job, **backwards)
    respond(make_survey(owner.study, job), "a", q1={"imp": 99, "sat": 3})
    Scenario.objects.create(study=owner.study, name="Odd", weights={"fit": "much", "prevalence": 1})

    [row] = priorities.ranking(owner).rows

    assert [row["values"][name] for name in ("fit", "business", "opportunity")] == [None, None, None]
    assert whatif.state_of(Scenario.objects.get()).weights["fit"] == 0


@pytest.mark.parametrize(("given", "taken"), [("-3", 0), ("1e9", 10), ("2.5", 2.5)])
def test_a_weight_stays_on_its_slider(given: str, taken: float, owner: StudyAccess) -> None:
    held_by(owner, 3)
    base = base_of(owner)

    assert whatif.read_state(QueryDict(f"fit={given}"), base.weights, base).weights["fit"] == taken


def test_the_address_is_read_as_it_was_written(owner: StudyAccess) -> None:
    job = held_by(owner, 3)
    respond(make_survey(owner.study, job), "ä&b", "Stadt & Land", q1={"imp": 5})
    base = base_of(owner)
    pk = next(iter(facts.known(owner.study).segments))
    without = Without(frozenset({"Stadt & Land"}), frozenset({pk}), frozenset({"ä&b"}))
    state = whatif.State(dict(base.weights) | {"fit": 2.5}, frozenset({"struggle"}), without)

    assert whatif.read_state(QueryDict(state.query(base.weights)), base.weights, base) == state


def test_the_page_and_its_piece_answer_and_the_ranking_stays(owner: StudyAccess, login: Login) -> None:
    held_by(owner, 4), held_by(owner, 3)
    before = priorities.ranking(owner)
    client, url = login(owner), at(owner, "whatif", query=f"?base={before.input_digest}&prevalence=0")

    page, piece = client.get(url), client.get(url, headers={"HX-Request": "true"})

    assert ("<html" in text_of(page), "<html" in text_of(piece)) == (True, False)
    assert "won or lost there against the other jobs on average" in text_of(page)
    # a slider says its value itself: six outputs beside it would say theirs with each key
    assert text_of(page).count("<output ") == text_of(page).count('aria-live="off">') == 6
    assert piece["HX-Replace-Url"] == at(owner, "whatif", query="?prevalence=0")
    assert 'id="whatif-summary" hx-swap-oob' in text_of(piece)
    assert (owner.study.priorities.count(), owner.study.history.count()) == (1, 0)


def test_a_digest_of_another_study_opens_nothing(owner: StudyAccess, outsider: StudyAccess) -> None:
    held_by(outsider, 3)
    digest = base_of(outsider).digest

    assert whatif.kept_base(owner.study, digest) is None
    assert whatif.kept_base(outsider.study, digest) is not None


def test_a_what_if_is_named_shared_compared_and_logged(
    owner: StudyAccess, as_role: Any, login: Login
) -> None:
    job = rated(owner, held_by(owner, 4), fit=0)
    rated(owner, held_by(owner, 3), fit=4)
    gone = job.members.all()[0].interview_id
    client = login(owner)
    data = {"name": "Fit first", "note": "For the board", "state": f"fit=9&interview={gone}&off=prevalence"}

    client.post(at(owner, "scenario_save"), data)

    row = Scenario.objects.get()
    assert (row.weights["fit"], row.weights["prevalence"]) == (9, 0)
    assert [pk for (pk,) in row.without_interviews.values_list("pk")] == [gone]
    [entry] = owner.study.history.filter(verb="scenario.saved")
    assert (entry.target_label, entry.data["without_interviews"]) == ("Fit first", 1)
    opened = login(as_role(Role.VIEWER)).get(at(owner, "scenario", row.key))
    assert opened.context["lines"][0].row["n"] == 6
    against = text_of(client.get(at(owner, "whatif", query=f"?against={row.key}")))
    assert "Against “Fit first”" in against


def test_a_what_if_needs_a_name(owner: StudyAccess, login: Login) -> None:
    held_by(owner, 3)

    response = login(owner).post(at(owner, "scenario_save"), {"name": " ", "state": "fit=9"})

    assert (response.status_code, Scenario.objects.count()) == (422, 0)
    assert "Give the what-if a name first." in text_of(response)
    assert response.context["state"].weights["fit"] == 9


def test_a_deleted_what_if_can_be_brought_back(owner: StudyAccess, login: Login) -> None:
    held_by(owner, 3)
    base = base_of(owner)
    state = whatif.read_state(QueryDict(), base.weights, base)
    row, client = save_scenario(owner, name="Today", note="", state=state), login(owner)

    client.post(at(owner, "scenario_delete", row.key))
    assert client.get(at(owner, "scenario", row.key)).status_code == 404
    client.post(at(owner, "scenario_restore", row.key))
    assert client.get(at(owner, "scenario", row.key)).status_code == 200


def test_only_the_name_of_a_what_if_changes_and_the_old_one_comes_back(
    owner: StudyAccess, login: Login
) -> None:
    held_by(owner, 3)
    base = base_of(owner)
    state = whatif.read_state(QueryDict("fit=9"), base.weights, base)
    row, client = save_scenario(owner, name="Fit", note="Why", state=state), login(owner)
    before = {"key": row.key, "weights": row.weights, "note": "Why"}

    client.post(at(owner, "scenario_rename", row.key), {"name": " Fit first ", "note": "x", "state": "fit=1"})
    row.refresh_from_db()
    assert (row.name, {name: getattr(row, name) for name in before}) == ("Fit first", before)
    nameless = client.post(at(owner, "scenario_rename", row.key), {"name": " "}, follow=True)
    assert "“Fit first” keeps its name. Give the what-if a name first." in text_of(nameless)
    client.post(at(owner, "scenario_rename_undo", row.key))

    assert owner.study.scenarios.get().name == "Fit"
    verbs = owner.study.history.filter(verb__startswith="scenario.").values_list("verb", flat=True)
    assert list(verbs) == ["scenario.renamed", "scenario.renamed", "scenario.saved"]


def test_a_saved_what_if_is_compared_with_others_and_not_with_itself(
    owner: StudyAccess, login: Login
) -> None:
    held_by(owner, 3)
    base = base_of(owner)
    state = whatif.read_state(QueryDict(), base.weights, base)
    one, other = (save_scenario(owner, name=name, note="", state=state) for name in ("One", "Other"))

    page = login(owner).get(at(owner, "scenario", one.key)).text

    assert f'<option value="{other.key}"' in page
    assert f'<option value="{one.key}"' not in page


def test_a_comparison_of_two_saved_what_ifs_is_sent_under_their_names(
    owner: StudyAccess, as_role: Any, login: Login
) -> None:
    held_by(owner, 3)
    base = base_of(owner)
    one, other = (
        save_scenario(owner, name=f"Fit {fit}", note="", state=state)
        for fit in (8, 9)
        for state in [whatif.read_state(QueryDict(f"fit={fit}"), base.weights, base)]
    )
    asked = at(owner, "whatif", query=f"?from={one.key}&fit=8&against={other.key}")

    link = login(owner).get(asked, headers={"HX-Request": "true"})["HX-Replace-Url"]

    assert link == at(owner, "scenario", one.key, query=f"?against={other.key}")
    viewer = login(as_role(Role.VIEWER))
    for page in (viewer.get(link), viewer.get(asked)):
        assert "<h1>What if: Fit 8</h1>" in " ".join(page.text.split()).replace("> ", ">").replace(" <", "<")
        assert "Against “Fit 9”" in page.text


def test_who_moves_on_from_a_saved_what_if_is_told_and_led_back(owner: StudyAccess, login: Login) -> None:
    held_by(owner, 3)
    base = base_of(owner)
    state = whatif.read_state(QueryDict("fit=9"), base.weights, base)
    row, client = save_scenario(owner, name="Fit", note="", state=state), login(owner)
    assert f'name="from" value="{row.key}"' in client.get(at(owner, "scenario", row.key)).text

    said = [
        client.get(
            at(owner, "whatif", query=f"?from={row.key}&fit={fit}"), headers={"HX-Request": "true"}
        ).text
        for fit in (9, 8)
    ]

    assert ["no longer “Fit” as it was saved" in answer for answer in said] == [False, True]
    assert at(owner, "scenario", row.key) in said[1]


def test_a_viewer_plays_but_saves_nothing(owner: StudyAccess, as_role: Any) -> None:
    held_by(owner, 3)
    base = base_of(owner)
    state = whatif.read_state(QueryDict(), base.weights, base)

    with pytest.raises(PermissionDenied):
        save_scenario(as_role(Role.VIEWER), name="Mine", note="", state=state)
    with pytest.raises(ValidationError):
        save_scenario(owner, name="", note="", state=state)


def test_an_empty_study_is_taught_what_belongs_here(owner: StudyAccess, login: Login) -> None:
    assert "There is nothing to rank yet" in text_of(login(owner).get(at(owner, "whatif")))


def test_hostile_names_stay_words(owner: StudyAccess, login: Login) -> None:
    job = held_by(owner, 3)
    Job.objects.filter(pk=job.pk).update(statement="<script>alert(1)</script>")
    Scenario.objects.create(study=owner.study, name="<img src=x onerror=alert(1)>")

    content = login(owner).get(at(owner, "whatif")).content.decode()

    assert ("<script>alert" in content, "<img src=x" in content) == (False, False)


def test_a_moved_slider_takes_few_queries_however_many_jobs(
    owner: StudyAccess, login: Login, django_assert_num_queries: Any
) -> None:
    client = login(owner)
    for jobs in (1, 2):
        for _ in range(jobs):
            held_by(owner, 3)
        make.make_interview(owner.study)
        client.get(at(owner, "whatif"))
        cache.clear()
        digest = priorities.ranking(owner).input_digest
        with django_assert_num_queries(17):
            client.get(at(owner, "whatif"))
        with django_assert_num_queries(5):
            client.get(at(owner, "whatif", query=f"?base={digest}&fit=3"), headers={"HX-Request": "true"})


def test_a_key_that_no_scenario_can_have_reaches_no_database(owner: StudyAccess) -> None:
    """PostgreSQL takes NUL in no text."""
    with pytest.raises(Resolver404):
        resolve(f"/s/{owner.study.slug}/jobs/priorities/what-if/a\0b/")
