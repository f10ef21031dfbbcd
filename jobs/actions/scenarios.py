"""Named what-ifs: saved, deleted, brought back. The ranking itself is never changed by one."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from jobs.models import Scenario
from jobs.queries.whatif import State
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs(
    {
        "scenario.saved": "saved the what-if",
        "scenario.deleted": "deleted the what-if",
        "scenario.restored": "brought back the what-if",
    }
)


def save_scenario(access: StudyAccess, *, name: str, note: str, state: State) -> Scenario:
    """Who is left out is kept by key: the history names how many, not who."""
    access.require(Verb.COMMENT)
    row = Scenario(study=access.study, name=name.strip(), note=note.strip(), created_by=access.user)
    row.weights = state.counting
    row.without_segments = sorted(state.without.segments)
    row.without_respondents = sorted(state.without.respondents)
    row.full_clean(exclude=["key"])
    with transaction.atomic():
        row.save()
        row.without_interviews.set(access.study.interviews.filter(pk__in=state.without.interviews))
        record(access, "scenario.saved", row, weights=row.weights, **_left_out(state))
    return row


def _left_out(state: State) -> dict[str, Any]:
    without = state.without
    counts = {
        "segments": len(without.segments),
        "interviews": len(without.interviews),
        "respondents": len(without.respondents),
    }
    return {f"without_{name}": count for name, count in counts.items() if count}


def set_scenario_deleted(access: StudyAccess, *, scenario: Scenario, deleted: bool) -> None:
    access.require(Verb.COMMENT)
    scenario.deleted_at = timezone.now() if deleted else None
    with transaction.atomic():
        scenario.save(update_fields=["deleted_at"])
        record(access, "scenario.deleted" if deleted else "scenario.restored", scenario)
