"""The page of the trash, and the way back of each row on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from cpd_site.trash import actions
from cpd_site.trash.kinds import KINDS, Kind
from cpd_site.trash.lines import Line, counts, in_trash, lines
from studies.access import StudyAccess, study_view
from studies.pages import here, page_number

A_PAGE = 50  # lines


@study_view()
@require_GET
def trash(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    there = counts(access)
    kind = request.GET.get("kind", "")
    kind = kind if kind in there else ""
    listed = Paginator(in_trash(access, kind), A_PAGE)
    shown = listed.get_page(page_number(request))
    context = {
        "access": access,
        "nav": "trash",
        "page": shown,
        "lines": [(line, _way_back(access, line)) for line in lines(access.study, shown)],
        "kind": kind,
        "kinds": [(name, KINDS[name].title, count) for name, count in there.items()],
        "total": sum(there.values()),
        "query": urlencode({"kind": kind}) if kind else "",
        "here": here(request),
    }
    return render(request, "site/trash.html", context)


def _way_back(access: StudyAccess, line: Line) -> str:
    """The address that brings it back; empty for a role that may not delete it either."""
    if not access.may(KINDS[line.kind].needs):
        return ""
    return reverse(f"bring_back_{line.kind}", args=[access.study.slug, line.row.pk])


def bring_back(kind: Kind) -> Callable[..., HttpResponseBase]:
    """The view that brings back a row of one kind: each needs what deleting it needs."""

    @require_POST
    @study_view(needs=kind.needs)
    def view(request: HttpRequest, access: StudyAccess, **found: Any) -> HttpResponse:
        row = get_object_or_404(kind.found(access.study), pk=found[kind.id_name])
        try:
            messages.success(request, actions.bring_back(access, kind, row))
        except actions.REFUSALS as refused:
            messages.error(request, f"It stays in the trash: {actions.why(refused)}")
        return redirect(reverse("trash", args=[access.study.slug]) + here(request))

    return view
