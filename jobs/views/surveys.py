"""The team's side of surveys: the list, the words, the link, what came back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jobs.actions import surveys as actions
from jobs.actions.surveys import SurveyRefused
from jobs.forms.surveys import NewSurveyForm, SurveyForm, generalised, last_day_of
from jobs.models import Survey
from jobs.models.surveys import LANGUAGES
from jobs.queries import survey_results
from jobs.queries.priorities import settings_of
from jobs.queries.surveys import offered_languages, sheets
from jobs.surveys.numbers import KANO_NAMES, METHODS, Method
from jobs.surveys.texts import preferred
from jobs.views.survey_page import sheet_page
from studies.access import StudyAccess, study_view
from studies.edits import StaleVersion, mine_over
from studies.pages import download, say_done
from studies.roles import Verb
from studies.spreadsheet import csv_lines

TURNS = {
    "open": (actions.open_survey, "The survey is open: send the link."),
    "close": (actions.close_survey, "The survey is closed. It can be opened again."),
    "withdraw": (actions.withdraw_survey, "The survey is a draft again."),
}


def _survey_or_404(access: StudyAccess, survey_id: int) -> Survey:
    survey: Survey = get_object_or_404(access.study.surveys, pk=survey_id)
    return survey


@study_view()
@require_GET
def surveys(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    context = {
        "access": access,
        "nav": "priorities",
        "surveys": survey_results.survey_list(access.study),
        "has_jobs": generalised(access).exists(),
    }
    return render(request, "jobs/surveys.html", context)


@study_view(needs=Verb.CODE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    everything = {"jobs": list(generalised(access).values_list("pk", flat=True))}
    form = NewSurveyForm(access, request.POST or None, initial=everything)
    if request.method == "POST" and form.is_valid():
        try:
            survey = actions.make_survey(access, **form.cleaned_data)
        except SurveyRefused as refused:
            form.add_error("jobs", str(refused))
        else:
            return redirect("jobs:survey_edit", access.study.slug, survey.pk)
    context = {"access": access, "nav": "priorities", "form": form}
    return render(request, "jobs/survey_new.html", context, status=422 if form.is_bound else 200)


@study_view(needs=Verb.CODE)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, access: StudyAccess, survey_id: int) -> HttpResponse:
    survey = _survey_or_404(access, survey_id)
    is_worded = actions.is_worded(survey)
    form = SurveyForm(access, survey, request.POST or None, is_worded=is_worded)
    if not form.is_bound:
        return _edit_page(request, access, survey, form)
    if not form.is_valid():
        return _edit_page(request, access, survey, form, status=422)
    try:
        actions.edit_survey(access, survey, **form.values())
    except StaleVersion as stale:
        form.data = mine_over(stale.current, request.POST)
        return _edit_page(request, access, survey, form, stale=True, status=409)
    except SurveyRefused as refused:
        form.add_error(None, str(refused))
        return _edit_page(request, access, survey, form, status=422)
    messages.success(request, "Survey saved.")
    there = "survey_edit" if "stay" in request.POST else "survey"
    return redirect(f"jobs:{there}", access.study.slug, survey.pk)


def _edit_page(
    request: HttpRequest,
    access: StudyAccess,
    survey: Survey,
    form: SurveyForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    offered = offered_languages(survey, form.items)
    context = {
        "access": access,
        "nav": "priorities",
        "survey": survey,
        "form": form,
        "missing": [name for code, name in LANGUAGES.items() if code not in offered],
    }
    return render(request, "jobs/survey_edit.html", context | more, status=status)


@study_view()
@require_GET
def survey(request: HttpRequest, access: StudyAccess, survey_id: int) -> HttpResponse:
    row = _survey_or_404(access, survey_id)
    if row.file and access.may(Verb.CODE):
        return redirect("jobs:survey_columns", access.study.slug, row.pk)
    ranked_by = settings_of(access.study).method
    method: Method = "top_two_box" if request.GET.get("method", ranked_by) == "top_two_box" else "mean"
    found = survey_results.results(row, method=method, segment=request.GET.get("segment", ""))
    context = {
        "access": access,
        "nav": "priorities",
        "survey": row,
        "found": found,
        "segment": found.segment,
        "method": method,
        "is_ranked_by": method == ranked_by,
        "methods": METHODS,
        "kano_names": KANO_NAMES,
        "last_day": last_day_of(row),
        "has_kano": any(item.kano.n for item in found.items),
        **_link(request, row),
    }
    return render(request, "jobs/survey.html", context)


def _link(request: HttpRequest, row: Survey) -> dict[str, str]:
    """The public address, and its code for phones, for as long as there is a page behind it."""
    if row.source != Survey.Source.PAGE or row.state == Survey.State.DRAFT:
        return {}
    import segno

    address = request.build_absolute_uri(reverse("survey", args=[row.token]))
    drawing = segno.make(address, error="m").svg_inline(omitsize=True, border=2)
    return {"address": address, "qr": mark_safe(drawing)}  # made of modules alone, no text of anybody


@study_view()
@require_GET
def count(request: HttpRequest, access: StudyAccess, survey_id: int) -> HttpResponse:
    """How many have answered by now: the page asks every few seconds."""
    row = _survey_or_404(access, survey_id)
    context = {"access": access, "survey": row, "respondents": row.responses.count()}
    return render(request, "jobs/_survey_count.html", context)


@study_view(needs=Verb.CODE)
@require_GET
def preview(request: HttpRequest, access: StudyAccess, survey_id: int) -> HttpResponse:
    found = sheets(_survey_or_404(access, survey_id))
    if not found:
        messages.error(request, "There is nothing to preview: no language has words for every job yet.")
        return redirect("jobs:survey_edit", access.study.slug, survey_id)
    language = preferred(request.GET.get("lang", ""), "", tuple(found))
    return HttpResponse(sheet_page(found[language], is_preview=True))


@study_view(needs=Verb.CODE)
@require_POST
def turn(request: HttpRequest, access: StudyAccess, survey_id: int) -> HttpResponse:
    """`to`: open, close or withdraw."""
    row = _survey_or_404(access, survey_id)
    action, said = TURNS.get(request.POST.get("to", ""), (None, ""))
    try:
        if action:
            action(access, row)
            messages.success(request, said)
    except SurveyRefused as refused:
        messages.error(request, str(refused))
        return redirect("jobs:survey_edit", access.study.slug, row.pk)
    return redirect("jobs:survey", access.study.slug, row.pk)


@study_view(needs=Verb.CODE)
@require_POST
def copy(request: HttpRequest, access: StudyAccess, survey_id: int) -> HttpResponse:
    made = actions.copy_survey(access, _survey_or_404(access, survey_id))
    messages.success(request, "Copied. This one has its own link and no answers.")
    return redirect("jobs:survey_edit", access.study.slug, made.pk)


@study_view(needs=Verb.CODE)
@require_POST
def delete(request: HttpRequest, access: StudyAccess, survey_id: int) -> HttpResponse:
    row = _survey_or_404(access, survey_id)
    actions.set_survey_deleted(access, row, deleted=True)
    undo = reverse("jobs:survey_restore", args=[access.study.slug, row.pk])
    dead = "" if row.source == Survey.Source.FILE else "; its link leads nowhere"
    say_done(request, f"Survey deleted{dead}.", undo=undo)
    return redirect("jobs:surveys", access.study.slug)


@study_view(needs=Verb.CODE)
@require_POST
def restore(request: HttpRequest, access: StudyAccess, survey_id: int) -> HttpResponse:
    row = get_object_or_404(access.study.surveys(manager="with_trash"), pk=survey_id)
    try:
        actions.set_survey_deleted(access, row, deleted=False)
    except SurveyRefused as refused:
        messages.error(request, str(refused))
        return redirect("jobs:surveys", access.study.slug)
    messages.success(request, "Survey brought back.")
    return redirect("jobs:survey", access.study.slug, row.pk)


@study_view()
@require_GET
def answers_csv(request: HttpRequest, access: StudyAccess, survey_id: int) -> StreamingHttpResponse:
    """Every respondent's answers, with the columns that the import reads again."""
    row = _survey_or_404(access, survey_id)
    lines = csv_lines(survey_results.answer_head(row), survey_results.answer_rows(row))
    return download(lines, "text/csv", f"{access.study.slug}-survey-{row.pk}.csv")
