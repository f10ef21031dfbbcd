"""The job map: a tree with one parent each, read upward as "in order to" and downward as "by"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator

from interviews.models import Interview
from jobs.models import Job, Level
from jobs.queries.jobs import JobRow, with_counts
from studies.models import Study

ROOTS_A_PAGE = 60


@dataclass(frozen=True)
class Place:
    """Where a job stands among its siblings; `depth` 1 is the top."""

    pk: int
    parent: int | None
    depth: int
    position: int
    siblings: int
    children: int


@dataclass
class Branch:
    """One line of the map."""

    place: Place
    row: JobRow
    also: list[Job] = field(default_factory=list)

    @property
    def job(self) -> Job:
        return self.row.job


@dataclass
class JobMap:
    """A page of the tree in reading order: each job is followed by those that serve it."""

    branches: list[Branch]
    page: Page[int]
    count: int


def parents(study: Study) -> dict[int, int | None]:
    return dict(study.jobs.values_list("pk", "parent_id"))


def ancestors(study: Study, job: Job) -> list[Job]:
    """`job` itself and everything that it serves, nearest first."""
    above = parents(study)
    line: list[int] = []
    current: int | None = job.pk
    while current is not None and current not in line:
        line.append(current)
        current = above.get(current)
    found = study.jobs.in_bulk(line)
    return [found[pk] for pk in line if pk in found]


def _children(study: Study) -> dict[int | None, list[int]]:
    below = defaultdict(list)
    for child, parent in parents(study).items():
        below[parent].append(child)
    return below


def depth_below(study: Study, job: Job) -> int:
    """Levels under a job: 0 for a leaf."""
    below = _children(study)
    depth, layer = 0, below[job.pk]
    while layer:
        depth, layer = depth + 1, [grandchild for child in layer for grandchild in below[child]]
    return depth


def job_map(study: Study, *, scope: str, interview: Interview | None = None, page: int = 1) -> JobMap:
    """The tree of one scope, highest altitude first; ROOTS_A_PAGE tops a page, six queries."""
    jobs = study.jobs.filter(scope=scope)
    if interview:
        jobs = jobs.filter(interview=interview)
    skeleton: list[tuple[int, int | None, str]] = list(
        jobs.order_by("position", "pk").values_list("pk", "parent_id", "level")
    )
    known = {pk for pk, _, _ in skeleton}
    below: dict[int | None, list[int]] = defaultdict(list)
    for pk, parent, _ in sorted(
        skeleton, key=lambda line: Level(line[2]).altitude if line[1] not in known else 0
    ):
        below[parent if parent in known else None].append(pk)
    tops = Paginator(below[None], ROOTS_A_PAGE).get_page(page)
    places = list(_walk(below, tops))
    return JobMap(_branches(study, places), tops, len(skeleton))


def _walk(below: dict[int | None, list[int]], tops: Page[int]) -> Iterator[Place]:
    """Depth first, without recursion: a tree that a fault made too deep must not end in an error."""
    stack: list[tuple[int, int | None, int]] = [(pk, None, 1) for pk in reversed(list(tops))]
    seen = set()
    while stack:
        pk, parent, depth = stack.pop()
        if pk in seen:
            continue
        seen.add(pk)
        siblings, children = below[parent], below.get(pk, [])
        yield Place(pk, parent, depth, siblings.index(pk) + 1, len(siblings), len(children))
        stack += [(child, pk, depth + 1) for child in reversed(children)]


def _branches(study: Study, places: list[Place]) -> list[Branch]:
    jobs = (
        study.jobs.filter(pk__in=[place.pk for place in places])
        .select_related("interview__participant")
        .prefetch_related("also_serves")
    )
    rows = {row.job.pk: row for row in with_counts(study, jobs)}
    return [
        Branch(place, rows[place.pk], list(rows[place.pk].job.also_serves.all()))
        for place in places
        if place.pk in rows
    ]


@dataclass
class Reading:
    """One job on the map, read both ways; and where else it could go."""

    job: Job
    above: list[Job]
    below: list[Job]
    also: list[Job]
    also_served_by: list[Job]
    candidates: list[Job]


def reading(study: Study, job: Job) -> Reading:
    above = ancestors(study, job)[1:]
    return Reading(
        job=job,
        above=above,
        below=list(job.children.order_by("position", "pk")),
        also=list(job.also_serves.all()),
        also_served_by=list(job.also_served_by.all()),
        candidates=possible_parents(study, job),
    )


def possible_parents(study: Study, job: Job) -> list[Job]:
    """Jobs of the same map (an individual job: of the same interview) that are as high or higher, and not
    below `job` itself."""
    high = [level for level in Level.values if Level(level).altitude <= Level(job.level).altitude]
    jobs = study.jobs.filter(scope=job.scope, level__in=high).exclude(pk=job.pk)
    if job.scope == Job.Scope.INDIVIDUAL:
        jobs = jobs.filter(interview=job.interview)
    under = _subtree(study, job)
    found = [other for other in jobs if other.pk not in under]
    return sorted(found, key=lambda other: (Level(other.level).altitude, other.statement.casefold()))


def _subtree(study: Study, job: Job) -> set[int]:
    below = _children(study)
    found, layer = {job.pk}, below[job.pk]
    while layer:
        found |= set(layer)
        layer = [child for pk in layer for child in below[pk] if child not in found]
    return found
