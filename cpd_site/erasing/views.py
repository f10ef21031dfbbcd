"""The page on which a participant is erased for good: what goes, what stays, and one deliberate step."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from cpd_site.erasing.actions import erase_participant
from cpd_site.erasing.found import Erasure
from cpd_site.forms import EraseForm
from studies.access import StudyAccess, study_view
from studies.roles import Verb


@require_http_methods(["GET", "POST"])
@study_view(needs=Verb.MANAGE)
def erase(request: HttpRequest, access: StudyAccess, participant_id: int) -> HttpResponse:
    """Typing the pseudonym is the step that a slip of the hand does not take."""
    trash = access.study.participants(manager="with_trash")
    person = get_object_or_404(trash, pk=participant_id)
    form = EraseForm(person.pseudonym, request.POST or None)
    if request.method == "POST" and form.is_valid():
        erase_participant(access, participant=person)
        messages.success(request, "The participant is erased for good, with everything that they said.")
        return redirect("interviews:participants", access.study.slug)
    context = {
        "access": access,
        "nav": "participants",
        "person": person,
        "form": form,
        "erasure": Erasure(access.study, person),
        "waiting": access.study.transcriptdrafts.count(),
    }
    return render(request, "site/erase.html", context, status=422 if request.method == "POST" else 200)
