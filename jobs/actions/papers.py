"""Asking for the board paper, keeping what a run wrote, and deleting it."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from jobs.models import Paper, Snapshot
from jobs.queries.papers import RUN_KIND, change_mark
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.models import Run
from studies.roles import Verb
from studies.runs import digest, enqueue

register_verbs({"paper.made": "made the board paper", "paper.deleted": "deleted the board paper"})
TODAY = "from the ranking of the day"


def ask_for_papers(access: StudyAccess, *, snapshot: Snapshot | None) -> Run:
    """Queues the making of all documents. Where nothing has changed since, it is the run that made them."""
    access.require(Verb.COMMENT)
    day = timezone.localdate().isoformat()
    mark = digest([snapshot and snapshot.pk, day, change_mark(access.study)])
    made = access.study.runs.filter(kind=RUN_KIND, input_digest=mark, papers__isnull=False).first()
    if made:
        return made
    params = {"snapshot": snapshot.pk} if snapshot else {}
    with transaction.atomic():
        return enqueue(access, RUN_KIND, params=params, input_digest=mark)


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
    return papers


def delete_papers(access: StudyAccess, *, paper: Paper) -> None:
    """This document and the others of the same run, files included: quotes in them are gone for good."""
    access.require(Verb.COMMENT)
    mates = (
        access.study.papers.filter(run=paper.run_id)
        if paper.run_id
        else access.study.papers.filter(pk=paper.pk)
    )
    names = [str(mate.file.name) for mate in mates if mate.file]
    with transaction.atomic():
        record(access, "paper.deleted", paper, label=label_of(paper.snapshot))
        mates.delete()
        transaction.on_commit(lambda: _forget(names))


def _forget(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)


def label_of(snapshot: Snapshot | None) -> str:
    return f"from “{snapshot}”" if snapshot else TODAY
