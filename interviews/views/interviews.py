"""The interviews of a study: list, plan, move on, delete."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from interviews.actions.interviews import create_interview, delete_interview, set_state
from interviews.actions.participants import restore_with_participant
from interviews.forms.interviews import InterviewForm
from interviews.models import Interview
from interviews.queries.interviews import captured_of, interview_list, state_counts
from studies.access import StudyAccess, study_view
from studies.forms import is_key
from studies.pages import page_number, render_page_or_partial, say_done
from studies.roles import Verb

A_PAGE = 50


@require_GET
@study_view()
def interviews(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()
    rows = interview_list(access.study, state=state, words=words)
    page = Paginator(rows, A_PAGE).get_page(page_number(request))
    counts = state_counts(access.study)
    context = {
        "access": access,
        "page": page,
        "captured": captured_of(access.study, list(page)),
        "state": state,
        "q": words,
        "states": [(value, label, counts.get(value, 0)) for value, label in Interview.State.choices],
        "total": sum(counts.values()),
        "query": urlencode({"state": state, "q": words}),
    }
    return render_page_or_partial(request, "interviews/list.html", "interviews/_interview_rows.html", context)


@require_http_methods(["GET", "POST"])
@study_view(needs=Verb.CODE)
def interview_new(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    wanted = request.GET.get("participant", "")
    initial = {"participant": wanted} if is_key(wanted) else {}
    form = InterviewForm(request.POST or None, access=access, initial=initial)
    if request.method == "POST" and form.is_valid():
        interview = create_interview(
            access, participant=form.cleaned_data["participant"], held_on=form.cleaned_data["held_on"]
        )
        return redirect("interviews:capture", access.study.slug, interview.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "interviews/new.html", {"access": access, "form": form}, status=status)


@require_POST
@study_view(needs=Verb.CODE)
def interview_state(request: HttpRequest, access: StudyAccess, interview_id: int) -> HttpResponse:
    interview = get_object_or_404(access.study.interviews.select_related("participant"), pk=interview_id)
    try:
        set_state(access, interview=interview, state=request.POST.get("state", ""))
    except ValidationError:
        return HttpResponse("There is no such state.", status=422)
    if request.POST.get("stay"):
        return redirect("interviews:capture", access.study.slug, interview.pk)
    return redirect("interviews:list", access.study.slug)


@require_POST
@study_view(needs=Verb.CODE)
def interview_delete(request: HttpRequest, access: StudyAccess, interview_id: int) -> HttpResponse:
    interview = get_object_or_404(access.study.interviews.select_related("participant"), pk=interview_id)
    delete_interview(access, interview=interview)
    undo = reverse("interviews:restore", args=[access.study.slug, interview.pk])
    say_done(request, f"{interview} is in the trash.", undo=undo)
    return redirect("interviews:list", access.study.slug)


@require_POST
@study_view(needs=Verb.CODE)
def interview_restore(request: HttpRequest, access: StudyAccess, interview_id: int) -> HttpResponse:
    trash = access.study.interviews(manager="with_trash").select_related("participant")
    try:
        restore_with_participant(access, interview=get_object_or_404(trash, pk=interview_id))
    except ValidationError as error:
        messages.error(request, f"It cannot come back: {' '.join(error.messages)}")
    return redirect("interviews:list", access.study.slug)
