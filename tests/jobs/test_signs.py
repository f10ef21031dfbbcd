"""What people did about a job: counted by interview, missing where nobody tells."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jobs.queries.signs import Signs, signs
from studies.access import StudyAccess
from tests import factories as make
from tests.jobs.test_priorities import held_by
from tests.jobs.test_priorities_pages import at, text_of


def solution(interview: Any, **detail: str) -> None:
    make.make_element(interview, kind="solution", grade="B", detail=detail)


def happened(interview: Any, point: str, on: date) -> None:
    make.make_element(interview, kind="event", grade="B", point=point, story_date=on)


def test_workarounds_tries_and_months_are_counted_by_interview(owner: StudyAccess) -> None:
    first, second = make.make_interview(owner.study), make.make_interview(owner.study)
    solution(first, solution_kind="workaround", price="40 euro", role="fired")
    solution(first, solution_kind="workaround", role="considered")
    solution(second, solution_kind="competitor", role="hired")
    make.make_element(second, kind="solution", grade="D", detail={"solution_kind": "workaround"})
    happened(first, "T1", date(2026, 1, 1))
    happened(first, "T4", date(2026, 7, 1))
    happened(second, "T4", date(2026, 7, 1))

    found = signs(owner.study, [first.pk, second.pk])

    assert (found.interviews, found.workarounds, found.paid) == (2, 1, 1)
    assert (found.tried, found.tried_in) == (1.5, 2)
    assert (found.months, found.dated) == (pytest.approx(5.95, abs=0.01), 1)


def test_a_hire_before_the_first_thought_dates_nothing(owner: StudyAccess) -> None:
    interview = make.make_interview(owner.study)
    happened(interview, "T1", date(2026, 7, 1))
    happened(interview, "T4", date(2026, 1, 1))

    assert signs(owner.study, [interview.pk]) == Signs(1, 0, 0, None, 0, None, 0)


def test_they_stand_behind_the_struggle(owner: StudyAccess, login: Any) -> None:
    job = held_by(owner, 3)
    solution(job.members.all()[0].interview, solution_kind="workaround", price="9 euro")

    page = text_of(login(owner).get(at(owner, "behind", job.pk, query="?of=struggle")))

    assert "<b>1</b> of 3 interviews tell of a workaround, 1 of them paid for." in page
