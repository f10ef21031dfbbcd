"""Drawing the map of statements is asked for by a person, or follows a grouping."""

from __future__ import annotations

from django.db import transaction

from jobs.actions.group_changes import ClusterRefused
from jobs.queries.cluster_map import MAP_KIND, statements
from studies.access import StudyAccess
from studies.models import Run
from studies.queue import digest, enqueue
from studies.roles import Verb

MIN_STATEMENTS = 3


def start_map(access: StudyAccess) -> Run:
    """Queues the drawing. Raises ClusterRefused where there is too little to draw."""
    access.require(Verb.CODE)
    found = [(said.text, said.cluster_id) for said in statements(access.study)]
    if len(found) < MIN_STATEMENTS:
        raise ClusterRefused(f"A map needs {MIN_STATEMENTS} individual jobs. Write more of them first.")
    with transaction.atomic():
        return enqueue(access, MAP_KIND, params={}, input_digest=digest(found))
