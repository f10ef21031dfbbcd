"""Asking for the board paper, keeping what a run wrote, deleting it and bringing it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from jobs.models import Paper, Snapshot
from jobs.queries.papers import RUN_KIND, last_left
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.models import Run, Study
from studies.queue import digest, enqueue
from studies.roles import Verb

register_verbs(
    {
        "paper.made": "made the board paper",
        "paper.deleted": "deleted the board paper",
        "paper.restored": "brought back the board paper",
    }
)
TRASHED = timedelta(days=1)  # long enough for an undo: quotes shall not lie about
TODAY = "from the ranking of the day"


def ask_for_papers(access: StudyAccess, *, snapshot: Snapshot | None) -> Run:
    """Queues a run that makes all documents. One that no worker has begun is that run: it will read what is
    known by then; one under way may have read too early."""
    access.require(Verb.COMMENT)
    params = {"snapshot": snapshot.pk} if snapshot else {}
    begun = access.study.runs.filter(kind=RUN_KIND).aggregate(last=Max("started_at"))
    with transaction.atomic():
        return enqueue(access, RUN_KIND, params=params, input_digest=digest([params, begun["last"]]))


def keep_papers(
    access: StudyAccess, *, run: Run, snapshot: Snapshot | None, files: Mapping[Paper.Kind, bytes]
) -> list[Paper]:
    """The files first, then their rows at once. A second attempt writes over the files of the first."""
    papers = [
        Paper(study=access.study, kind=kind, snapshot=snapshot, run=run, by=access.user) for kind in files
    ]
    for paper, data in zip(papers, files.values(), strict=True):
        name = f"papers/{access.study.pk}/{run.pk}.{paper.kind}"
        default_storage.delete(name)
        paper.file.name = default_storage.save(name, ContentFile(data))
    with transaction.atomic():
        Paper.objects.bulk_create(papers)
        record(access, "paper.made", papers[0], label=label_of(snapshot))
        _empty_trash(access)
    return papers


class PapersRefused(Exception):
    """Why something is not possible, in words for the person who asked."""


def delete_papers(access: StudyAccess, *, paper: Paper) -> bool:
    """Deletes the document and the others of the same run. They can be brought back for a day.

    False where they cannot, because somebody who has withdrawn since may be quoted in them: then rows and
    files are gone for good.
    """
    access.require(Verb.COMMENT)
    with transaction.atomic():
        record(access, "paper.deleted", paper, label=label_of(paper.snapshot))
        _mates(access, paper).update(deleted_at=timezone.now())
        _empty_trash(access)
    return bool(_mates(access, paper).exists())


def restore_papers(access: StudyAccess, *, paper: Paper) -> None:
    """Raises PapersRefused where somebody withdrew meanwhile: then they are gone for good."""
    access.require(Verb.COMMENT)
    with transaction.atomic():
        _empty_trash(access)
        if back := _mates(access, paper).filter(deleted_at__isnull=False).update(deleted_at=None):
            record(access, "paper.restored", paper, label=label_of(paper.snapshot))
    if not back:
        raise PapersRefused("These documents are gone for good. Make the board paper again.")


def _mates(access: StudyAccess, paper: Paper) -> QuerySet[Paper]:
    """The document and all others of the same run, in the trash or not."""
    papers: QuerySet[Paper] = access.study.papers(manager="with_trash").all()
    return papers.filter(run=paper.run_id) if paper.run_id else papers.filter(pk=paper.pk)


def _empty_trash(access: StudyAccess) -> None:
    """For good: all that cannot come back."""
    trash = access.study.papers(manager="with_trash").filter(deleted_at__isnull=False)
    _erase(trash.exclude(pk__in=trash.filter(may_come_back(access.study)).values("pk")))


def may_come_back(study: Study) -> Q:
    """What has lain in the trash for less than a day and cannot quote anybody who left the study since."""
    fresh, left = Q(deleted_at__gte=timezone.now() - TRASHED), last_left(study)
    return fresh & ~_begun(left) if left else fresh


def forget_papers(study: Study, *, before: datetime) -> None:
    """For good, in the trash or not: all documents of runs that began before that moment."""
    _erase(study.papers(manager="with_trash").filter(_begun(before)))


def _begun(before: datetime) -> Q:
    return Q(run__created_at__lt=before) | Q(run=None, at__lt=before)


def _erase(papers: QuerySet[Paper]) -> None:
    names = [name for name in papers.values_list("file", flat=True) if name]
    papers.delete()
    transaction.on_commit(lambda: _forget(names))


def _forget(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)


def label_of(snapshot: Snapshot | None) -> str:
    return f"from “{snapshot}”" if snapshot else TODAY
