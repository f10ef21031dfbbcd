"""What stands behind one number of the ranking: what was said, or what colleagues rated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from django.db.models import Q, QuerySet

from interviews.models import Element, Interview
from jobs.models import Criterion, Job, Rating, Survey
from jobs.queries.forces import force_elements
from jobs.queries.priorities import Facts
from studies.models import HistoryEntry, Study

# number -> the criteria whose ratings it is made of
RATED = {
    "opportunity": (Criterion.IMPORTANCE, Criterion.SATISFACTION),
    "business": (Criterion.BUSINESS,),
    "fit": (Criterion.FIT,),
    "feasibility": (Criterion.FEASIBILITY,),
}
HISTORY_SHOWN = 30
SAID = ("prevalence", "contradicting", "struggle", "forces")
NUMBERS = ("rank", "score", *SAID, *RATED)


def elements_behind(study: Study, known: Facts, number: str) -> QuerySet[Element]:
    """The elements that a number is counted from, interview by interview."""
    if number == "forces":
        found = force_elements(study).filter(interview__in=known.interviews, intensity__isnull=False)
    elif number == "struggle":
        found = study.elements.filter(pk__in=known.supporting, kind="push", intensity__isnull=False)
    else:
        wanted = known.contradicting if number == "contradicting" else known.supporting
        found = study.elements.filter(pk__in=wanted)
    return (  # type: ignore[no-any-return]
        found.select_related("quote", "interview__participant").order_by("interview", "at_ms", "pk")
    )


def forces_behind(known: Facts) -> list[tuple[str, float | None, int]]:
    """Each force with its mean and the number of interviews in which anybody rated it."""
    rated = Counter(force for felt in known.felt.values() for force, mean in felt.items() if mean is not None)
    return [(force, mean, rated[force]) for force, mean in known.forces.means.items()]


def interviews_without_words(study: Study, known: Facts) -> list[Interview]:
    """They hold the job because one was written from them, yet nothing that was said is tied to it."""
    told = study.elements.filter(pk__in=known.supporting).values("interview")
    silent = study.interviews.filter(pk__in=known.interviews).exclude(pk__in=told)
    return list(silent.select_related("participant"))


def surveys_behind(study: Study, job: Job) -> QuerySet[Survey]:
    """Those in which people were asked about the job and answered."""
    return study.surveys.filter(items__job=job, responses__isnull=False).distinct()


@dataclass
class Judgement:
    """One criterion of one job: everybody's rating, and what they come to together. `asked`: I may rate."""

    criterion: Criterion
    asked: bool = False
    ratings: list[Rating] = field(default_factory=list)
    mine: Rating | None = None

    @property
    def name(self) -> str:
        return self.criterion.label.split(",")[0]

    @property
    def is_held_back(self) -> bool:
        """What others gave would push my rating: it waits until I have given mine, or ask for it."""
        return self.asked and not self.mine and bool(self.ratings)

    @property
    def scale(self) -> range:
        return range(1, 6) if self.criterion in RATED["opportunity"] else range(5)

    @property
    def mean(self) -> float | None:
        return fmean(rating.value for rating in self.ratings) if self.ratings else None

    @property
    def spread(self) -> str:
        """From the lowest to the highest, in words."""
        values = [rating.value for rating in self.ratings]
        if len(values) < 2:
            return ""
        low, high = min(values), max(values)
        return "all agree" if low == high else f"from {low} to {high}"

    @property
    def steps(self) -> list[tuple[int, int]]:
        """Each value of the scale and how many chose it."""
        return [(step, sum(rating.value == step for rating in self.ratings)) for step in self.scale]


def judgements(
    study: Study, job: Job, *, me: Any = None, criteria: Iterable[Criterion] = tuple(Criterion)
) -> list[Judgement]:
    """One query. `me`: given where I may rate."""
    found = {criterion: Judgement(criterion, asked=me is not None) for criterion in criteria}
    for rating in study.ratings.filter(job=job).select_related("rater").order_by("at"):
        judgement = found.get(Criterion(rating.criterion))
        if judgement is None:
            continue
        judgement.ratings.append(rating)
        if me is not None and rating.rater_id == me.pk:
            judgement.mine = rating
    return list(found.values())


def held_back(found: Iterable[Judgement], row: Mapping[str, Any]) -> set[str]:
    """Numbers of the ranking that would tell what others gave where I have not rated. What respondents and
    declared ranges say is nobody's rating."""
    waiting = {judgement.criterion for judgement in found if judgement.is_held_back}
    numbers = {number for number, criteria in RATED.items() if waiting.intersection(criteria)}
    known_better = {"opportunity": row["source"] != "colleagues", "business": bool(row["worth"])}
    return {number for number in numbers if not known_better.get(number)}


@dataclass(frozen=True)
class Event:
    """A line of the history with what changed, in words; without the value of a rating that is held back."""

    entry: HistoryEntry
    held_back: Collection[str] = ()

    @property
    def deed(self) -> str:
        """What somebody did, on a page that is about the job it was done to."""
        return f"{self.entry.sentence.removesuffix(' the job')} this job"

    @property
    def detail(self) -> str:
        data = self.entry.data
        if data.get("criterion") in Criterion.values:
            name = Criterion(data["criterion"]).label.split(",")[0].lower()
            is_told = "value" in data and data["criterion"] not in self.held_back
            return f"{name}: {data['value']}" if is_told else name
        parts = [f"at rank {data['rank']}" if data.get("rank") else "", data.get("note", "")]
        return ", ".join(str(part) for part in parts if part)


def history_of(study: Study, job: Job, found: Iterable[Judgement]) -> list[Event]:
    """How the job was judged and worded, the latest first; `found`: what its ratings are to me."""
    waiting = {judgement.criterion for judgement in found if judgement.is_held_back}
    judged = Q(verb__startswith="rating.") | Q(verb__startswith="comment.") | Q(verb__startswith="job.")
    entries = study.history.filter(judged, target_type="job", target_id=str(job.pk))
    return [Event(entry, waiting) for entry in entries[:HISTORY_SHOWN]]
