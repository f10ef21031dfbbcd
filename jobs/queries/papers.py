"""What a board paper tells besides the ranking: how it was found, and what was said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Prefetch, Q, QuerySet
from django.utils import timezone

from interviews.models import Consent
from jobs.languages import guess_language
from jobs.models import Evidence, Job, JobCluster, Paper, Priority, Snapshot, VerbatimSource
from jobs.papers.tree import Approval, Material, Said
from jobs.queries import said as spoken
from jobs.queries.priorities import counted_interviews, interview_count, settings_of
from jobs.queries.snapshots import changes_since, current, frozen
from studies.counting import counted
from studies.history import person_name
from studies.models import Run, Study

RUN_KIND = "jobs.paper"
Method = dict[str, str | int | float]
QUOTES_FOR, QUOTES_AGAINST = 3, 1
LONG_QUOTE = 420  # characters; longer ones are taken where there are no shorter ones


def method_of(study: Study) -> Method:
    """How the ranking of today was found, as a flat table; what does not apply is left out."""
    found: dict[str, Any] = {
        **_interviews(study),
        **_grouping(study),
        **_weights(study),
        "raters": study.ratings.aggregate(n=Count("rater", distinct=True))["n"],
        "surveys": _surveys(study),
        "verbatims": _verbatims(study),
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


def _interviews(study: Study) -> dict[str, Any]:
    held = counted_interviews(study)
    undated = Count("pk", Q(held_on=None))
    dates = held.aggregate(first=Min("held_on"), last=Max("held_on"), undated=undated)
    segments = dict(held.order_by().values_list("participant__segment").annotate(n=Count("pk")))
    largest = sorted(((n, name or "no segment named") for name, n in segments.items()), reverse=True)
    return {
        "held_from": _iso(dates["first"]),
        "held_to": _iso(dates["last"]),
        "held_undated": dates["undated"] or None,
        "segments": "\n".join(f"{name}: {n}" for n, name in largest) if any(segments) else "",
        "elements": study.elements.count(),
        "jobs_written": study.jobs.filter(scope=Job.Scope.INDIVIDUAL).exclude(interview=None).count(),
    }


def _iso(day: Any) -> str:
    return day.isoformat() if day else ""


def _grouping(study: Study) -> dict[str, Any]:
    run = study.runs.filter(kind="jobs.cluster", state=Run.State.DONE).first()
    accepted = study.jobclusters.filter(state=JobCluster.State.ACCEPTED).count()
    found: dict[str, Any] = {"groups_accepted": accepted, "pins": study.pins.count()}
    if run:
        found |= {
            "grouping_on": _iso(run.finished_at and run.finished_at.date()),
            "grouping_seed": run.seed,
            "grouping_versions": ", ".join(f"{name} {value}" for name, value in sorted(run.versions.items())),
            "grouping_statements": run.result.get("statements"),
        }
    return found


def _weights(study: Study) -> dict[str, Any]:
    settings = settings_of(study)
    return {
        "weights_version": settings.version,
        "weights_reason": settings.reason,
        "goals": "\n".join(settings.goals),
    }


def _surveys(study: Study) -> str:
    """A line each: they are told apart from interviews, and never added to them."""
    rows = study.surveys.annotate(n=Count("responses"), first=Min("responses__at"), last=Max("responses__at"))
    return "\n".join(
        f"{row.name}: {counted(row.n, 'respondent')}, {_days(row.first, row.last)}"
        for row in rows.order_by("pk")
        if row.n
    )


def _days(first: datetime, last: datetime) -> str:
    begin, end = (f"{timezone.localtime(at):%-d %B %Y}" for at in (first, last))
    return begin if begin == end else f"{begin} to {end}"


def _verbatims(study: Study) -> str:
    rows = study.verbatimsources.filter(state=VerbatimSource.State.READY)
    return "\n".join(
        f"{row.name}: {row.rows:,} {row.get_kind_display().lower()}, {row.distinct:,} different texts, "
        f"imported {row.imported_at:%-d %B %Y}"
        for row in rows.order_by("pk")
    )


@dataclass(frozen=True)
class Made:
    """The documents that one click made."""

    run: Run
    papers: list[Paper]
    outdated: bool = False  # somebody withdrew consent or was deleted since: they may be quoted in it

    @property
    def snapshot(self) -> Snapshot | None:
        return self.papers[0].snapshot


def papers_of(study: Study, *, limit: int) -> tuple[Run | None, list[Made]]:
    """The latest run where it has not ended well, and what the latest runs made; three queries."""
    papers = Prefetch("papers", Paper.objects.select_related("snapshot").order_by("pk"))
    runs = study.runs.filter(kind=RUN_KIND).select_related("created_by").prefetch_related(papers)
    latest = list(runs.order_by("-pk")[:limit])
    pending = latest[0] if latest and latest[0].state != Run.State.DONE else None
    last = last_left(study)
    made = [Made(run, list(run.papers.all()), bool(last and run.created_at < last)) for run in latest]
    return pending, [each for each in made if each.papers]


def last_left(study: Study) -> datetime | None:
    """When somebody last withdrew consent, was deleted or erased: documents from before may quote them."""
    left = Q(verb__in=("participant.deleted", "participant.erased")) | Q(
        verb="participant.consent", data__consent=Consent.WITHDRAWN.value
    )
    found: datetime | None = study.history.filter(left).aggregate(at=Max("at"))["at"]
    return found


# --- what was said --------------------------------------------------------------------------------------
def quotes_of(study: Study, jobs: Sequence[int]) -> dict[int, list[Said]]:
    """A few of the customers' own words for each generalised job, best first; one query.

    Nobody who withdrew consent is quoted, and nothing hypothetical (grade D).
    """
    found: dict[int, list[spoken.Said]] = {job: [] for job in jobs}
    for evidence in quotable(study, jobs):
        said = spoken.said_by_evidence(evidence)
        if said.verbatim and said.text.strip() and said.grade != "D":
            found[evidence.job.general_id or evidence.job_id].append(said)
    return {job: list(_chosen(every)) for job, every in found.items()}


def quotable(study: Study, jobs: Sequence[int]) -> QuerySet[Evidence]:
    """Evidence of generalised jobs and of their members that may be shown outside the study."""
    element_gone = Q(element__isnull=False) & ~Q(element__deleted_at=None)
    quote_gone = Q(quote__isnull=False) & ~Q(quote__transcript__interview__deleted_at=None)
    withdrawn = Q(element__interview__participant__consent=Consent.WITHDRAWN) | Q(
        quote__transcript__interview__participant__consent=Consent.WITHDRAWN
    )
    rows = study.evidence.filter(Q(job__in=jobs) | Q(job__general__in=jobs), job__deleted_at=None)
    return (
        rows.exclude(element_gone | quote_gone)
        .exclude(withdrawn)
        .select_related(
            "job",
            "element__quote",
            "element__interview__participant",
            "quote__transcript__interview__participant",
        )
        .order_by("pk")
    )


def _chosen(every: Iterable[spoken.Said]) -> Iterator[Said]:
    """What was lived through before opinions, short before long, everybody once while there are others."""
    best = sorted(every, key=lambda said: (said.grade or "C", len(said.text) > LONG_QUOTE))
    for against, most in ((False, QUOTES_FOR), (True, QUOTES_AGAINST)):
        mine = {said.text: said for said in reversed(best) if said.contradicts is against}
        for said in _one_a_person([said for said in best if mine.get(said.text) is said])[:most]:
            language = guess_language(said.text) or "en"
            yield Said(said.text, said.who, said.time, against, language)


def _one_a_person(best: Sequence[spoken.Said]) -> list[spoken.Said]:
    """Everybody's best first, then everybody's second best."""
    turn: dict[str, int] = defaultdict(int)
    turns = []
    for said in best:
        turns.append((turn[said.who], said))
        turn[said.who] += 1
    return [said for _, said in sorted(turns, key=lambda pair: pair[0])]


# --- all of it ------------------------------------------------------------------------------------------
def material_of(study: Study, ranking: Priority, snapshot: Snapshot | None, *, top: int) -> Material:
    """What a paper is made from: `snapshot`, with what has changed since, or the ranking of today."""
    today = _of_today(study, ranking)
    found = _as_approved(snapshot, today, ranking) if snapshot else today
    leading = [row.job for row in found.standings if row.rank and row.job][:top]
    return replace(found, quotes=quotes_of(study, leading))


def _of_today(study: Study, ranking: Priority) -> Material:
    now = timezone.localtime()
    return Material(
        study=study.name,
        question=study.question,
        switch=study.switch,
        frame=study.sample_frame,
        on=now.date(),
        made_at=now,
        n=interview_count(study),
        draws=ranking.draws,
        seed=ranking.seed,
        weights=ranking.weights,
        method=method_of(study),
        standings=current(study, ranking),
    )


def _as_approved(snapshot: Snapshot, today: Material, ranking: Priority) -> Material:
    since = changes_since(snapshot, ranking, today.standings, today.n)
    on = timezone.localdate(snapshot.at)
    return replace(
        today,
        on=on,
        n=snapshot.interviews,
        draws=snapshot.draws,
        seed=snapshot.seed,
        weights=snapshot.weights,
        method=snapshot.method,
        standings=frozen(snapshot),
        approval=Approval(snapshot.name, person_name(snapshot.by), on, snapshot.note, since.words),
    )
