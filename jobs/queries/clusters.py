"""Reading groups of jobs: the board, one group, and what a run may still touch."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, Prefetch, Q, QuerySet, When, prefetch_related_objects
from django.db.models.functions import Coalesce

from jobs.models import ClusterMember, Job, JobCluster
from jobs.queries.doubt import doubt, in_percent, is_doubtful, to_decide
from jobs.queries.jobs import SPOKEN_AT_ONCE
from jobs.queries.said import Said, said_behind
from studies.models import HistoryEntry, Run, Study

RUN_KIND = "jobs.cluster"
GROUPS_A_PAGE = 18
MEMBERS_ON_A_CARD = 5
MEMBERS_A_PAGE = 60
LOOSE_SHOWN = 20
# What the numbers of a group mean in words. Cosine of the members to each other's centre, and the share of
# the method's views that agree; under the lower bound of either a group would not have been proposed.
SOLID, LOOSE = 0.4, 0.3
SURE, UNSURE = 0.8, 0.6
# Below half of the resamples a group counts as dissolved (Hennig 2007)
DISSOLVED = 0.5
HELD = "cluster__stability"
ORDERS = ("", "doubt")  # of the board: as the groups came, or those that need a person first


def undecided_jobs(study: Study) -> QuerySet[Job]:
    """Individual jobs that no person has put anywhere: the ones that a run may group."""
    by_people = Q(membership__decided=True) | Q(membership__cluster__decided=True)
    decided = Q(membership__proposed=False) & by_people
    return study.jobs.filter(scope=Job.Scope.INDIVIDUAL).exclude(decided).order_by("pk")


def interviews_of(cluster: JobCluster) -> int:
    """How many different interviews the members come from."""
    alive = cluster.members.filter(job__deleted_at=None, proposed=False)
    return alive.values("job__interview").exclude(job__interview=None).distinct().count()


def ungrouped_jobs(study: Study) -> QuerySet[Job]:
    jobs = study.jobs.filter(scope=Job.Scope.INDIVIDUAL, membership=None)
    return jobs.select_related("interview__participant").order_by("interview__participant__sort_key", "pk")


def latest_run(study: Study) -> Run | None:
    return study.runs.filter(kind=RUN_KIND).select_related("created_by").order_by("-pk").first()


def last_grouping(study: Study, latest: Run | None) -> Run | None:
    """The newest run that came to its end: one that was cancelled, failed or is at work changed nothing."""
    if latest is None or latest.state == Run.State.DONE:
        return latest
    return study.runs.filter(kind=RUN_KIND, state=Run.State.DONE).order_by("-pk").first()


def last_change(study: Study) -> HistoryEntry | None:
    """The newest entry about groups; its id tells a page whether it is still up to date."""
    return study.history.filter(verb__startswith="cluster.").order_by("-pk").first()


@dataclass
class Group:
    """A cluster as the board shows it. Jobs that a run would add to a decided group are `joining`, not yet
    counted."""

    cluster: JobCluster
    members: Sequence[ClusterMember] = ()  # those that are shown
    joining: Sequence[ClusterMember] = ()
    count: int = 0
    interviews: int = 0
    doubtful: int = 0
    margin: float | None = None  # mean of the members'
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

    @property
    def held(self) -> int | None:
        """In how many of the resamples the group was found again; None where nothing was drawn."""
        share, of = self.cluster.stability, self.cluster.resamples
        return round(share * of) if share is not None and of else None

    @property
    def is_hint(self) -> bool:
        return _is_hint(self.cluster)

    @property
    def dissolved(self) -> bool:
        """Found again in fewer than half of the resamples, or never looked for."""
        share = self.cluster.stability
        return share is None or share < DISSOLVED

    @property
    def voices(self) -> str:
        """On whom the group hangs, in words: without one of these interviews it would not be found."""
        people = sorted(
            (interview.participant for interview in self.cluster.stands_on.all()),
            key=lambda each: each.sort_key,
        )
        names = [person.pseudonym for person in people]
        if len(names) > 2:
            return f"falls when any one of {len(names)} interviews is left out"
        return {0: "", 1: "stands on one voice: {0}", 2: "falls without {0}, or without {1}"}[
            len(names)
        ].format(*names)


def _is_open(cluster: JobCluster) -> bool:
    """A run proposes it, and nobody has decided anything about it."""
    return cluster.state == JobCluster.State.PROPOSED and not cluster.decided


def _is_hint(cluster: JobCluster) -> bool:
    """Open, and the run found it again in fewer than half of its own resamples."""
    return _is_open(cluster) and cluster.stability is not None and cluster.stability < DISSOLVED


def _in_words(value: float | None, high: tuple[str, float], middle: tuple[str, float], low: str) -> str:
    if value is None:
        return ""
    return next((word for word, bound in (high, middle) if value >= bound), low)


class Spot(NamedTuple):
    """What the board needs of a member. A tuple, because thousands of model objects would take too long."""

    pk: int
    cluster_id: int
    interview_id: int | None
    level: str
    margin: float | None
    stability: float | None
    held: float | None
    decided: bool
    proposed: bool


@dataclass
class Board:
    groups: list[Group]
    page: Page[JobCluster]
    loose: list[Job]
    loose_count: int
    jobs: int
    order: str
    to_review: int  # members that a person should look at, on all pages

    @property
    def proposed(self) -> list[Group]:
        return [group for group in self.groups if group.cluster.state == JobCluster.State.PROPOSED]

    @property
    def accepted(self) -> list[Group]:
        return [group for group in self.groups if group.cluster.state == JobCluster.State.ACCEPTED]


def board(study: Study, *, page: int = 1, order: str = "") -> Board:
    """Proposals first, then what was accepted, page by page; the jobs without a group beside them.

    In the order "doubt" mere hints come first, then the groups with most to decide, then those that held
    together least.
    """
    found = Paginator(_in_order(study, order), GROUPS_A_PAGE).get_page(page)
    counts = study.jobs.filter(scope=Job.Scope.INDIVIDUAL).aggregate(
        jobs=Count("pk"), loose=Count("pk", Q(membership=None)), open=Count("pk", to_decide("membership"))
    )
    return Board(
        groups=groups_of(study, list(found), limit=MEMBERS_ON_A_CARD),
        page=found,
        loose=list(ungrouped_jobs(study)[:LOOSE_SHOWN]),
        loose_count=counts["loose"],
        jobs=counts["jobs"],
        order=order,
        to_review=counts["open"],
    )


def _in_order(study: Study, order: str) -> QuerySet[JobCluster]:
    clusters = study.jobclusters.select_related("general", "run").prefetch_related(_voices(study))
    if order != "doubt":
        return clusters.order_by("-state", "position", "pk")
    least_stable = F("stability").asc(nulls_last=True)
    hint = Q(state=JobCluster.State.PROPOSED, decided=False, stability__lt=DISSOLVED)
    clusters = clusters.annotate(open_members=Count("members", to_decide("members")))
    hints_first = Case(When(hint, then=0), default=1)
    return clusters.order_by(hints_first, "-open_members", least_stable, "position", "pk")


def _voices(study: Study) -> Prefetch[Any]:
    return Prefetch("stands_on", study.interviews.select_related("participant"))


def only_hints(clusters: Iterable[JobCluster]) -> bool:
    """There are proposals, and none of them was found again in half of the resamples."""
    proposals = [cluster for cluster in clusters if _is_open(cluster)]
    return bool(proposals) and all(map(_is_hint, proposals))


def groups_of(study: Study, clusters: Iterable[JobCluster], *, limit: int | None = None) -> list[Group]:
    """Two queries however many groups; each shows `limit` of its members, doubtful ones first."""
    groups = {cluster.pk: Group(cluster) for cluster in clusters}
    shown: dict[int, list[int]] = {}
    for pk, spots in _spots(study, groups).items():
        kept = _describe(groups[pk], spots)
        joining = [spot for spot in spots if spot.proposed]
        doubtful_first = sorted(kept, key=lambda spot: not is_doubtful(spot))
        shown[pk] = [spot.pk for spot in (*joining[:limit], *doubtful_first[:limit])]
    rows = _whole(study, itertools.chain.from_iterable(shown.values()))
    for pk, group in groups.items():
        found = [rows[member] for member in shown.get(pk, ()) if member in rows]
        group.joining = [member for member in found if member.proposed]
        group.members = [member for member in found if not member.proposed]
    return list(groups.values())


def _spots(study: Study, clusters: Iterable[int]) -> dict[int, list[Spot]]:
    """By group, the likest member first."""
    rows = study.clustermembers.filter(cluster__in=clusters, job__deleted_at=None)
    fields = ("pk", "cluster_id", "job__interview_id", "job__level", "margin", "stability", HELD)
    of: dict[int, list[Spot]] = defaultdict(list)
    for row in rows.order_by("-similarity", "pk").values_list(*fields, "decided", "proposed"):
        spot = Spot(*row)
        of[spot.cluster_id].append(spot)
    return of


def _describe(group: Group, spots: Sequence[Spot]) -> list[Spot]:
    """Counts the members, and returns them without those that a run only proposes."""
    kept = [spot for spot in spots if not spot.proposed]
    margins = [spot.margin for spot in kept if spot.margin is not None]
    group.count = len(kept)
    group.interviews = len({spot.interview_id for spot in kept} - {None})
    group.mixed = len({spot.level for spot in kept}) > 1
    group.doubtful = sum(is_doubtful(spot) for spot in kept)
    group.margin = sum(margins) / len(margins) if margins else None
    return kept


def _whole(study: Study, members: Iterable[int]) -> dict[int, ClusterMember]:
    rows = study.clustermembers.select_related("job__interview__participant", "cluster")
    found: dict[int, Any] = rows.annotate(held=F(HELD)).in_bulk(list(members))
    for member in found.values():
        member.doubt = doubt(member)
        # a change of the group made void what was measured of it, and its members were measured with it
        measured = member.similarity is not None and not member.proposed
        if measured and member.cluster.cohesion is None:
            member.since = "before the group was changed"
        if member.stability is not None:
            member.stays = in_percent(member.stability)
    return found


def one_group(study: Study, cluster: JobCluster, *, page: int = 1) -> Group:
    """One cluster with a page of its members and what the first of them said."""
    prefetch_related_objects([cluster], _voices(study))
    group = Group(cluster)
    spots = _spots(study, [cluster.pk])[cluster.pk]
    kept = _describe(group, spots)
    group.page = Paginator([spot.pk for spot in kept], MEMBERS_A_PAGE).get_page(page)
    joining = [spot.pk for spot in spots if spot.proposed][:MEMBERS_A_PAGE]
    rows = _whole(study, [*group.page, *joining])
    group.members = [rows[pk] for pk in group.page if pk in rows]
    group.joining = [rows[pk] for pk in joining if pk in rows]
    first = [*group.joining, *group.members][:SPOKEN_AT_ONCE]
    group.said = said_behind(study, [member.job_id for member in first])
    for member in [*group.joining, *group.members][SPOKEN_AT_ONCE:]:
        member.later = True  # type: ignore[attr-defined]
    return group


def wordings(cluster: JobCluster) -> list[Job]:
    """The members' statements, the one that stands for the group first."""
    kept = cluster.study.jobs.filter(membership__cluster=cluster, membership__proposed=False)
    nearest_first = kept.order_by(Coalesce("membership__similarity", 0.0).desc(), "pk")
    return list(nearest_first.only("study", "statement", "pattern", "level"))


def other_groups(study: Study, cluster: JobCluster | None = None) -> QuerySet[JobCluster]:
    groups = study.jobclusters.order_by("name")
    return groups.exclude(pk=cluster.pk) if cluster else groups
