"""Suggestions as pages show them: those of one transcript, and how good they are in this study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from interviews import kinds
from interviews.models import Transcript
from jobs.models import Suggestion, SuggestionModel
from jobs.queries.coding_material import coded_spans, count_labels
from studies.models import Run, Study

RUN_KIND = "jobs.suggest"
AFTER, CODE = "after:", "code:"  # how the report names points of the learning curve, and codes
TOO_FEW = 5  # tested sentences below which a share says nothing


@dataclass(frozen=True)
class Share:
    """`k` of `n`, with its Wilson interval in percent; nothing where nothing was tested."""

    k: int
    n: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.k / self.n) if self.n else None

    @property
    def interval(self) -> tuple[int, int] | None:
        if not self.n:
            return None
        from jobs.scoring import wilson

        found = wilson(self.k, self.n)
        return round(100 * found.low), round(100 * found.high)

    @property
    def too_few(self) -> bool:
        return self.n < TOO_FEW


@dataclass(frozen=True)
class Line:
    """One label of the accuracy page."""

    name: str
    kind: kinds.Kind | None
    labels: int
    first: Share
    first_three: Share


@dataclass(frozen=True)
class Point:
    """The learning curve: what so many labels of each element bring."""

    labels: int
    first_percent: int
    first_three_percent: int
    tested: int


@dataclass(frozen=True)
class Accuracy:
    elements: list[Line]
    codes: list[Line]
    total: Line | None
    curve: list[Point]


def settings_of(study: Study) -> SuggestionModel:
    """The study's row, or an unsaved one that says: off, never trained."""
    found = SuggestionModel.objects.filter(study=study).select_related("run").first()
    return found or SuggestionModel(study=study)


def latest_run(study: Study) -> Run | None:
    return study.runs.filter(kind=RUN_KIND).select_related("created_by").first()


def under_way(study: Study) -> bool:
    running = study.runs.filter(kind=RUN_KIND, state__in=[Run.State.QUEUED, Run.State.RUNNING])
    return bool(running.filter(cancel_requested=False).exists())


def new_since_training(model: SuggestionModel) -> int:
    """How far the study's labels are from those that the last training saw, more or fewer."""
    return abs(count_labels(model.study) - model.labels)


def accuracy(model: SuggestionModel) -> Accuracy:
    report: dict[str, dict[str, Any]] = model.report
    elements = [_line(kind.name, kind, report.get(kind.code, {})) for kind in kinds.KINDS]
    codes = [_line(key.removeprefix(CODE), None, row) for key, row in report.items() if key.startswith(CODE)]
    points = [
        _point(int(key.removeprefix(AFTER)), row) for key, row in report.items() if key.startswith(AFTER)
    ]
    return Accuracy(
        elements,
        sorted(codes, key=lambda line: line.name.casefold()),
        _total(elements) if report else None,
        sorted(points, key=lambda point: point.labels),
    )


def _line(name: str, kind: kinds.Kind | None, row: dict[str, Any]) -> Line:
    tested = int(row.get("tested", 0))
    first, three = Share(int(row.get("first", 0)), tested), Share(int(row.get("first_three", 0)), tested)
    return Line(name, kind, int(row.get("labels", 0)), first, three)


def _total(lines: list[Line]) -> Line:
    tested = sum(line.first.n for line in lines)
    first = sum(line.first.k for line in lines)
    three = sum(line.first_three.k for line in lines)
    labels = sum(line.labels for line in lines)
    return Line("All elements", None, labels, Share(first, tested), Share(three, tested))


def _point(labels: int, row: dict[str, Any]) -> Point:
    tested = int(row.get("tested", 0)) or 1
    first, three = (round(100 * int(row.get(name, 0)) / tested) for name in ("first", "first_three"))
    return Point(labels, first, three, int(row.get("sentences", 0)))


# --- while coding ------------------------------------------------------------------------------------
def open_suggestions(transcript: Transcript) -> QuerySet[Suggestion]:
    rows: QuerySet[Suggestion] = transcript.study.suggestions.filter(transcript=transcript)
    return rows.filter(state=Suggestion.State.OPEN).order_by("start")


def touching(transcript: Transcript, start: int, end: int) -> QuerySet[Suggestion]:
    """Suggestions that share a character with the span."""
    rows: QuerySet[Suggestion] = transcript.study.suggestions.filter(transcript=transcript)
    return rows.filter(start__lt=end, end__gt=start)


def for_the_browser(transcript: Transcript) -> dict[str, Any]:
    """Compact: a three-hour transcript has two thousand sentences."""
    rows = open_suggestions(transcript).values_list("start", "end", "ranked")
    codes = transcript.study.codes.values_list("pk", "name")
    taken = set().union(*(range(start, end) for start, end in coded_spans(transcript)))
    return {
        "sentences": [
            [start, end, ranked.get("elements", []), ranked.get("codes", [])]
            for start, end, ranked in rows
            if taken.isdisjoint((start, end - 1, (start + end) // 2))
        ],
        "codes": {str(pk): name for pk, name in codes},
    }


def decisions(study: Study) -> dict[str, int]:
    """How many suggestions people accepted, accepted as something else, rejected or left open."""
    rows = study.suggestions.order_by().values_list("state").annotate(n=Count("pk"))
    return dict.fromkeys(Suggestion.State.values, 0) | dict(rows)
