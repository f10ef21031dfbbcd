"""What the home of a study shows."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from cpd_site.home.counts import counts, sample_frame
from cpd_site.home.steps import next_step, steps
from strategy.queries.actions import summary
from strategy.queries.comments import mentions
from studies.access import StudyAccess
from studies.queries import latest_runs

DUE = {
    "overdue": "overdue",
    "week": "due within a week",
    "review": "with a review overdue",
    "long": "small, but running for over a month",
}


def _due(access: StudyAccess) -> list[tuple[int, str, str]]:
    """What somebody should look at this week: how many, in words, and where they are listed."""
    flags = summary(access.study, today=timezone.localdate()).flags
    at = reverse("strategy:actions", args=[access.study.slug])
    return [(flags[flag], words, f"{at}?flag={flag}") for flag, words in DUE.items() if flags[flag]]


def context(access: StudyAccess) -> dict[str, Any]:
    n, frame = counts(access.study), sample_frame(access.study)
    all_steps = steps(access, n, frame)
    return {
        "steps": all_steps,
        "done": sum(1 for step in all_steps if step.state == "done"),
        "next": next_step(all_steps),
        "frame": frame,
        "due": _due(access),
        "numbers": n,
        "is_new": not (frame.people or n["interviews"] or n["individual"] or access.study.question),
        "recent": access.study.history.all()[:8],
        "mentions": mentions(access),
        "runs": [run for run in latest_runs(access, 3) if not run.is_over],
    }
