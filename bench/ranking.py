"""The ranking at its largest: 200 jobs, 24 interviews, 100 respondents, every criterion known; and ten jobs
that 10,000 respondents answer about."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import count
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.server import PAGE_QUERIES, TIMES, client_of
from bench.table import Figure, timed, timings
from interviews.models import Element, Interview, Participant
from jobs.actions.priorities import ranking
from jobs.models import BusinessInput, Evidence, Job, Rating, Survey, SurveyItem, SurveyResponse
from jobs.queries.priorities import known
from studies.access import StudyAccess
from studies.actions.studies import create_study

JOBS, INTERVIEWS, RESPONDENTS = 200, 24, 100
MANY_RESPONDENTS, FEW_JOBS = 10_000, 10
WHATIF_MS, RANKINGS_S, ANSWER_MS = 200, 1, 300


def measure() -> Iterator[Figure]:
    access = large_study()
    yield _rankings(access)
    client = client_of(access)
    page = f"/s/{access.study.slug}/jobs/priorities/what-if/"
    digest = ranking(access).input_digest
    client.get(page)
    moved, left_out = count(), list(access.study.interviews.values_list("pk", flat=True))
    cases = {
        "a weight moved": lambda: f"opportunity={next(moved) % 20 / 2}",
        "an interview left out": lambda: f"interview={left_out[next(moved) % len(left_out)]}",
        "a respondent left out": lambda: f"respondent=r{next(moved) % RESPONDENTS}",
    }
    for name, query in cases.items():
        yield _asked(client, name, lambda query=query: f"{page}?base={digest}&{query()}")
    yield _after_an_answer()


def _after_an_answer() -> Figure:
    access = large_study(jobs=FEW_JOBS, respondents=MANY_RESPONDENTS)
    survey, number = access.study.surveys.get(), count()
    answers = {f"q{place}": {"imp": 4, "sat": 2} for place in range(FEW_JOBS)}
    ranking(access)

    def answered() -> None:
        who = f"new{next(number)}"
        SurveyResponse.objects.create(study=access.study, survey=survey, respondent=who, answers=answers)
        ranking(access)

    note = f"{MANY_RESPONDENTS:,} respondents, {FEW_JOBS} jobs"
    return timed("ranking after a new answer", timings(answered, TIMES), ANSWER_MS, note)


def _rankings(access: StudyAccess) -> Figure:
    from jobs.queries.samples import material
    from jobs.scoring import draw, rank

    found = material(known(access.study))
    weights = dict.fromkeys(found.samples, 1.0)
    spent = timings(lambda: rank(draw(found.jobs, found.samples, draws=2000), weights), 5)
    slowest = spent.wall[-1] / 1000
    return Figure(
        "2,000 rankings of 200 jobs, drawn anew", slowest, "s", RANKINGS_S, cpu=spent.cpu[-1] / 1000
    )


def _asked(client: Any, name: str, url: Any) -> Figure:
    """The whole request, as the browser sends it."""

    def ask() -> int:
        return len(client.get(url(), headers={"HX-Request": "true"}).content)

    size = ask()
    with CaptureQueriesContext(connection) as captured:
        ask()
    note = f"{size / 1000:.0f} kB"
    spent = timings(ask, TIMES)
    return timed(f"what if, {name}", spent, WHATIF_MS, note, queries=len(captured), most_queries=PAGE_QUERIES)


def large_study(*, jobs: int = JOBS, respondents: int = RESPONDENTS) -> StudyAccess:
    """Rows by the shortest way: the actions would take minutes."""
    dice = random.Random(7)
    user, _ = get_user_model().objects.get_or_create(username="bench-ranking", email="ranking@bench.example")
    access = create_study(user, name=f"{jobs} jobs", bare=True)
    study = access.study
    talks = [_talk(study, number) for number in range(INTERVIEWS)]
    generals = Job.objects.bulk_create(
        Job(study=study, scope="generalised", statement=f"Get thing {number} done without help")
        for number in range(jobs)
    )
    for general in generals:
        _heard(study, general, dice.sample(talks, dice.randint(3, 12)), dice)
    _judged(access, generals, dice)
    _asked_of_many(study, generals, respondents, dice)
    return access


def _talk(study: Any, number: int) -> Interview:
    person = Participant.objects.create(study=study, pseudonym=f"P{number}", segment=f"Segment {number % 4}")
    return Interview.objects.create(study=study, participant=person)


def _heard(study: Any, general: Job, talks: list[Interview], dice: random.Random) -> None:
    """Two pushes an interview, each of them evidence."""
    said = [
        Element(
            study=study, interview=talk, kind="push", note="Late", intensity=dice.randint(1, 4), grade="B"
        )
        for talk in talks * 2
    ]
    Evidence.objects.bulk_create(
        Evidence(study=study, job=general, element=element) for element in Element.objects.bulk_create(said)
    )


def _asked_of_many(study: Any, generals: list[Job], respondents: int, dice: random.Random) -> None:
    survey = Survey.objects.create(study=study, name="Importance", state="closed")
    items = [
        SurveyItem(study=study, survey=survey, job=general, key=f"q{place}", position=place)
        for place, general in enumerate(generals)
    ]
    SurveyItem.objects.bulk_create(items)
    SurveyResponse.objects.bulk_create(
        SurveyResponse(study=study, survey=survey, respondent=f"r{number}", answers=_answers(items, dice))
        for number in range(respondents)
    )


def _answers(items: list[SurveyItem], dice: random.Random) -> dict[str, dict[str, int]]:
    return {item.key: {"imp": dice.randint(1, 5), "sat": dice.randint(1, 5)} for item in items}


def _judged(access: StudyAccess, generals: list[Job], dice: random.Random) -> None:
    study = access.study
    Rating.objects.bulk_create(
        Rating(study=study, job=general, criterion=name, rater=access.user, value=dice.randint(0, 4))
        for general in generals
        for name in ("fit", "feasibility")
    )
    ends = {"performers": 1000, "reach": 10, "worth": 200, "cost": 20}
    BusinessInput.objects.bulk_create(
        BusinessInput(
            study=study,
            job=general,
            **{f"{name}_low": low for name, low in ends.items()},
            **{f"{name}_high": low * dice.randint(1, 4) for name, low in ends.items()},
        )
        for general in generals
    )
