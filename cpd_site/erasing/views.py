"""The page on which a participant is erased for good: what goes, what stays, and one deliberate step."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cpd_site.erasing.actions import last_erasing, start_erasing
from cpd_site.erasing.found import Erasure
from cpd_site.forms import EraseForm
from studies.access import StudyAccess, study_view
from studies.roles import Verb


@require_http_methods(["GET", "POST"])
@study_view(needs=Verb.MANAGE)
def erase(request: HttpRequest, access: StudyAccess, participant_id: int) -> HttpResponse:
    """Typing the pseudonym is the step that a slip of the hand does not take. The run's page tells the rest,
    also to whoever presses twice or comes later."""
    person = access.study.participants(manager="with_trash").filter(pk=participant_id).first()
    run = last_erasing(access, participant_id)
    if run and (person is None or not run.is_over):
        return redirect("studies:run", access.study.slug, run.pk)
    if person is None:
        raise Http404("There is no such participant.")
    form = EraseForm(person.pseudonym, request.POST or None)
    if request.method == "POST" and form.is_valid():
        run = start_erasing(access, participant=person)
        return redirect("studies:run", access.study.slug, run.pk)
    context = {
        "access": access,
        "nav": "participants",
        "person": person,
        "form": form,
        "erasure": Erasure(access.study, person),
        "waiting": access.study.transcriptdrafts.count(),
    }
    return render(request, "site/erase.html", context, status=422 if request.method == "POST" else 200)
