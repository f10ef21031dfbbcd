"""The team's side of surveys: draft, words, open, close, copy, results, file."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs.actions import surveys as actions
from jobs.actions.surveys import SurveyRefused
from jobs.models import Survey
from jobs.queries import survey_results
from studies.access import StudyAccess
from studies.edits import StaleVersion
from studies.roles import Role
from tests.jobs.surveys_made import make_general, make_survey, respond


def url(access: StudyAccess, name: str, *args: Any) -> str:
    return reverse(f"jobs:{name}", args=[access.study.slug, *args])


def posted(survey: Survey, **changes: Any) -> dict[str, Any]:
    """What the edit page sends when nothing was typed."""
    form = {"version": survey.version, "name": survey.name}
    for item in survey.items.all():
        form |= {f"position-{item.pk}": item.position}
        form |= {f"{code}-{item.pk}": text for code, text in item.wording.items()}
    return form | changes


@pytest.fixture
def draft(owner: StudyAccess) -> Survey:
    jobs = [make_general(owner.study), make_general(owner.study, "Feel safe in traffic.")]
    return actions.make_survey(owner, name="Autumn", jobs=jobs)


def test_a_draft_begins_with_words_that_end_the_question(
    owner: StudyAccess, login: Any, draft: Survey
) -> None:
    response = login(owner).post(
        url(owner, "survey_new"), {"name": "Spring", "jobs": [draft.items.all()[0].job_id]}
    )

    made = owner.study.surveys.get(name="Spring")
    assert response["Location"] == url(owner, "survey_edit", made.pk)
    assert [item.wording for item in draft.items.all()] == [
        {"en": "to get the children to school on time"},
        {"en": "to feel safe in traffic"},
    ]
    assert (made.state, made.created_by, made.items.count()) == ("draft", owner.user, 1)


def test_a_study_without_jobs_is_sent_to_the_clusters(owner: StudyAccess, login: Any) -> None:
    page = login(owner).get(url(owner, "survey_new")).content.decode()

    assert "No jobs to ask about yet" in page
    assert "Make a draft" not in page


def test_words_order_segments_and_the_last_day_are_saved_together(
    owner: StudyAccess, login: Any, draft: Survey
) -> None:
    first = draft.items.all()[0]
    extra = make_general(owner.study, "Arrive dry")
    form = posted(
        draft,
        last_day="2027-03-31",
        with_kano="on",
        add=[extra.pk],
        **{
            f"de-{first.pk}": "die Kinder pünktlich zu bringen?",
            f"position-{first.pk}": 9,
            "title-en": "Getting around",
            "segments-en": "City\n\nVillage ",
            "segments-de": "Stadt\nDorf",
        },
    )

    response = login(owner).post(url(owner, "survey_edit", draft.pk), form)

    draft.refresh_from_db()
    assert response["Location"] == url(owner, "survey", draft.pk)
    assert [(item.position, item.wording) for item in draft.items.all()] == [
        (1, {"en": "to feel safe in traffic"}),
        (2, {"en": "to get the children to school on time", "de": "die Kinder pünktlich zu bringen"}),
        (3, {"en": "to arrive dry"}),
    ]
    assert (draft.title, draft.with_kano, draft.version) == ({"en": "Getting around"}, True, 2)
    assert (draft.segment_names, draft.segments_in("de")) == (["City", "Village"], ["Stadt", "Dorf"])
    assert draft.closes_at is not None
    assert draft.closes_at.isoformat() == "2027-04-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"segments-en": "City\nVillage", "segments-de": "Stadt"}, "as many segments as in English"),
        ({"segments-en": "City\nCity"}, "stands there twice"),
        ({"segments-en": "x" * 81}, "at most 80 characters"),
        ({"segments-en": "\n".join(map(str, range(13)))}, "13 segments are too many"),
        ({"last_day": "soon"}, "valid date"),
        ({"last_day": "9999-12-31"}, "a day from 2000 to 2100"),
        ({"name": ""}, "required"),
    ],
)
def test_what_cannot_be_saved_is_said_and_nothing_is(
    owner: StudyAccess, login: Any, draft: Survey, change: dict[str, str], said: str
) -> None:
    response = login(owner).post(url(owner, "survey_edit", draft.pk), posted(draft, **change))

    assert response.status_code == 422
    assert said in response.text
    draft.refresh_from_db()
    assert (draft.version, draft.segments) == (1, {})


def test_a_colleagues_edit_is_not_overwritten(owner: StudyAccess, login: Any, draft: Survey) -> None:
    form = posted(draft, name="Mine")
    actions.edit_survey(owner, draft, seen=1, name="Theirs", closes_at=None)

    response = login(owner).post(url(owner, "survey_edit", draft.pk), form)

    assert response.status_code == 409
    form = response.context["form"]
    assert (form["name"].value(), form["version"].value()) == ("Mine", "2")
    assert owner.study.surveys.get(pk=draft.pk).name == "Theirs"
    with pytest.raises(StaleVersion):
        actions.edit_survey(owner, draft, seen=1, name="Mine", closes_at=None)


def test_once_opened_the_words_stand_and_a_copy_takes_them_along(owner: StudyAccess, draft: Survey) -> None:
    actions.open_survey(owner, draft)
    with pytest.raises(SurveyRefused, match="Copy it"):
        actions.edit_survey(owner, draft, seen=2, name="x", closes_at=None, words={"with_kano": True})
    actions.edit_survey(owner, draft, seen=2, name="Autumn 2026", closes_at=None)
    actions.withdraw_survey(owner, draft)
    actions.open_survey(owner, draft)
    respond(draft, "a", q1={"imp": 5})
    with pytest.raises(SurveyRefused, match="Somebody has answered"):
        actions.withdraw_survey(owner, draft)

    copy = actions.copy_survey(owner, draft)

    assert (copy.state, copy.name, copy.responses.count()) == ("draft", "Autumn 2026 (copy)", 0)
    assert copy.token != draft.token
    assert list(copy.items.values_list("wording", "job_id")) == list(
        draft.items.values_list("wording", "job_id")
    )


def test_a_page_without_words_or_after_its_last_day_does_not_open(owner: StudyAccess, draft: Survey) -> None:
    draft.items.filter(key="q1").update(wording={"de": "pünktlich zu sein"})
    with pytest.raises(SurveyRefused, match="English or in German"):
        actions.open_survey(owner, draft)
    draft.items.filter(key="q2").update(wording={"de": "sicher zu sein"})
    draft.closes_at = timezone.now() - timedelta(days=1)
    with pytest.raises(SurveyRefused, match="last day has passed"):
        actions.open_survey(owner, draft)
    draft.closes_at = None
    assert actions.open_survey(owner, draft).takes_answers


def test_open_close_and_open_again_by_the_buttons(owner: StudyAccess, login: Any, draft: Survey) -> None:
    client, stranger = login(owner), Client()
    answers = []
    for to in ("open", "close", "open", "nonsense"):
        client.post(url(owner, "survey_turn", draft.pk), {"to": to})
        answers.append(stranger.get(f"/survey/{draft.token}/").status_code)

    assert answers == [200, 410, 200, 200]


def test_the_open_survey_shows_its_link_its_code_and_a_live_count(
    owner: StudyAccess, login: Any, draft: Survey
) -> None:
    actions.open_survey(owner, draft)
    respond(draft, "a", q1={"imp": 5})

    page = login(owner).get(url(owner, "survey", draft.pk))
    count = login(owner).get(url(owner, "survey_count", draft.pk))

    assert f'value="http://testserver/survey/{draft.token}/"' in page.text
    assert "<svg" in page.text
    assert "<b>1</b>" in count.text and 'hx-trigger="every 5s"' in count.text  # noqa: PT018


def test_results_by_job_segment_and_method(owner: StudyAccess) -> None:
    dry, late = make_general(owner.study, "Arrive dry"), make_general(owner.study)
    survey = make_survey(owner.study, dry, late)
    respond(survey, "a", "City", q1={"imp": 5, "sat": 1}, q2={"imp": 4})
    respond(survey, "b", "City", q1={"imp": 5, "sat": 3, "with": "like", "without": "neutral"})
    respond(survey, "c", "Village", q1={"imp": 3, "with": "like"})

    found = survey_results.results(survey, method="mean")
    city = survey_results.results(survey, method="top_two_box", segment="City")

    assert (found.respondents, found.segments, found.is_directional) == (
        3,
        (("City", 2), ("Village", 1)),
        True,
    )
    first, second = found.items
    assert (first.item.job, first.answered, first.scores.n_imp, first.scores.n_sat) == (dry, 3, 3, 2)
    assert first.scores.importance == pytest.approx(10 * (13 / 3 - 1) / 4)
    assert {name: each.opportunity for name, each in first.by_segment.items()} == {
        "City": 17.5,
        "Village": None,
    }
    assert (first.kano.n, first.kano.most_frequent) == (1, "A")
    assert (second.answered, second.scores.opportunity, second.region) == (1, None, "")
    assert (city.respondents, city.total, city.items[0].scores.opportunity) == (2, 3, 20)


def test_the_results_page_names_the_method_and_says_directional(owner: StudyAccess, login: Any) -> None:
    survey = make_survey(owner.study, make_general(owner.study), state="closed")
    respond(survey, "a", "City", q1={"imp": 5, "sat": 1, "with": "like", "without": "dislike"})
    respond(survey, "b", "Village", q1={"imp": 4})

    page = login(owner).get(url(owner, "survey", survey.pk), {"method": "top_two_box", "segment": "Moon"})

    for words in (
        "top-two-box",
        "Directional.",
        "Opportunity by segment",
        "2 of 2",
        "the other scale",
        "one-dimensional",
    ):
        assert words in page.text
    assert "interview" not in page.text.split("<main")[1].split("</main>")[0]


def test_one_respondent_of_a_segment_has_no_band(owner: StudyAccess, login: Any) -> None:
    survey = make_survey(owner.study, make_general(owner.study))
    respond(survey, "a", "City", q1={"imp": 4, "sat": 5})
    respond(survey, "b", "Village", q1={"imp": 4, "sat": 5})

    page = " ".join(login(owner).get(url(owner, "survey", survey.pk)).text.split())

    assert '7.5 <span class="num-note">no band, n 1</span>' in page


def test_the_answers_as_a_file_are_guarded_and_empty_where_nothing_was_said(
    owner: StudyAccess, login: Any
) -> None:
    survey = make_survey(owner.study, make_general(owner.study), with_kano=True)
    respond(survey, "=1+1", "@City", q1={"imp": 5, "with": "like"})

    response = login(owner).get(url(owner, "survey_answers", survey.pk))
    text = b"".join(response.streaming_content).decode("utf-8-sig")

    head, row = csv.reader(io.StringIO(text))
    assert head[4:] == [f"{part}__q1 {survey.items.get().wording['en']}" for part in _parts()]
    assert row[:2] + row[4:] == ["'=1+1", "'@City", "5", "", "like", ""]


def _parts() -> tuple[str, ...]:
    return ("imp", "sat", "with", "without")


def test_deleting_takes_the_page_away_and_can_be_undone(
    owner: StudyAccess, login: Any, draft: Survey
) -> None:
    actions.open_survey(owner, draft)
    client = login(owner)

    client.post(url(owner, "survey_delete", draft.pk))
    gone = Client().get(f"/survey/{draft.token}/").status_code
    client.post(url(owner, "survey_restore", draft.pk))

    assert (gone, Client().get(f"/survey/{draft.token}/").status_code) == (404, 200)
    verbs = list(owner.study.history.values_list("verb", flat=True))
    assert verbs == ["survey.restored", "survey.deleted", "survey.opened", "survey.made"]


def test_a_draft_with_keys_of_another_making_can_be_added_to_and_copied(owner: StudyAccess) -> None:
    survey = make_survey(owner.study, make_general(owner.study), state="draft")
    survey.items.update(key="moving")

    actions.edit_survey(
        owner, survey, seen=1, name="x", closes_at=None, add=[make_general(owner.study, "Rest")]
    )
    copy = actions.copy_survey(owner, survey)

    assert list(survey.items.values_list("key", flat=True)) == ["moving", "q2"]
    assert list(copy.items.values_list("key", "position")) == [("q1", 1), ("q2", 2)]


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.STRATEGIST, Role.VIEWER])
def test_who_may_not_code_reads_results_and_changes_nothing(
    role: Role, as_role: Any, login: Any, draft: Survey
) -> None:
    access = as_role(role)
    page = login(access).get(url(access, "survey", draft.pk))

    assert page.status_code == 200
    assert "Word it" not in page.text
    assert login(access).post(url(access, "survey_turn", draft.pk), {"to": "open"}).status_code == 403


@pytest.mark.parametrize("surveys", [1, 3])
def test_the_list_costs_the_same_for_one_survey_and_for_three(
    owner: StudyAccess, login: Any, surveys: int, django_assert_num_queries: Any
) -> None:
    job = make_general(owner.study)
    for number in range(surveys):
        respond(make_survey(owner.study, job, name=f"Wave {number}"), "a", q1={"imp": 3})
    client = login(owner)

    with django_assert_num_queries(6):
        page = client.get(url(owner, "surveys"))
    assert page.text.count("data-row-link") == surveys


def test_the_preview_is_the_page_and_sends_nothing(owner: StudyAccess, login: Any, draft: Survey) -> None:
    page = login(owner).get(url(owner, "survey_preview", draft.pk))

    assert "This is a preview" in page.text
    assert "to feel safe in traffic" in page.text
    assert 'type="submit" data-send disabled' in page.text


def test_without_jobs_the_list_teaches_where_they_come_from(owner: StudyAccess, login: Any) -> None:
    assert "No jobs to ask about yet" in login(owner).get(url(owner, "surveys")).text
    make_general(owner.study)
    assert "No survey yet" in login(owner).get(url(owner, "surveys")).text
