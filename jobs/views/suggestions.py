"""Suggestions while coding, and the page that says how good they are in this study."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from interviews.models import Transcript
from interviews.queries.transcripts import transcripts_with_interview
from interviews.views.elements import answer_mark, refuse_mark
from jobs.actions import suggestions as actions
from jobs.forms.suggestions import AcceptForm, DecideForm, SwitchForm
from jobs.models import Suggestion
from jobs.queries import suggestions as queries
from studies.access import StudyAccess, study_view
from studies.roles import Verb


# --- how good ----------------------------------------------------------------------------------------
@study_view()
@require_GET
def accuracy(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    model = queries.settings_of(access.study)
    context = {
        "access": access,
        "model": model,
        "run": queries.latest_run(access.study),
        "found": queries.accuracy(model),
        "new": queries.new_since_training(model),
        "decisions": queries.decisions(access.study),
        "transcripts": access.study.transcripts.filter(interview__deleted_at=None).count(),
    }
    return render(request, "jobs/suggestions.html", context)


@study_view(needs=Verb.CODE)
@require_POST
def switch(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    form = SwitchForm(access, request.POST)
    if not form.is_valid():
        return redirect("jobs:suggestions", access.study.slug)
    model = actions.switch_suggestions(access, on=form.cleaned_data["on"])
    if model.on and model.trained_at is None:
        messages.success(request, "Suggestions are on. They appear once the first training is done.")
    if transcript := form.cleaned_data["transcript"]:
        return redirect("interviews:transcript", access.study.slug, transcript.pk)
    return redirect("jobs:suggestions", access.study.slug)


@study_view(needs=Verb.CODE)
@require_POST
def train(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    try:
        actions.train_suggestions(access)
    except actions.SuggestRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("jobs:suggestions", access.study.slug)


# --- while coding ------------------------------------------------------------------------------------
def _transcript(access: StudyAccess, transcript_id: int) -> Transcript:
    return get_object_or_404(transcripts_with_interview(access.study), pk=transcript_id)


@study_view()
@require_GET
def beside(request: HttpRequest, access: StudyAccess, transcript_id: int) -> HttpResponse:
    """The switch, and the suggestions of one transcript; the reading page fetches it once it is drawn."""
    found, model = _transcript(access, transcript_id), queries.settings_of(access.study)
    context = {
        "access": access,
        "transcript": found,
        "model": model,
        "under_way": model.on and queries.under_way(access.study),
        "suggestions": queries.for_the_browser(found) if model.on else None,
    }
    return render(request, "jobs/_suggestions_beside.html", context)


@study_view(needs=Verb.CODE)
@require_POST
def accept(request: HttpRequest, access: StudyAccess, transcript_id: int) -> HttpResponse:
    found = _transcript(access, transcript_id)
    form = AcceptForm(access, request.POST)
    if not form.is_valid():
        return refuse_mark(form)
    return answer_mark(
        request,
        access,
        found,
        lambda: actions.accept_suggestion(access, transcript=found, **form.cleaned_data),
    )


@study_view(needs=Verb.CODE)
@require_POST
def decide(request: HttpRequest, access: StudyAccess, transcript_id: int) -> HttpResponse:
    """Rejected, or open again."""
    found, form = _transcript(access, transcript_id), DecideForm(request.POST)
    if not form.is_valid():
        return refuse_mark(form)
    start, end = form.cleaned_data["start"], form.cleaned_data["end"]
    state = Suggestion.State(form.cleaned_data["state"])
    decided = actions.decide_suggestion(access, transcript=found, start=start, end=end, state=state)
    return JsonResponse({"decided": decided})
