"""Named what-ifs: saved, renamed, deleted, brought back. The ranking itself is never changed by one."""

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
        "scenario.renamed": "renamed the what-if",
        "scenario.deleted": "deleted the what-if",
        "scenario.restored": "brought back the what-if",
    }
)


def save_scenario(access: StudyAccess, *, name: str, note: str, state: State) -> Scenario:
    """Stores a what-if. The history tells how many people it leaves out, not whom. Raises ValidationError."""
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


def rename_scenario(access: StudyAccess, *, scenario: Scenario, name: str) -> Scenario:
    """Changes only the name: the address may have been sent to somebody, so what it shows stays. Raises
    ValidationError."""
    access.require(Verb.COMMENT)
    before, scenario.name = scenario.name, name.strip()
    scenario.full_clean(exclude=["key"])
    if scenario.name != before:
        with transaction.atomic():
            scenario.save(update_fields=["name"])
            record(access, "scenario.renamed", scenario, before=before)
    return scenario


def take_back_name(access: StudyAccess, *, scenario: Scenario) -> Scenario:
    """The name before the latest renaming; the one it has where there was none."""
    renamed = access.study.history.filter(
        verb="scenario.renamed", target_type="scenario", target_id=str(scenario.pk)
    ).first()
    before = renamed.data.get("before") if renamed else None
    return rename_scenario(access, scenario=scenario, name=str(before or scenario.name))


def set_scenario_deleted(access: StudyAccess, *, scenario: Scenario, deleted: bool) -> None:
    access.require(Verb.COMMENT)
    scenario.deleted_at = timezone.now() if deleted else None
    with transaction.atomic():
        scenario.save(update_fields=["deleted_at"])
        record(access, "scenario.deleted" if deleted else "scenario.restored", scenario)
