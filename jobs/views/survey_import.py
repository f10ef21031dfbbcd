"""A file of survey answers: upload, say what the columns are, look, import."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jobs.actions import survey_import as actions
from jobs.actions.surveys import SurveyRefused
from jobs.forms.survey_import import STANDS_FOR, ColumnsForm, UploadForm, scale_of
from jobs.models import Survey
from jobs.queries.survey_results import met_before
from jobs.surveys.table import RESPONDENT, as_word
from studies.access import StudyAccess, study_view
from studies.pages import say_done
from studies.roles import Verb
from studies.tables import Table, TableError

SAMPLES = 3


@study_view(needs=Verb.CODE)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            survey = actions.upload_answers(access, data=_bytes(file), filename=file.name)
        except SurveyRefused as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("jobs:survey_columns", access.study.slug, survey.pk)
    is_refused = request.method == "POST"
    context = {"access": access, "nav": "priorities", "form": form}
    return render(request, "jobs/survey_import.html", context, status=422 if is_refused else 200)


def _bytes(file: Any) -> bytes:
    """One byte more than the limit at most: enough for the action to refuse it."""
    return bytes(file.read(actions.MOST_BYTES + 1))


@study_view(needs=Verb.CODE)
@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, access: StudyAccess, survey_id: int) -> HttpResponse:
    """Nothing is written before the button that says so."""
    survey: Survey = get_object_or_404(access.study.surveys, pk=survey_id)
    if not survey.file:
        return redirect("jobs:survey", access.study.slug, survey.pk)
    try:
        table = actions.table_of(survey)
        form = ColumnsForm(access, table.head, request.POST or None)
        if form.is_bound and form.is_valid() and "import" in request.POST:
            return _import(request, access, survey, table, form)
        return _columns_page(request, access, survey, table, form)
    except (SurveyRefused, TableError) as refused:
        messages.error(request, str(refused))
        return redirect("jobs:surveys", access.study.slug)


def _columns_page(
    request: HttpRequest, access: StudyAccess, survey: Survey, table: Table, form: ColumnsForm
) -> HttpResponse:
    """With what the rows hold, as soon as the columns make sense and reading them is quick."""
    first = list(islice(table.rows(), SAMPLES))
    samples = {name: [row.cells[name] for row in first if row.cells.get(name)] for name in table.head}
    quick = actions.is_quick(survey, table)
    is_sound = form.is_bound and form.is_valid()
    mapped = form.columns() if is_sound else {}
    scale = scale_of(request.POST)
    found = actions.checked(survey, table, mapped, scale) if quick and is_sound else None
    held = found.scale_words if found else actions.first_words(table, mapped) if is_sound else []
    words = [(word, scale.get(as_word(word))) for word in held]
    context = {
        "access": access,
        "nav": "priorities",
        "survey": survey,
        "table": table,
        "form": form,
        "columns": form.rows(samples),
        "quick": quick,
        "is_sound": is_sound,
        "found": found,
        "words": words,
        "has_unsaid": any(number is None for _, number in words),
        "stands_for": STANDS_FOR,
        "met_before": met_before(access.study, found.answers) if found else 0,
        "is_nameless": all(column.what != RESPONDENT for column in mapped.values()),
        "run": access.study.runs.filter(kind="jobs.survey_import", params__survey=survey.pk).first(),
    }
    status = 422 if form.is_bound and not is_sound else 200
    return render(request, "jobs/survey_columns.html", context, status=status)


def _import(
    request: HttpRequest, access: StudyAccess, survey: Survey, table: Table, form: ColumnsForm
) -> HttpResponse:
    asked: dict[str, Any] = {
        "columns": form.columns(),
        "scale": scale_of(request.POST),
        "jobs": form.jobs(),
        "sound_only": request.POST["import"] == "sound",
    }
    if not actions.is_quick(survey, table):
        actions.start_import(access, survey, **asked)
        return redirect("jobs:survey_columns", access.study.slug, survey.pk)
    try:
        found = actions.import_answers(access, survey, **asked)
    except SurveyRefused as refused:
        form.add_error(None, str(refused))
        return _columns_page(request, access, survey, table, form)
    left = f" {found.faulty:,} rows with errors were left out." if found.faulty else ""
    undo = reverse("jobs:survey_delete", args=[access.study.slug, survey.pk])
    say_done(request, f"{len(found.answers):,} respondents imported.{left}", undo=undo)
    return redirect("jobs:survey", access.study.slug, survey.pk)
