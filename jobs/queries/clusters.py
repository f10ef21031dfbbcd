"""Reading groups of jobs: the board, one group, and what a run may still touch."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from jobs.models import ClusterMember, Job, JobCluster
from jobs.queries.jobs import SPOKEN_AT_ONCE, Said, said_behind
from studies.models import HistoryEntry, Run, Study

RUN_KIND = "jobs.cluster"
GROUPS_A_PAGE = 12
MEMBERS_ON_A_CARD = 5
MEMBERS_A_PAGE = 120
LOOSE_SHOWN = 20
# What the numbers of a group mean in words. Cosine of the members to each other's centre, and the share of
# the method's views that agree; under the lower bound of either a group would not have been proposed.
SOLID, LOOSE = 0.4, 0.3
SURE, UNSURE = 0.8, 0.6
DOUBTFUL_MARGIN = 0.05


def undecided_jobs(study: Study) -> QuerySet[Job]:
    """Individual jobs that no person has put anywhere: the ones that a run may group."""
    decided = Q(membership__decided=True) | Q(membership__cluster__decided=True)
    return study.jobs.filter(scope=Job.Scope.INDIVIDUAL).exclude(decided).order_by("pk")


def interviews_of(cluster: JobCluster) -> int:
    """How many different interviews the members come from."""
    alive = cluster.members.filter(job__deleted_at=None)
    return alive.values("job__interview").exclude(job__interview=None).distinct().count()


def ungrouped_jobs(study: Study) -> QuerySet[Job]:
    jobs = study.jobs.filter(scope=Job.Scope.INDIVIDUAL, membership=None)
    return jobs.select_related("interview__participant").order_by("interview__participant__pseudonym", "pk")


def latest_run(study: Study) -> Run | None:
    return study.runs.filter(kind=RUN_KIND).select_related("created_by").order_by("-pk").first()


def last_change(study: Study) -> HistoryEntry | None:
    """The newest entry about groups; its id tells a page whether it is still up to date."""
    return study.history.filter(verb__startswith="cluster.").order_by("-pk").first()


@dataclass
class Group:
    """A cluster as the board shows it."""

    cluster: JobCluster
    members: Sequence[ClusterMember] = ()  # those that are shown
    count: int = 0
    interviews: int = 0
    doubtful: int = 0
    said: dict[int, list[Said]] = field(default_factory=dict)
    mixed: bool = False  # members of several levels, which the method advises against
    page: Page[int] | None = None  # of member ids, where not all are shown

    @property
    def hidden(self) -> int:
        return self.count - len(self.members)

    @property
    def holds(self) -> str:
        return _in_words(self.cluster.cohesion, ("solid", SOLID), ("check", LOOSE), "loose")

    @property
    def views(self) -> str:
        return _in_words(self.cluster.agreement, ("sure", SURE), ("mostly sure", UNSURE), "unsure")


def _in_words(value: float | None, high: tuple[str, float], middle: tuple[str, float], low: str) -> str:
    if value is None:
        return ""
    return next((word for word, bound in (high, middle) if value >= bound), low)


class Spot(NamedTuple):
    """A member as far as its group is described by it: thousands of rows would be too many objects."""

    pk: int
    cluster_id: int
    interview_id: int | None
    level: str
    margin: float | None
    decided: bool


def is_doubtful(member: Spot | ClusterMember) -> bool:
    """Nearly as close to another group, and nobody has decided."""
    return member.margin is not None and member.margin < DOUBTFUL_MARGIN and not member.decided


@dataclass
class Board:
    proposed: list[Group]
    accepted: list[Group]
    page: Page[JobCluster]
    loose: list[Job]
    loose_count: int
    jobs: int


def board(study: Study, *, page: int = 1) -> Board:
    """Proposals first, then what was accepted, page by page; the jobs without a group beside them."""
    clusters = study.jobclusters.select_related("general", "run").order_by("-state", "position", "pk")
    found = Paginator(clusters, GROUPS_A_PAGE).get_page(page)
    groups = groups_of(study, list(found), limit=MEMBERS_ON_A_CARD)
    loose = ungrouped_jobs(study)
    counts = study.jobs.filter(scope=Job.Scope.INDIVIDUAL).aggregate(
        jobs=Count("pk"), loose=Count("pk", Q(membership=None))
    )
    return Board(
        proposed=[group for group in groups if group.cluster.state == JobCluster.State.PROPOSED],
        accepted=[group for group in groups if group.cluster.state == JobCluster.State.ACCEPTED],
        page=found,
        loose=list(loose[:LOOSE_SHOWN]),
        loose_count=counts["loose"],
        jobs=counts["jobs"],
    )


def groups_of(study: Study, clusters: Iterable[JobCluster], *, limit: int | None = None) -> list[Group]:
    """Two queries however many groups; each shows `limit` of its members, doubtful ones first."""
    groups = {cluster.pk: Group(cluster) for cluster in clusters}
    shown: dict[int, list[int]] = {}
    for pk, spots in _spots(study, groups).items():
        _describe(groups[pk], spots)
        shown[pk] = [spot.pk for spot in sorted(spots, key=lambda spot: not is_doubtful(spot))[:limit]]
    rows = _whole(study, itertools.chain.from_iterable(shown.values()))
    for pk, group in groups.items():
        group.members = [rows[member] for member in shown.get(pk, ()) if member in rows]
    return list(groups.values())


def _spots(study: Study, clusters: Iterable[int]) -> dict[int, list[Spot]]:
    """By group, the likest member first."""
    rows = study.clustermembers.filter(cluster__in=clusters, job__deleted_at=None)
    fields = ("pk", "cluster_id", "job__interview_id", "job__level", "margin", "decided")
    of: dict[int, list[Spot]] = defaultdict(list)
    for row in rows.order_by("-similarity", "pk").values_list(*fields):
        spot = Spot(*row)
        of[spot.cluster_id].append(spot)
    return of


def _describe(group: Group, spots: Sequence[Spot]) -> None:
    group.count = len(spots)
    group.interviews = len({spot.interview_id for spot in spots} - {None})
    group.mixed = len({spot.level for spot in spots}) > 1
    group.doubtful = sum(is_doubtful(spot) for spot in spots)


def _whole(study: Study, members: Iterable[int]) -> dict[int, ClusterMember]:
    found = study.clustermembers.select_related("job__interview__participant").in_bulk(list(members))
    for member in found.values():
        member.doubtful = is_doubtful(member)  # type: ignore[attr-defined]
    return found


def one_group(study: Study, cluster: JobCluster, *, page: int = 1) -> Group:
    """One cluster with a page of its members and what the first of them said."""
    group = Group(cluster)
    spots = _spots(study, [cluster.pk])[cluster.pk]
    _describe(group, spots)
    group.page = Paginator([spot.pk for spot in spots], MEMBERS_A_PAGE).get_page(page)
    rows = _whole(study, group.page)
    group.members = [rows[pk] for pk in group.page if pk in rows]
    group.said = said_behind(study, [member.job_id for member in group.members[:SPOKEN_AT_ONCE]])
    for member in group.members[SPOKEN_AT_ONCE:]:
        member.later = True  # type: ignore[attr-defined]
    return group


def other_groups(study: Study, cluster: JobCluster | None = None) -> QuerySet[JobCluster]:
    groups = study.jobclusters.order_by("name")
    return groups.exclude(pk=cluster.pk) if cluster else groups
