"""The map of statements: where the last run put them, and which group each belongs to now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, NamedTuple

from django.db.models import Case, F, Q, When

from jobs.models import Job
from jobs.queries.doubt import is_doubtful
from jobs.vectors import hash_of
from studies.models import Run, Study

MAP_KIND = "jobs.map"
MOST_STATEMENTS = 1500  # on one map: every step of the drawing looks at all pairs
MOST_SHOWN = 600  # at once: more could be neither seen nor read
OF_GROUP = {
    "group_id": "cluster_id",
    "group_name": "cluster__name",
    "near": "margin",
    "stable": "stability",
    "group_held": "cluster__stability",
    "by_hand": "decided",
    "asked": "proposed",
}


class Statement(NamedTuple):
    """What the map needs of an individual job. A tuple, because thousands of model objects would take too
    long.

    The fields behind `group` say how the job is in its group.
    """

    pk: int
    text: str
    cluster_id: int | None
    group: str | None
    margin: float | None
    stability: float | None
    held: float | None
    decided: bool | None
    proposed: bool | None

    @property
    def key(self) -> str:
        """What its place is remembered by: the words, so that it survives being carried elsewhere."""
        return hash_of(self.text)[:16]


@dataclass(frozen=True)
class Spot:
    """A statement on the map; `group` empty: in none. `doubtful`: nearly as close to another group."""

    job_id: int
    statement: str
    x: float
    y: float
    group: str
    cluster_id: int | None
    doubtful: bool


@dataclass(frozen=True)
class Map:
    """`spots`: group by group, the largest first, then those in none. `missing` were written since.

    `kept`: the share of nearest neighbours that the plane keeps; None where it was not told.
    """

    spots: tuple[Spot, ...]
    statements: int
    missing: int
    kept: float | None


def latest_map_run(study: Study) -> Run | None:
    return study.runs.filter(kind=MAP_KIND).select_related("created_by").order_by("-pk").first()


def cluster_map(study: Study, *, groups: int | None = None) -> Map:
    """Two queries. `groups`: the largest ones only; what is in none is shown where no group is left out."""
    run = study.runs.filter(kind=MAP_KIND, state=Run.State.DONE).order_by("-pk").first()
    placed = _placed(run.result) if run else {}
    jobs = statements(study)
    spots = [_spot(said, *found) for said in jobs if (found := placed.get(said.key))]
    sizes = _sizes(spots)
    shown = {pk for pk, _ in sorted(sizes.items(), key=lambda each: (-each[1], each[0]))[:groups]}
    whole = groups is None or len(sizes) <= groups
    kept_spots = [spot for spot in spots if spot.cluster_id in shown or (whole and not spot.group)]
    kept_spots.sort(key=lambda spot: _order(spot, sizes))
    return Map(
        tuple(kept_spots[:MOST_SHOWN]),
        len(jobs),
        len(jobs) - len(spots),
        _share(run.result.get("kept")) if run else None,
    )


def statements(study: Study) -> list[Statement]:
    """Individual jobs with their groups, where those are not in the trash."""
    alive = Q(membership__cluster__deleted_at=None, membership__cluster__isnull=False)
    own = {name: Case(When(alive, then=F(f"membership__{path}"))) for name, path in OF_GROUP.items()}
    jobs = study.jobs.filter(scope=Job.Scope.INDIVIDUAL).annotate(**own).order_by("pk")
    return [Statement(*row) for row in jobs.values_list("pk", "statement", *own)]


def _placed(result: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Key -> place. The result of a run may have come with an archive: what is no place is left out."""
    points = result.get("points")
    if not isinstance(points, dict):
        return {}
    return {key: (spot[0], spot[1]) for key, spot in points.items() if _is_place(spot)}


def _is_place(spot: Any) -> bool:
    return (
        isinstance(spot, list)
        and len(spot) == 2
        and all(isinstance(each, int | float) and isfinite(each) and abs(each) <= 1 for each in spot)
    )


def _share(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else None


def _spot(said: Statement, x: float, y: float) -> Spot:
    doubtful = said.cluster_id is not None and is_doubtful(said)
    return Spot(said.pk, said.text, x, y, said.group or "", said.cluster_id, doubtful)


def _sizes(spots: list[Spot]) -> dict[int, int]:
    sizes: dict[int, int] = {}
    for spot in spots:
        if spot.cluster_id is not None:
            sizes[spot.cluster_id] = sizes.get(spot.cluster_id, 0) + 1
    return sizes


def _order(spot: Spot, sizes: Mapping[int, int]) -> tuple[bool, int, int, bool, int]:
    """The largest group first, those in none last; what is sure before what is doubtful."""
    group = spot.cluster_id or 0
    return group == 0, -sizes.get(group, 0), group, spot.doubtful, spot.job_id
