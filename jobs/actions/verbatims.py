"""Verbatims: a file becomes a source, a run groups it, people name groups and link them to jobs.

Verbatims are evidence apart: nothing here touches interviews, their number or the ranking.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Count, Sum
from django.utils import timezone

from jobs.models import Job, Verbatim, VerbatimGroup, VerbatimLink, VerbatimSource
from jobs.queries.verbatims import undecided
from jobs.verbatim_rows import Refused, Said, digest_of_column
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.models import HistoryEntry, Run
from studies.queue import digest, enqueue
from studies.roles import Verb
from studies.spreadsheet import csv_lines
from studies.tables.dates import in_doubt

register_verbs(
    {
        "verbatims.uploaded": "uploaded verbatims as",
        "verbatims.imported": "imported the verbatims of",
        "verbatims.grouped": "grouped the verbatims of",
        "verbatims.deleted": "deleted the verbatims of",
        "verbatims.restored": "brought back the verbatims of",
        "verbatim_group.renamed": "renamed the group of verbatims",
        "verbatim_group.linked": "linked verbatims to the job",
        "verbatim_group.unlinked": "took verbatims away from the job",
    }
)
IMPORT, GROUP = "jobs.verbatims_import", "jobs.verbatims_group"
ERRORS_SHOWN = 100
AT_ONCE = 2_000  # rows in one insert
READY, IMPORTING, UPLOADED = (
    VerbatimSource.State.READY,
    VerbatimSource.State.IMPORTING,
    VerbatimSource.State.UPLOADED,
)


class VerbatimsRefused(Exception):
    """Why something is not possible, in words for the person who asked; `twin` is the source in the way."""

    def __init__(self, reason: str, twin: VerbatimSource | None = None) -> None:
        super().__init__(reason)
        self.twin = twin


# --- a source ----------------------------------------------------------------------------------------
def upload_source(
    access: StudyAccess, *, file: Any, name: str, kind: str, mapping: Mapping[str, str]
) -> VerbatimSource:
    """Stores the uploaded file; its rows come with `import_source`. `mapping` is a first guess.

    Raises VerbatimsRefused where this file is waiting for its columns already.
    """
    access.require(Verb.CODE)
    checksum = checksum_of(file)
    _refuse_twin(access, checksum)
    source = VerbatimSource(study=access.study, name=name.strip()[:120], kind=kind, digest=checksum)
    source.filename, source.mapping = str(file.name)[:200], dict(mapping)
    source.imported_by = access.user
    source.full_clean(exclude=["file"], validate_constraints=False)
    file.seek(0)
    source.file.save("upload", file, save=False)
    try:
        with transaction.atomic():
            source.save()
            record(access, "verbatims.uploaded", source)
    except IntegrityError:  # another window was faster by a moment
        source.file.delete(save=False)
        _refuse_twin(access, checksum)
        raise
    return source


def checksum_of(file: Any) -> str:
    found = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        found.update(chunk)
    return found.hexdigest()


def _refuse_twin(access: StudyAccess, checksum: str) -> None:
    if twin := access.study.verbatimsources.filter(digest=checksum).first():
        raise is_here(twin)


def is_here(twin: VerbatimSource) -> VerbatimsRefused:
    return VerbatimsRefused(f"This file is here already, as “{twin}”. Nothing was stored twice.", twin)


def import_source(access: StudyAccess, *, source: VerbatimSource, mapping: Mapping[str, str]) -> Run:
    """Queues the import, which asks before it leaves anything out unless `mapping` holds a person's word in
    `faulty`. Raises VerbatimsRefused for a source that has its rows."""
    access.require(Verb.CODE)
    if source.state == READY:
        raise VerbatimsRefused("These verbatims are imported already.")
    with transaction.atomic():
        run = enqueue(
            access,
            IMPORT,
            params={"source": source.pk},
            input_digest=digest([source.pk, source.digest, mapping]),
        )
        source.mapping, source.state, source.run, source.errors = dict(mapping), IMPORTING, run, []
        source.save(update_fields=["mapping", "state", "run", "errors"])
    return run


def forget_rows(source: VerbatimSource, *, state: str) -> None:
    """Takes out whatever an import has written so far, a batch at a time."""
    VerbatimSource.with_trash.filter(pk=source.pk).update(state=state)
    while some := list(source.verbatims.values_list("pk", flat=True)[:AT_ONCE]):
        Verbatim.objects.filter(pk__in=some).delete()


def add_rows(source: VerbatimSource, rows: Iterable[tuple[Said, int]]) -> None:
    """New texts with how often the file has each."""
    Verbatim.objects.bulk_create(
        [
            Verbatim(
                study_id=source.study_id,
                source=source,
                row=said.row,
                text=said.text,
                text_hash=said.key,
                times=times,
                segment=said.segment,
                said_on=said.said_on,
            )
            for said, times in rows
        ]
    )


def ask_about(source: VerbatimSource, *, counts: Mapping[str, int], refused: Sequence[Refused]) -> None:
    """Nothing is imported: a person sees which rows cannot be read, and decides."""
    told = _tell(source, counts, refused)
    source.state = UPLOADED
    source.save(update_fields=["state", *told])


def finish_import(
    access: StudyAccess, *, source: VerbatimSource, counts: Mapping[str, int], refused: Sequence[Refused]
) -> None:
    """From here on the rows are seen. The upload goes, the list of rows that could not be read stays."""
    upload = source.file.name
    told = _tell(source, counts, refused)
    source.state, source.file = READY, ""
    source.digest = digest_of_column(source.digest, source.mapping["text"])
    with transaction.atomic():
        source.save(update_fields=["state", "file", "digest", *told])
        record(access, "verbatims.imported", source, counts=dict(counts))
    if upload:
        source.file.storage.delete(upload)


def _tell(source: VerbatimSource, counts: Mapping[str, int], refused: Sequence[Refused]) -> list[str]:
    """What the file holds, and every row that cannot be read in full; returns the changed fields."""
    undated = sum(each.undated is not None for each in refused)
    doubted = next((each.value for each in refused if in_doubt(each.value)), "")
    source.mapping = source.mapping | {"undated": str(undated), "doubted": doubted}
    for name, number in counts.items():
        setattr(source, name, number)
    source.errors = [str(each) for each in refused[:ERRORS_SHOWN]]
    source.refusals.delete(save=False)
    if refused:
        rows = ((each.row, each.column, each.value, each.reason) for each in refused)
        lines = csv_lines(("row", "column", "value", "reason"), rows)
        source.refusals.save("refused.csv", ContentFile("".join(lines).encode()), save=False)
    return ["mapping", "errors", "refusals", *counts]


def trash_source(access: StudyAccess, *, source: VerbatimSource) -> None:
    """Its groups and what they are linked to go with it, and come back with it."""
    access.require(Verb.CODE)
    with transaction.atomic():
        source.deleted_at = timezone.now()
        source.save(update_fields=["deleted_at"])
        record(access, "verbatims.deleted", source)


def restore_source(access: StudyAccess, *, source: VerbatimSource) -> None:
    """Raises VerbatimsRefused where the same file was uploaded meanwhile."""
    access.require(Verb.CODE)
    if source.deleted_at is None:
        return
    _refuse_twin(access, source.digest)
    with transaction.atomic():
        source.deleted_at = None
        source.save(update_fields=["deleted_at"])
        record(access, "verbatims.restored", source)


# --- groups ------------------------------------------------------------------------------------------
def start_grouping(access: StudyAccess, *, source: VerbatimSource) -> Run:
    """Queues the grouping of everything that is in no group on which a person decided."""
    access.require(Verb.CODE)
    if source.state != READY:
        raise VerbatimsRefused("These verbatims are not imported yet.")
    if not undecided(source).exists():
        raise VerbatimsRefused("Every verbatim is in a group that somebody named or linked: nothing is left.")
    kept = list(source.groups.filter(decided=True).values_list("pk", flat=True))
    with transaction.atomic():
        run = enqueue(
            access,
            GROUP,
            params={"source": source.pk},
            input_digest=digest([source.pk, source.digest, sorted(kept)]),
        )
        source.run = run
        source.save(update_fields=["run"])
    return run


def store_groups(
    access: StudyAccess,
    *,
    source: VerbatimSource,
    run: Run | None,
    groups: Sequence[Mapping[str, Any]],
    places: Iterable[tuple[int, int, float]],
) -> int:
    """Replaces the groups that nobody decided on, all or nothing; returns how many there are now.

    `places` are (id of a verbatim, index in `groups` or -1, similarity). What a person decided on meanwhile
    keeps its verbatims.
    """
    with transaction.atomic():
        source.groups.filter(decided=False).delete()
        kept = set(undecided(source).values_list("pk", flat=True))
        made = VerbatimGroup.objects.bulk_create(
            VerbatimGroup(study=access.study, source=source, run=run, **group) for group in groups
        )
        _place(source, made, (place for place in places if place[0] in kept))
        _count(source, made)
        record(access, "verbatims.grouped", source, groups=len(made))
    return len(made)


def _place(
    source: VerbatimSource, groups: Sequence[VerbatimGroup], places: Iterable[tuple[int, int, float]]
) -> None:
    """Puts verbatims into groups. An insert that updates the rows it meets changes thousands at once, on
    every database."""
    rows = (
        Verbatim(
            pk=pk,
            study_id=source.study_id,
            source=source,
            row=0,
            group=groups[index] if index >= 0 else None,
            similarity=similarity if index >= 0 else None,
        )
        for pk, index, similarity in places
    )
    while some := list(islice(rows, AT_ONCE)):
        Verbatim.objects.bulk_create(
            some, update_conflicts=True, unique_fields=["pk"], update_fields=["group", "similarity"]
        )


def _count(source: VerbatimSource, groups: Sequence[VerbatimGroup]) -> None:
    """Counts the texts of each group and how often they came, and orders the groups, the largest first."""
    counted = source.verbatims.exclude(group=None).order_by().values_list("group")
    sizes = {pk: (texts, times) for pk, texts, times in counted.annotate(n=Count("pk"), t=Sum("times"))}
    for group in groups:
        group.texts, group.times = sizes.get(group.pk, (0, 0))
    ranked = sorted(groups, key=lambda group: (-group.texts, -group.times, group.pk))
    for position, group in enumerate(ranked):
        group.position = position
    VerbatimGroup.objects.bulk_update(ranked, ["texts", "times", "position"])


def rename_group(
    access: StudyAccess, *, group: VerbatimGroup, name: str, by_person: bool = True
) -> VerbatimGroup:
    """A group that a person named is kept by later runs; not `by_person`: the run's own name comes back."""
    access.require(Verb.CODE)
    before = {"name": group.name, "by_person": _is_named(access, group)}
    group.name, group.decided = " ".join(name.split())[:300], by_person or group.links.exists()
    group.full_clean()
    with transaction.atomic():
        group.save(update_fields=["name", "decided"])
        record(access, "verbatim_group.renamed", group, before=before, by_person=by_person)
    return group


