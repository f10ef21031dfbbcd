"""How strong the forces were in each interview, as its researcher rated them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Avg

from interviews import kinds
from studies.models import Study

if TYPE_CHECKING:
    from jobs.scoring import Felt


def force_elements(study: Study) -> Any:
    """A hypothetical statement (grade D) counts for nothing."""
    return study.elements.filter(kind__in=kinds.FORCES, grade__in=kinds.SCORING_GRADES)


def felt_in(study: Study) -> dict[int, Felt]:
    """Interview -> its forces, each with the mean of what was rated there; without the interviews in which no
    force was rated. One query."""
    found: dict[int, dict[str, float | None]] = defaultdict(dict)
    means = force_elements(study).order_by().values_list("interview", "kind").annotate(mean=Avg("intensity"))
    for interview, kind, mean in means:
        found[interview][kind] = mean
    return {pk: felt for pk, felt in found.items() if any(mean is not None for mean in felt.values())}
