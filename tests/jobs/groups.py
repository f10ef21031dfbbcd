"""What a run hands over about one group."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jobs.models import Job


def found(jobs: Iterable[Job], **fields: Any) -> dict[str, Any]:
    """A group as `store_grouping` takes it; `fixed` names the decided group that it is."""
    members = [{"job_id": job.pk, "similarity": 0.9, "margin": 0.1, "stability": 0.8} for job in jobs]
    return {
        "fixed": None,
        "whole": True,
        "name": "A group",
        "phrases": [],
        "cohesion": 0.5,
        "agreement": 1.0,
        "stability": 0.9,
        "resamples": 100,
        "stands_on": [],
        "proposal": "",
        "members": members,
    } | fields
