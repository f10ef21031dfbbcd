"""What each interview brought that no earlier one had, counted in generalised jobs (method 4.1)."""

from __future__ import annotations

from interviews.queries.codes import Brought, first_met
from jobs.models import Job
from studies.models import Study


def jobs_by_interview(study: Study) -> list[Brought]:
    """Generalised jobs first met, interview by interview in the order they were held.

    An interview holds a generalised job through its individual jobs. One whose jobs nobody has generalised
    is left out: it says nothing yet, which is not the same as nothing new.
    """
    held = study.jobs.filter(
        scope=Job.Scope.INDIVIDUAL, interview__deleted_at=None, general__deleted_at=None
    ).exclude(general=None)
    return first_met(study, held.values_list("interview", "general").distinct())