def _is_named(access: StudyAccess, group: VerbatimGroup) -> bool:
    """Whether its name is a person's. Entries of earlier versions do not say so: there it is."""
    latest = _latest_renaming(access, group)
    return latest is not None and latest.data.get("by_person") is not False


def _latest_renaming(access: StudyAccess, group: VerbatimGroup) -> HistoryEntry | None:
    return access.study.history.filter(
        verb="verbatim_group.renamed", target_type="verbatimgroup", target_id=str(group.pk)
    ).first()


def take_back_name(access: StudyAccess, *, group: VerbatimGroup) -> VerbatimGroup:
    """The name before the latest renaming. Raises VerbatimsRefused if nobody renamed it here."""
    latest = _latest_renaming(access, group)
    before = latest.data.get("before") if latest else None
    if not isinstance(before, dict) or not isinstance(before.get("name"), str):
        raise VerbatimsRefused("This group has the name that the run gave it.")
    by_person = before.get("by_person", before.get("decided")) is not False
    return rename_group(access, group=group, name=before["name"], by_person=by_person)


def link_group(access: StudyAccess, *, group: VerbatimGroup, job: Job, polarity: str) -> VerbatimLink:
    """Links a group to a job; linking it again only changes the polarity. Later runs keep a linked group."""
    access.require(Verb.CODE)
    with transaction.atomic():
        link, _ = VerbatimLink.objects.update_or_create(
            study=access.study,
            group=group,
            job=job,
            defaults={"polarity": polarity, "by": access.user},
        )
        group.decided = True
        group.save(update_fields=["decided"])
        record(access, "verbatim_group.linked", job, polarity=polarity, verbatims=group.texts)
    return link


def unlink_group(access: StudyAccess, *, link: VerbatimLink) -> None:
    """Later runs keep its group only where a person named it, or another link stands."""
    access.require(Verb.CODE)
    group = link.group
    with transaction.atomic():
        record(access, "verbatim_group.unlinked", link.job, polarity=link.polarity)
        link.delete()
        group.decided = group.links.exists() or _is_named(access, group)
        group.save(update_fields=["decided"])
