"""The list of interviews with what each holds."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from interviews import kinds
from interviews.models import Interview
from studies.models import Study


def interview_list(study: Study, *, state: str = "", words: str = "") -> QuerySet[Interview]:
    rows: QuerySet[Interview] = study.interviews.filter(participant__deleted_at=None)
    rows = rows.select_related("participant").annotate(
        newest_transcript=Max("transcripts"), recorded_ms=Max("transcripts__duration_ms")
    )
    if state in Interview.State.values:
        rows = rows.filter(state=state)
    if words:
        rows = rows.filter(
            Q(participant__pseudonym__icontains=words) | Q(participant__segment__icontains=words)
        )
    return rows.order_by("-held_on", "participant__sort_key", "pk")


def captured_of(study: Study, interviews: list[Interview]) -> dict[int, dict[str, Any]]:
    """For each interview: how many items, how many wait in the tray, which of the twelve elements it has."""
    found: dict[int, dict[str, Any]] = {
        row.pk: {"items": 0, "tray": 0, "elements": 0, "of": len(kinds.KINDS)} for row in interviews
    }
    counts = study.elements.filter(interview__in=found).values("interview", "kind").annotate(n=Count("pk"))
    for row in counts.order_by():
        counted = found[row["interview"]]
        counted["items"] += row["n"]
        counted["tray" if not row["kind"] else "elements"] += row["n"] if not row["kind"] else 1
    return found


def state_counts(study: Study) -> dict[str, int]:
    alive = study.interviews.filter(participant__deleted_at=None)
    return dict(alive.order_by().values_list("state").annotate(Count("pk")))
