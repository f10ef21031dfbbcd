"""The job map: a tree with one parent each, read upward as "in order to" and downward as "by"."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from jobs.models import Job, Level
from studies.models import Study


@dataclass
class Node:
    """One job on the map with those that serve it."""

    job: Job
    children: list[Node] = field(default_factory=list)
    also: list[Job] = field(default_factory=list)


def parents(study: Study) -> dict[int, int | None]:
    return dict(study.jobs.values_list("pk", "parent_id"))


def ancestors(study: Study, job: Job) -> list[Job]:
    """`job` itself and everything that it serves, nearest first."""
    above = parents(study)
    line, current = [], job.pk
    while current is not None and current not in line:
        line.append(current)
        current = above.get(current)
    found = study.jobs.in_bulk(line)
    return [found[pk] for pk in line if pk in found]


def depth_below(study: Study, job: Job) -> int:
    """Levels under a job: 0 for a leaf."""
    below = defaultdict(list)
    for child, parent in parents(study).items():
        below[parent].append(child)
    depth, layer = 0, below[job.pk]
    while layer:
        depth, layer = depth + 1, [grandchild for child in layer for grandchild in below[child]]
    return depth


def job_map(study: Study, *, scope: str) -> list[Node]:
    """The roots with everything below them, highest altitude first; three queries however many jobs."""
    jobs = study.jobs.filter(scope=scope).select_related("interview__participant")
    nodes = {job.pk: Node(job) for job in jobs.prefetch_related("also_serves")}
    roots = []
    for node in nodes.values():
        node.also = list(node.job.also_serves.all())
        parent = nodes.get(node.job.parent_id)
        (parent.children if parent else roots).append(node)
    return sorted(roots, key=lambda node: (Level(node.job.level).altitude, node.job.position))
