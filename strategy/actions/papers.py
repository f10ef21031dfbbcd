"""Asking for a file of a canvas, and keeping what a run has made."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from strategy.actions.rules import StrategyRefused
from strategy.actions.sheets import shared_sheet
from strategy.models import Canvas
from strategy.queries.papers import FORMATS, KEPT, RUN_KIND, SHEETS, File, exports_of, file_of
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.models import Run, Study
from studies.queue import digest, enqueue
from studies.roles import Verb

register_verbs({"canvas.exported": "took along the canvas of"})


def ask_for_export(access: StudyAccess, *, canvas: Canvas, kind: str, sheet: str = "a3") -> Run:
    """Queues the making of one file; the same one already under way is that run."""
    access.require(Verb.COMMENT)
    if kind not in FORMATS or sheet not in SHEETS:
        raise StrategyRefused("There is no such format. Choose one of the list.")
    params = {"canvas": canvas.pk, "format": kind, "sheet": sheet}
    mark = digest([params, shared_sheet(canvas).seq, timezone.localdate().isoformat()])
    with transaction.atomic():
        record(access, "canvas.exported", canvas, label=str(canvas.job), format=kind)
        return enqueue(access, RUN_KIND, params=params, input_digest=mark)


def keep_export(run: Run, canvas: Canvas, data: bytes) -> None:
    """Stores the file of a run, over that of an earlier attempt, and deletes all but the newest ten of the
    canvas."""
    path = File(run, run.params["format"], "").path
    default_storage.delete(path)
    default_storage.save(path, ContentFile(data))
    older = [run for run in exports_of(canvas) if file_of(run)][KEPT - 1 :]
    for file in filter(None, map(file_of, older)):
        default_storage.delete(file.path)


def forget_exports(study: Study) -> None:
    """All files of canvases for good: each shows a few of the customers' words."""
    made = list(study.runs.filter(kind=RUN_KIND))
    paths = [file.path for file in map(file_of, made) if file]
    study.runs.filter(pk__in=[run.pk for run in made]).delete()
    transaction.on_commit(lambda: _delete(paths))


def _delete(paths: list[str]) -> None:
    for path in paths:
        default_storage.delete(path)
