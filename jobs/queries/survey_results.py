"""Results of one survey as its page shows them: job by job, for everybody or one segment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet, Sum

from jobs.models import Survey, SurveyItem
from jobs.standing import DIRECTIONAL_BELOW, REGIONS
from jobs.surveys.numbers import Kano, Method, Scores, kano, scores
from jobs.surveys.table import same_words
from studies.models import Study

KEPT_RESULTS = 16  # views of a survey that a process keeps


def survey_list(study: Study) -> QuerySet[Survey]:
    """With `respondents` and `asked`, the number of their jobs."""
    return study.surveys.annotate(
        respondents=Count("responses", distinct=True), asked=Count("items", distinct=True)
    )


def met_before(study: Study, respondents: Iterable[str]) -> int:
    """How many of these have answered another survey of the study: the same id is the same person."""
    known = study.surveyresponses.filter(survey__deleted_at=None).values_list("respondent", flat=True)
    return len(set(known).intersection(respondents))


@dataclass(frozen=True)
class ItemResult:
    """One job of a survey; `by_segment` has the names of `Results.segments`, in their order."""

    item: SurveyItem
    answered: int  # respondents who said anything about it
    scores: Scores
    kano: Kano
    by_segment: Mapping[str, Scores] = field(default_factory=dict)

    @property
    def asked_as(self) -> str:
        """The words of the question, where they are not simply those of the job."""
        job, words = self.item.job, self.item.words
        return words if job and same_words(words) != same_words(job.statement) else ""

    @property
    def region(self) -> str:
        return REGIONS.get(self.scores.region, "")


@dataclass(frozen=True)
class Results:
    """`segments` are (name, respondents); `respondents` counts those of the chosen `segment`, empty: all."""

    segment: str
    respondents: int
    total: int
    segments: tuple[tuple[str, int], ...]
    items: tuple[ItemResult, ...]

    @property
    def is_directional(self) -> bool:
        return self.respondents < DIRECTIONAL_BELOW


def results(survey: Survey, *, method: Method, segment: str = "") -> Results:
    """Best opportunity first, unanswered jobs last; two queries where nobody answered since the last time."""
    state = survey.responses.aggregate(n=Count("pk"), versions=Sum("version"))
    kept = _kept(survey.pk, survey.version, tuple(state.values()), method, segment)
    found = [ItemResult(item, *kept.by_item[item.pk]) for item in survey.items.select_related("job")]
    found.sort(key=lambda result: (result.scores.opportunity is None, -(result.scores.opportunity or 0)))
    return Results(kept.segment, kept.respondents, kept.total, kept.segments, tuple(found))


class Numbers(NamedTuple):
    """Of one item, in the order of `ItemResult`."""

    answered: int
    scores: Scores
    kano: Kano
    by_segment: Mapping[str, Scores]


@dataclass(frozen=True)
class Kept:
    """What the answers come to; the words of the jobs are read anew each time."""

    segment: str
    respondents: int
    total: int
    segments: tuple[tuple[str, int], ...]
    by_item: Mapping[int, Numbers]


@lru_cache(maxsize=KEPT_RESULTS)
def _kept(survey_id: int, version: int, state: tuple[Any, ...], method: Method, segment: str) -> Kept:
    """Of one state of a survey and its answers; thousands of them are too many to read for each page."""
    survey = Survey(pk=survey_id)
    rows = list(survey.responses.values_list("segment", "answers"))
    sizes = Counter(name for name, _ in rows if name)
    segments = tuple(sorted(sizes.items()))
    segment = segment if segment in sizes else ""
    chosen = [answers for name, answers in rows if not segment or name == segment]
    split = {name: [answers for own, answers in rows if own == name] for name, _ in segments}
    by_item = {item.pk: _numbers(item, chosen, split, method) for item in survey.items.all()}
    return Kept(segment, len(chosen), len(rows), segments, by_item)


def _numbers(
    item: SurveyItem,
    chosen: Sequence[Mapping[str, Any]],
    split: Mapping[str, Sequence[Mapping[str, Any]]],
    method: Method,
) -> Numbers:
    given = [answers[item.key] for answers in chosen if item.key in answers]
    return Numbers(
        len(given),
        _scores(item, given, method),
        kano((values.get("with"), values.get("without")) for values in given),
        {
            name: _scores(item, [answers[item.key] for answers in rows if item.key in answers], method)
            for name, rows in split.items()
        },
    )


def _scores(item: SurveyItem, given: Sequence[Mapping[str, Any]], method: Method) -> Scores:
    return scores(((values.get("imp"), values.get("sat")) for values in given), method, seed=item.pk)


# --- as a file ---------------------------------------------------------------------------------------
def answer_head(survey: Survey) -> list[str]:
    """The columns of the file, by the convention that the import reads again."""
    asked = [f"{part}__{item.key} {item.words}" for item in survey.items.all() for part in _parts(survey)]
    return ["respondent", "segment", "language", "date", *asked]


def _parts(survey: Survey) -> tuple[str, ...]:
    return ("imp", "sat", "with", "without") if survey.with_kano else ("imp", "sat")


def answer_rows(survey: Survey) -> Iterator[list[Any]]:
    """One line a respondent; an empty cell is no answer."""
    parts = _parts(survey)
    keys = list(survey.items.values_list("key", flat=True))
    for row in survey.responses.order_by("pk").iterator(chunk_size=500):
        cells = [row.answers.get(key, {}).get(part) for key in keys for part in parts]
        yield [row.respondent, row.segment, row.language, f"{row.at:%Y-%m-%d}", *cells]
