"""Pages that belong to no study, and those of a study that draw on every app."""

from __future__ import annotations

import logging

from django.contrib.auth.decorators import login_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cpd_site.actions import import_study
from cpd_site.archive.read import ArchiveRefused
from cpd_site.archive.write import write_archive
from cpd_site.exports import TABLES
from cpd_site.forms import ArchiveForm
from cpd_site.home import page as home
from studies.access import StudyAccess, study_view
from studies.limits import within_limit
from studies.pages import download
from studies.spreadsheet import csv_lines

logger = logging.getLogger(__name__)


def health(request: HttpRequest) -> JsonResponse:
    """Answers once the database does; the start-up command and the container ask for it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "the database does not answer"}, status=503)
    return JsonResponse({"status": "ok"})


@study_view()
def study_home(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    return render(request, "site/home.html", {"access": access, **home.context(access)})


# --- out and in --------------------------------------------------------------------------------------
@study_view()
def exports(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    return render(request, "site/exports.html", {"access": access, "nav": "exports", "tables": TABLES})


@study_view()
@require_GET
def export_table(request: HttpRequest, access: StudyAccess, table: str) -> HttpResponseBase:
    lines = csv_lines(TABLES[table].head, TABLES[table].rows(access.study))
    return download(lines, "text/csv", f"{access.study.slug}-{table}-{timezone.localdate():%Y-%m-%d}.csv")


@study_view()
@require_GET
def export_archive(request: HttpRequest, access: StudyAccess) -> HttpResponseBase:
    pieces = write_archive(access)
    return download(pieces, "application/json", f"{access.study.slug}-{timezone.localdate():%Y-%m-%d}.json")


@login_required
def archive_import(request: HttpRequest) -> HttpResponse:
    """A new study out of an archive. A file that is refused leaves nothing behind."""
    form = ArchiveForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return render(request, "site/import.html", {"form": form})
    if not within_limit(request, "archive", times=20, seconds=3600):
        form.add_error(None, "Twenty archives an hour are the limit. Try again later.")
    if not form.is_valid():
        return _not_imported(request, form)
    try:
        run = import_study(request.user, raw=form.cleaned_data["archive"].read())
    except ArchiveRefused as refusal:
        form.add_error("archive", str(refusal))
        return _not_imported(request, form)
    except OSError as error:
        logger.warning("an archive could not be stored: %s", error.strerror)
        form.add_error(None, f"The server could not store the file ({error.strerror}). Nothing was imported.")
        return _not_imported(request, form)
    return redirect("studies:run", run.study.slug, run.pk)


def _not_imported(request: HttpRequest, form: ArchiveForm) -> HttpResponse:
    return render(request, "site/import.html", {"form": form}, status=422)
