"""Reading verbatims: sources, their groups, one group, and what of them speaks for or against a job."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, F, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from jobs.languages import says_something
from jobs.models import Evidence, Job, Verbatim, VerbatimGroup, VerbatimLink, VerbatimSource
from jobs.verbatim_rows import digest_of_column
from studies.models import Study

EXAMPLES = 3  # of each group in a list
MOST_SEGMENTS = 60  # that can be chosen from
MOST_JOBS = 8  # that a search for a job shows
SILENT = "of them saying nothing"  # in the result of a grouping: texts without a group, such as “n/a”


def undecided(source: VerbatimSource) -> QuerySet[Verbatim]:
    """Verbatims in no group on which a person decided."""
    return source.verbatims.filter(Q(group=None) | Q(group__decided=False))


def columns_here(study: Study, file: str, columns: Iterable[str]) -> dict[str, VerbatimSource]:
    """Which columns of the file with this digest are sources already."""
    digests = {digest_of_column(file, name): name for name in columns}
    return {digests[each.digest]: each for each in study.verbatimsources.filter(digest__in=digests)}


@dataclass(frozen=True)
class SourceRow:
    source: VerbatimSource
    groups: int
    grouped: int  # different texts that are in a group
    linked: int  # groups that speak for or against a job


def sources(study: Study) -> list[SourceRow]:
    """Three queries however many sources there are."""
    found = list(study.verbatimsources.select_related("run", "imported_by"))
    groups = study.verbatimgroups.filter(source__in=found).order_by().values_list("source")
    sizes = {pk: (n, texts) for pk, n, texts in groups.annotate(n=Count("pk"), t=Sum("texts"))}
    linked = dict(
        study.verbatimgroups.filter(source__in=found, links__job__deleted_at=None)
        .exclude(links=None)
        .order_by()
        .values_list("source")
        .annotate(n=Count("pk", distinct=True))
    )
    return [
        SourceRow(source, *sizes.get(source.pk, (0, 0)), linked=linked.get(source.pk, 0)) for source in found
    ]


@dataclass
class GroupRow:
    group: VerbatimGroup
    examples: list[Verbatim] = field(default_factory=list)
    links: list[VerbatimLink] = field(default_factory=list)


def groups_of(source: VerbatimSource) -> QuerySet[VerbatimGroup]:
    """Largest first; of one text each, what was written most often."""
    return source.groups.order_by("-texts", "-times", "pk")


def with_examples(study: Study, groups: Iterable[VerbatimGroup]) -> list[GroupRow]:
    """Three queries however many groups there are."""
    rows = {group.pk: GroupRow(group) for group in groups}
    ranked = study.verbatims.filter(group__in=rows).annotate(
        place=Window(RowNumber(), partition_by="group", order_by=[F("similarity").desc(), F("pk").asc()])
    )
    shown = ranked.filter(place__lte=EXAMPLES).values_list("pk", flat=True)
    for verbatim in study.verbatims.filter(pk__in=list(shown)).order_by("-similarity", "pk"):
        rows[verbatim.group_id or 0].examples.append(verbatim)
    for link in _links(study).filter(group__in=rows):
        rows[link.group_id].links.append(link)
    return list(rows.values())


def filtered(verbatims: QuerySet[Verbatim], *, segment: str = "", word: str = "") -> QuerySet[Verbatim]:
    if segment:
        verbatims = verbatims.filter(segment=segment)
    if word:
        verbatims = verbatims.filter(text__icontains=word)
    return verbatims


def segments_of(verbatims: QuerySet[Verbatim]) -> list[tuple[str, int]]:
    """Segments and how many of these texts each has, the largest first."""
    counted = verbatims.exclude(segment="").order_by().values_list("segment").annotate(n=Count("pk"))
    return list(counted.order_by("-n", "segment")[:MOST_SEGMENTS])


def outside(source: VerbatimSource) -> QuerySet[Verbatim]:
    """Texts in no group, what was written most often first."""
    return source.verbatims.filter(group=None).order_by("-times", "row")


def told(verbatims: QuerySet[Verbatim], *, silent: bool) -> list[int]:
    """Ids of those that say nothing, such as “n/a”, or of the others: a database cannot tell them apart."""
    rows = verbatims.values_list("pk", "text").iterator(chunk_size=20_000)
    return [pk for pk, text in rows if says_something(text) != silent]


def has_jobs(study: Study) -> bool:
    """Whether there is a generalised job that a group could be linked to."""
    return study.jobs.filter(scope=Job.Scope.GENERALISED).exists()


def jobs_like(study: Study, words: str) -> list[Job]:
    """Generalised jobs whose statement holds every word."""
    jobs = study.jobs.filter(scope=Job.Scope.GENERALISED)
    for word in words.split()[:10]:
        jobs = jobs.filter(statement__icontains=word)
    return list(jobs.order_by("statement", "pk")[:MOST_JOBS])


# --- beside the interviews ---------------------------------------------------------------------------
def _links(study: Study) -> QuerySet[VerbatimLink]:
    alive = {"group__deleted_at": None, "group__source__deleted_at": None, "job__deleted_at": None}
    found = study.verbatimlinks.filter(**alive).select_related("group__source", "job")
    return found.order_by("-polarity", "-group__texts", "pk")


def links_of_group(group: VerbatimGroup) -> list[VerbatimLink]:
    return list(_links(group.study).filter(group=group))


@dataclass(frozen=True)
class Beside:
    """What verbatims of one source say to a job: counted among the texts of that source, and never among
    interviews."""

    source: VerbatimSource
    links: list[VerbatimLink]

    @property
    def supporting(self) -> int:
        return self._texts(Evidence.Polarity.SUPPORTS)

    @property
    def contradicting(self) -> int:
        return self._texts(Evidence.Polarity.CONTRADICTS)

    def _texts(self, polarity: str) -> int:
        """A verbatim is in one group only, so groups add up."""
        return sum(link.group.texts for link in self.links if link.polarity == polarity)


def beside(study: Study, job: Job) -> list[Beside]:
    """One query."""
    found: dict[VerbatimSource, list[VerbatimLink]] = defaultdict(list)
    for link in _links(study).filter(job=job):
        found[link.group.source].append(link)
    return [Beside(source, links) for source, links in sorted(found.items(), key=lambda each: each[0].pk)]
