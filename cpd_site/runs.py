"""Background runs of the site: writing an uploaded archive into a new study, and erasing a participant."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from django.db import IntegrityError

from cpd_site.archive.layout import IMPORT_KIND
from cpd_site.archive.load import load_archive
from cpd_site.archive.read import ArchiveRefused, read_archive
from cpd_site.erasing.actions import ERASE_KIND, GONE, erase_participant
from cpd_site.erasing.found import Erasure
from studies.access import access_of
from studies.models import Run
from studies.progress import Reporter, stage
from studies.roles import Verb
from studies.runs import RunFailed, ending, run_kind


@run_kind(IMPORT_KIND, title="Import of an archive", result_page="study_home")
def import_archive(run: Run, report: Reporter) -> dict[str, Any]:
    """Nothing is in the study until everything is; the uploaded file goes once it is not needed any more."""
    access, name = access_of(run), run.params["file"]
    report(0.05, "Reading the archive")
    archive = read_archive(_stored(name))
    report(0.3, f"Writing {archive.size:,} rows")
    try:
        written = load_archive(access, archive)
    except (ArchiveRefused, IntegrityError) as clash:
        raise RunFailed(
            f"Rows of the archive contradict each other; nothing was imported. {clash}"
        ) from clash
    default_storage.delete(name)
    return {name.replace("_", " "): number for name, number in written.items()}


def _stored(name: str) -> bytes:
    try:
        with default_storage.open(name) as file:
            return bytes(file.read())
    except FileNotFoundError as gone:
        raise RunFailed("The uploaded file is gone. Import the archive once more.") from gone


@run_kind(
    ERASE_KIND,
    title="Erasing a participant",
    result_page="interviews:participants",
    asked_on="participant_erase",
    needs=Verb.MANAGE,
)
def erase(run: Run, report: Reporter) -> dict[str, Any]:
    """Looks first, while others write; then all rows go in the transaction that ends the run. What a run says
    outlives whom it is about: their number, and how much of what kind went."""
    access = access_of(run)
    access.require(Verb.MANAGE)
    report(0.05, "Looking for what they said")
    person = access.study.participants(manager="with_trash").filter(pk=run.params["participant"]).first()
    if person is None:
        return {"erased": GONE}
    looked = Erasure(access.study, person, stage(report, 0.1, 0.9)).look()
    report(0.9, "Erasing, which cannot be cancelled any more")
    with ending(run):
        run.result = {"erased": erase_participant(access, participant=person, looked=looked)}
    return run.result
