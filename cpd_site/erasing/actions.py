"""Erasing a participant for good, and sweeping what a process that was killed left of it."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Max, Model, UniqueConstraint
from django.utils import timezone

from cpd_site.erasing.found import Erasure, text_columns
from cpd_site.erasing.words import Words
from interviews.models import Participant
from jobs.actions.clusters import members_changed
from jobs.actions.papers import forget_papers
from jobs.models import Job
from jobs.queries.cluster_map import MAP_KIND
from strategy.actions.erasing import forget_words
from strategy.actions.papers import forget_exports
from studies import runs
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.models import Run, Study
from studies.queue import digest, enqueue
from studies.roles import Verb

ERASE_KIND = "site.erase"
ERASED = "participant.erased"
GONE = "nobody: this participant is gone already"
register_verbs({ERASED: "erased for good"})
AT_ONCE = 500  # keys in one statement
MOST_TOLD = 4  # kinds of rows in the line of the history


def start_erasing(access: StudyAccess, *, participant: Participant) -> Run:
    """The run that erases the participant for good, or the one that is about to. It knows them by number."""
    access.require(Verb.MANAGE)
    params = {"participant": participant.pk}
    with transaction.atomic():
        return enqueue(access, ERASE_KIND, params=params, input_digest=digest(params))


def last_erasing(access: StudyAccess, participant_id: int) -> Run | None:
    """The latest run that was to erase them, whatever became of it."""
    runs_of_them = access.study.runs.filter(input_digest=digest({"participant": participant_id}))
    return runs_of_them.filter(kind=ERASE_KIND).first()


def erase_participant(access: StudyAccess, *, participant: Participant, looked: Erasure | None = None) -> str:
    """Deletes the participant with everything that hangs on them, and replaces their words wherever else the
    study keeps them. Answers what went, in words; erasing somebody who is gone changes nothing. `looked` is a
    look at the same study before the transaction, which has then less to do.

    One transaction for all rows; files go after it, and again in sweep() should this process be killed.
    """
    access.require(Verb.MANAGE)
    with transaction.atomic():
        trash = access.study.participants(manager="with_trash").select_for_update()
        person = trash.filter(pk=participant.pk).first()
        if person is None:
            return GONE
        transaction.on_commit(lambda: sweep_study(access.study))
        return _erase(access, Erasure(access.study, person, looked=looked))


def _erase(access: StudyAccess, erasure: Erasure) -> str:
    label, jobs = ", ".join(["one participant", *erasure.goes[:MOST_TOLD]]), erasure.rows.get(Job, set())
    groups = list(access.study.jobclusters.filter(members__job__in=jobs).distinct())
    _end_runs(access)
    forget_words(access.study, erasure.words.replaced, erasure.words.in_bytes)
    _replace_copies(erasure)
    _silence_history(erasure)
    _forget_computed(erasure)
    erasure.participant.delete()
    members_changed(*groups)
    record(access, ERASED, access.study, label=label)
    return label


def _end_runs(access: StudyAccess) -> None:
    """What a run has read it must not write any more; one that erases looks again before it writes."""
    under_way = access.study.runs.filter(state__in=(Run.State.QUEUED, Run.State.RUNNING))
    for run in under_way.exclude(kind=ERASE_KIND):
        runs.cancel(access, run)


def _replace_copies(erasure: Erasure) -> None:
    """Locks each row, so that nobody who edits it, or erases somebody else, writes the words back."""
    for model, pks in erasure.copies.items():
        words, names = erasure.words_for(model), text_columns()[model]
        for row in model._base_manager.filter(pk__in=pks).order_by("pk").select_for_update():
            for name in names:
                _replace(row, name, words)
            row.save(update_fields=names)


def _replace(row: Model, name: str, words: Words) -> None:
    """What takes the place may be longer; and two codes that were named in their words stay two."""
    column: Any = row._meta.get_field(name)
    before = getattr(row, name)
    after = words.replaced(before)
    if isinstance(after, str) and after != before:
        end = f" {row.pk}" if name in _unique(type(row)) else ""
        after = after[: column.max_length and column.max_length - len(end)] + end
    setattr(row, name, after)


@cache
def _unique(model: type[Model]) -> set[str]:
    rules = (rule for rule in model._meta.constraints if isinstance(rule, UniqueConstraint))
    return {name for rule in rules for name in rule.fields}


def _silence_history(erasure: Erasure) -> None:
    """Lines about what goes stay, and tell who did something when, no more."""
    for model, pks in erasure.rows.items():
        keys = [str(pk) for pk in pks]
        for start in range(0, len(keys), AT_ONCE):
            about = {"target_type": model._meta.model_name, "target_id__in": keys[start : start + AT_ONCE]}
            erasure.study.history.filter(**about).update(target_label=erasure.instead, data={})


def _forget_computed(erasure: Erasure) -> None:
    """What a machine made of their words; all of it is computed again when it is needed."""
    study = erasure.study
    study.vectors.exclude(text_hash__in=study.verbatims.values("text_hash")).delete()
    study.runs.filter(kind=MAP_KIND).update(result={})
    named_after = study.jobclusters(manager="with_trash").filter(named=False, name__in=erasure.statements)
    named_after.update(name=erasure.instead, proposal="", phrases=[])
    forget_papers(study, before=timezone.now())
    forget_exports(study)


# --- sweeping ----------------------------------------------------------------------------------------
def sweep() -> None:
    """For every study in which somebody was erased: what may have been left on disk."""
    for study in Study.objects.filter(history__verb=ERASED).distinct():
        sweep_study(study)


def sweep_study(study: Study) -> None:
    """Deletes the documents of runs that began before the latest erasure, also of one that ended after it,
    and empties SQLite's log, in which pages stand as they were."""
    erased_at = study.history.filter(verb=ERASED).aggregate(at=Max("at"))["at"]
    forget_papers(study, before=erased_at)
    since = study.runs.filter(created_at__gte=erased_at)
    kept = {str(pk) for pk in since.values_list("pk", flat=True)}
    for folder in (f"papers/{study.pk}", f"exports/{study.pk}"):
        for name in _listed(folder):
            if name.partition(".")[0] not in kept:
                default_storage.delete(f"{folder}/{name}")
    _empty_log()


def _listed(folder: str) -> list[str]:
    try:
        return default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return []


def _empty_log() -> None:
    """What others read at this moment stays in the log until the next sweep."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
