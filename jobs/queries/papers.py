"""What a board paper tells besides the ranking: how it was found, and what was said."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet, Sum

from interviews.models import Interview
from jobs.models import JobCluster, VerbatimSource
from jobs.queries.priorities import settings_of
from studies.models import Run, Study

Method = dict[str, str | int | float]


def captured(study: Study) -> QuerySet[Interview]:
    """The interviews that count: those in which anything was captured."""
    return study.interviews.filter(Exists(study.elements.filter(interview=OuterRef("pk"))))


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
    held = captured(study)
    dates = held.aggregate(first=Min("held_on"), last=Max("held_on"))
    segments = held.order_by().values_list("participant__segment").annotate(n=Count("pk"))
    named = sorted(((n, name) for name, n in segments if name), reverse=True)
    return {
        "held_from": _iso(dates["first"]),
        "held_to": _iso(dates["last"]),
        "segments": "\n".join(f"{name}: {n}" for n, name in named),
        "elements": study.elements.count(),
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
        f"{row.name}: {row.n} respondents, {row.first:%-d %B %Y} to {row.last:%-d %B %Y}"
        for row in rows.order_by("pk")
        if row.n
    )


def _verbatims(study: Study) -> str:
    rows = study.verbatimsources.filter(state=VerbatimSource.State.READY)
    return "\n".join(
        f"{row.name}: {row.rows:,} {row.get_kind_display().lower()}, {row.distinct:,} different texts, "
        f"imported {row.imported_at:%-d %B %Y}"
        for row in rows.order_by("pk")
    )


def change_mark(study: Study) -> list[int | None]:
    """Differs after every change of what a paper may hold; papers themselves are no change."""
    told = study.history.exclude(verb__startswith="paper.").aggregate(last=Max("pk"))
    captured_changes = study.interviews.aggregate(total=Sum("change_seq"))
    return [told["last"], captured_changes["total"]]
