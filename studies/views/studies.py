"""The studies of a person, a new one, and the settings of one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from studies import queries
from studies.access import StudyAccess, study_view
from studies.actions import studies as actions
from studies.edits import StaleVersion, mine_over
from studies.forms import SettingsForm, StudyForm
from studies.roles import Verb


@login_required
def study_list(request: HttpRequest) -> HttpResponse:
    return render(request, "studies/list.html", {"memberships": queries.studies_of(request.user)})


@login_required
def create(request: HttpRequest) -> HttpResponse:
    form = StudyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        access = actions.create_study(request.user, **form.cleaned_data)
        messages.success(request, "The study is ready. Its interview guide is a start: change it freely.")
        return redirect("study_home", access.study.slug)
    status = 422 if form.is_bound else 200
    return render(request, "studies/create.html", {"form": form}, status=status)


@study_view(needs=Verb.MANAGE)
def settings(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    form = SettingsForm(access, request.POST or None)
    context = {"access": access, "form": form, "nav": "settings"}
    if request.method != "POST":
        return render(request, "studies/settings.html", context)
    if not form.is_valid():
        return render(request, "studies/settings.html", context, status=422)
    try:
        actions.edit_study(access, seen=form.cleaned_data["version"], **form.changes())
    except StaleVersion as stale:
        newest = access.study.history.filter(verb="study.edited").first()
        access.study.refresh_from_db()
        context |= {"stale": stale.current, "newest": newest, "theirs": form.theirs(access.study)}
        form.data = mine_over(access.study, request.POST)
        return render(request, "studies/settings.html", context, status=409)
    messages.success(request, "Settings saved.")
    return redirect("studies:settings", access.study.slug)
