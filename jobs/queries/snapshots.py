"""Approved rankings, and today's beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from jobs.models import Priority, Snapshot
from jobs.since import Since, since
from jobs.standing import Standing, flat
from studies.models import Study


def snapshots_of(study: Study) -> QuerySet[Snapshot]:
    """Newest first."""
    return study.snapshots.select_related("by")


def latest_snapshot(study: Study) -> Snapshot | None:
    return snapshots_of(study).first()


def frozen(snapshot: Snapshot) -> list[Standing]:
    """As approved, in rank order; one query. `job` is None for one that was deleted since."""
    rows = snapshot.rows.values_list("job", "statement", "rank", "numbers")
    return [Standing(*row) for row in rows]


def current(study: Study, ranking: Priority) -> list[Standing]:
    """The ranking of today in the same shape; one query."""
    wanted = [row["job"] for row in ranking.rows]
    statements = dict(study.jobs.filter(pk__in=wanted).values_list("pk", "statement"))
    return [
        Standing(row["job"], statements[row["job"]], row["rank"], flat(row))
        for row in ranking.rows
        if row["job"] in statements
    ]


def changes_since(snapshot: Snapshot, ranking: Priority, now: Sequence[Standing], n: int) -> Since:
    """What `now`, the ranking's standings from `n` interviews, says differently from what was approved."""
    weights = (snapshot.weights, ranking.weights)
    return since(frozen(snapshot), now, weights=weights, interviews=(snapshot.interviews, n))


@dataclass(frozen=True)
class Approved:
    """The latest approval, and what the ranking of today says differently."""

    snapshot: Snapshot
    since: Since


def since_approval(
    study: Study, ranking: Priority, n: int, *, latest: Snapshot | None = None
) -> Approved | None:
    """None before the first approval. One query without, three with one; two where `latest` is known."""
    snapshot = latest or latest_snapshot(study)
    if snapshot is None:
        return None
    return Approved(snapshot, changes_since(snapshot, ranking, current(study, ranking), n))
