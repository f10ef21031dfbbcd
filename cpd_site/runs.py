"""Background runs of the site: writing an uploaded archive into a new study."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from django.db import IntegrityError

from cpd_site.archive.layout import IMPORT_KIND
from cpd_site.archive.load import load_archive
from cpd_site.archive.read import ArchiveRefused, read_archive
from studies.access import access_of
from studies.models import Run
from studies.progress import Reporter
from studies.runs import RunFailed, run_kind


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
