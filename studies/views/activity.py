"""What happened in a study, and its background runs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from studies import queries
from studies.access import StudyAccess, study_view
from studies.actions import runs as actions
from studies.forms import is_key
from studies.models import HistoryEntry
from studies.pages import render_page_or_partial
from studies.roles import Verb


@study_view()
def activity(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    """The feed; with `?since=<id>` what happened after that entry, as JSON for pages that poll."""
    if is_key(request.GET.get("since", "")):
        return _news(access, int(request.GET["since"]))
    kinds = queries.kinds_of_activity()
    kind = request.GET.get("kind", "")
    kind = kind if kind in dict(kinds) else ""
    person, before = _number(request, "person"), _number(request, "before")
    context = {
        "access": access,
        "nav": "activity",
        "feed": queries.activity(access, person=person, kind=kind, before=before),
        "memberships": queries.people(access),
        "kinds": kinds,
        "person": person,
        "kind": kind,
        "before": before,
        "runs": [] if person or kind or before else queries.latest_runs(access),
    }
    return render_page_or_partial(request, "studies/activity.html", "studies/_feed.html", context)


def _number(request: HttpRequest, name: str) -> int | None:
    """The key in the address; anything that can be none is no filter."""
    text = request.GET.get(name, "")
    return int(text) or None if is_key(text) else None


def _news(access: StudyAccess, since: int) -> JsonResponse:
    news = queries.news_since(access, min(since, 2**62))
    entries = [_as_json(entry) for entry in news.entries]
    return JsonResponse({"last": news.last, "reload": news.too_many, "entries": entries})


def _as_json(entry: HistoryEntry) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "actor": entry.actor_name,
        "actor_id": entry.actor_id,
        "verb": entry.verb,
        "sentence": entry.sentence,
        "target_type": entry.target_type,
        "target_id": entry.target_id,
        "label": entry.target_label,
        "at": entry.at.isoformat(),
    }


# --- background runs ---------------------------------------------------------------------------------
@study_view()
def run(request: HttpRequest, access: StudyAccess, run_id: int) -> HttpResponse:
    """The run's page; asked by htmx, only its card, which then asks again until the run is over."""
    found = get_object_or_404(access.study.runs, pk=run_id)
    context = {"access": access, "run": found, "nav": "activity"}
    response = render_page_or_partial(request, "studies/run.html", "studies/_run.html", context)
    if found.is_over:
        response["HX-Trigger"] = "run-over"
    return response


@study_view(needs=Verb.CODE)
@require_POST
def run_cancel(request: HttpRequest, access: StudyAccess, run_id: int) -> HttpResponse:
    found = get_object_or_404(access.study.runs, pk=run_id)
    if not actions.cancel_run(access, run=found):
        messages.info(request, f"{found.title}: it was over already, so nothing was cancelled.")
    return _back(request, reverse("studies:run", args=[access.study.slug, run_id]))


@study_view(needs=Verb.CODE)
@require_POST
def run_repeat(request: HttpRequest, access: StudyAccess, run_id: int) -> HttpResponse:
    found = get_object_or_404(access.study.runs, pk=run_id)
    again = actions.repeat_run(access, run=found)
    return redirect("studies:run", access.study.slug, again.pk)


def _back(request: HttpRequest, fallback: str) -> HttpResponse:
    """To the page that held the button, never to another site."""
    origin = request.META.get("HTTP_REFERER", "")
    safe = url_has_allowed_host_and_scheme(origin, {request.get_host()}, request.is_secure())
    return redirect(origin if safe else fallback)
