"""What respondents answered, as rankings and charts take it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from jobs.actions.survey_page import keep_answers
from jobs.actions.surveys import close_survey, set_survey_deleted
from jobs.queries import surveys
from jobs.queries.surveys import Answered, answers, book
from studies.access import StudyAccess
from tests.jobs.surveys_made import make_general, make_survey, respond


def test_answers_come_job_by_job_and_missing_stays_missing(owner: StudyAccess) -> None:
    first, second = make_general(owner.study), make_general(owner.study, "Arrive dry")
    survey = make_survey(owner.study, first, second)
    respond(survey, "a", "City", q1={"imp": 5, "sat": 2}, q2={"imp": 3, "with": "like", "without": "dislike"})

    assert answers(owner.study) == [
        Answered(first.pk, "a", "City", 5, 2, None, None),
        Answered(second.pk, "a", "City", 3, None, "like", "dislike"),
    ]


def test_who_answers_twice_counts_with_the_latest_answer(owner: StudyAccess) -> None:
    job = make_general(owner.study)
    respond(make_survey(owner.study, job), "a", q1={"imp": 1})
    respond(make_survey(owner.study, job, name="Winter"), "a", q1={"imp": 4, "sat": 2})

    assert answers(owner.study) == [Answered(job.pk, "a", "", 4, 2, None, None)]


def test_drafts_the_trash_and_who_is_left_out_do_not_count(owner: StudyAccess) -> None:
    job, gone = make_general(owner.study), make_general(owner.study, "Arrive dry")
    gone.deleted_at = timezone.now()
    gone.save()
    respond(make_survey(owner.study, job, state="draft"), "a", q1={"imp": 1})
    respond(make_survey(owner.study, job, deleted_at=timezone.now()), "b", q1={"imp": 2})
    closed = make_survey(owner.study, job, gone, state="closed")
    respond(closed, "c", q1={"imp": 3}, q2={"imp": 5})
    respond(closed, "d", q1={"imp": 4}, q9={"imp": 5})

    assert [(row.respondent, row.imp) for row in answers(owner.study)] == [("c", 3), ("d", 4)]


def test_another_study_sees_nothing_in_two_queries_however_many_rows(
    owner: StudyAccess, outsider: StudyAccess, django_assert_num_queries: Any
) -> None:
    job = make_general(owner.study)
    survey = make_survey(owner.study, job)
    for who in "abc":
        respond(survey, who, q1={"imp": 5})

    assert answers(outsider.study) == []
    with django_assert_num_queries(4):
        assert len(answers(owner.study)) == 3
    with django_assert_num_queries(2):
        assert len(answers(owner.study)) == 3


def test_what_is_read_on_is_what_would_be_read_afresh(owner: StudyAccess) -> None:
    """New, corrected, moved to another survey, taken out: whatever a process knew before."""
    job, other = make_general(owner.study), make_general(owner.study, "Arrive dry")
    summer, winter = make_survey(owner.study, job, other), make_survey(owner.study, job, name="Winter")
    for who in "cab":
        respond(summer, who, q1={"imp": 5}, q2={"sat": 1})
    seen = {book(owner.study).digest}

    for change in (
        lambda: respond(winter, "a", q1={"imp": 1}),
        lambda: respond(summer, "d", q2={"sat": 4}),
        lambda: summer.responses.filter(respondent="c").update(answers={"q2": {"imp": 3}}, version=2),
        lambda: summer.responses.filter(respondent="b").delete(),
        lambda: winter.responses.filter(respondent="a").delete(),
    ):
        change()
        read_on = book(owner.study)
        surveys._kept.clear()
        assert read_on == book(owner.study)
        seen.add(read_on.digest)

    assert len(seen) == 6


def test_what_is_kept_of_the_answers_follows_every_change(owner: StudyAccess) -> None:
    job = make_general(owner.study)
    survey = make_survey(owner.study, job)
    respond(survey, "a", q1={"imp": 5})
    before = book(owner.study)

    changed = {"language": "en", "taken_back": set(), "segment": None}
    keep_answers(survey, respondent="a", answers={"q1": {"imp": 2}}, **changed)
    corrected = book(owner.study)
    keep_answers(survey, respondent="b", answers={"q1": {"imp": 4}}, **changed)
    joined = book(owner.study)
    close_survey(owner, survey)
    set_survey_deleted(owner, survey, deleted=True)

    assert [row.imp for row in before.by_job[job.pk]] == [5]
    assert [row.imp for row in corrected.by_job[job.pk]] == [2]
    assert [row.imp for row in joined.by_job[job.pk]] == [2, 4]
    assert len({before.digest, corrected.digest, joined.digest}) == 3
    assert book(owner.study).by_job == {}
