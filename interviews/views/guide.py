"""A simple editor of the interview guide."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from interviews.actions.guide import add_default_guide, add_prompt, edit_prompt, move_prompt, remove_prompt
from interviews.forms.interviews import PromptForm
from interviews.models import GuidePrompt
from studies.access import StudyAccess, study_view
from studies.forms import is_key
from studies.roles import Verb


def _page(request: HttpRequest, access: StudyAccess, status: int = 200, **more: Any) -> HttpResponse:
    prompts = list(access.study.guide.all())
    labels = {phase: access.study.phase_label(phase) for phase in (1, 2, 3, 4)}
    groups: list[tuple[int | None, str, list[GuidePrompt]]] = [
        (None, "Any time", [each for each in prompts if each.phase is None])
    ]
    groups += [(n, label, [each for each in prompts if each.phase == n]) for n, label in labels.items()]
    context = {"access": access, "groups": groups, "empty": not prompts, "form": PromptForm(access=access)}
    return render(request, "interviews/guide.html", context | more, status=status)


@require_GET
@study_view()
def guide(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    edited = request.GET.get("edit", "")
    if not is_key(edited) or not access.may(Verb.CODE):
        return _page(request, access)
    prompt = get_object_or_404(access.study.guide, pk=edited)
    return _page(request, access, editing=prompt, edit_form=PromptForm(access=access, instance=prompt))


@require_POST
@study_view(needs=Verb.CODE)
def guide_start(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    add_default_guide(access)
    return redirect("interviews:guide", access.study.slug)


@require_POST
@study_view(needs=Verb.CODE)
def prompt_add(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    form = PromptForm(request.POST, access=access)
    if not form.is_valid():
        return _page(request, access, 422, form=form)
    add_prompt(access, **form.cleaned_data)
    return redirect("interviews:guide", access.study.slug)


@require_POST
@study_view(needs=Verb.CODE)
def prompt_edit(request: HttpRequest, access: StudyAccess, prompt_id: int) -> HttpResponse:
    prompt = get_object_or_404(access.study.guide, pk=prompt_id)
    form = PromptForm(request.POST, access=access)
    if not form.is_valid():
        return _page(request, access, 422, editing=prompt, edit_form=form)
    if request.POST.get("seen", prompt.text) not in (prompt.text, form.cleaned_data["text"]):
        return _page(request, access, 409, editing=prompt, edit_form=form, theirs=prompt.text)
    edit_prompt(access, prompt=prompt, **form.cleaned_data)
    return redirect("interviews:guide", access.study.slug)


@require_POST
@study_view(needs=Verb.CODE)
def prompt_move(request: HttpRequest, access: StudyAccess, prompt_id: int) -> HttpResponse:
    prompt = get_object_or_404(access.study.guide, pk=prompt_id)
    move_prompt(access, prompt=prompt, by=-1 if request.POST.get("direction") == "up" else 1)
    return redirect("interviews:guide", access.study.slug)


@require_POST
@study_view(needs=Verb.CODE)
def prompt_remove(request: HttpRequest, access: StudyAccess, prompt_id: int) -> HttpResponse:
    prompt = get_object_or_404(access.study.guide, pk=prompt_id)
    return _page(request, access, removed=remove_prompt(access, prompt=prompt))
