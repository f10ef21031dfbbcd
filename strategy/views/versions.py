"""Versions of a canvas: kept, compared, gone back to."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from strategy.actions.restoring import restore_card_of, restore_version
from strategy.actions.rules import StrategyRefused
from strategy.actions.versions import cards_now, name_version
from strategy.forms.cards import VersionForm
from strategy.models import Canvas, CanvasVersion
from strategy.queries import versions as queries
from strategy.views.canvases import canvas_or_404
from studies.access import StudyAccess, study_view
from studies.forms import is_key
from studies.pages import page_number, say_done
from studies.roles import Verb

A_PAGE = 15


def _version(canvas: Canvas, version_id: int) -> CanvasVersion:
    found: CanvasVersion = get_object_or_404(canvas.versions.select_related("made_by"), pk=version_id)
    found.canvas = canvas
    return found


@never_cache
@require_GET
@study_view()
def versions(request: HttpRequest, access: StudyAccess, canvas_id: int) -> HttpResponse:
    return _list(request, canvas_or_404(access, canvas_id), VersionForm())


def _list(request: HttpRequest, canvas: Canvas, form: VersionForm, status: int = 200) -> HttpResponse:
    kept = canvas.versions.select_related("made_by")
    page = Paginator(kept, A_PAGE).get_page(page_number(request))
    shown = list(page.object_list)
    before = kept.filter(pk__lt=shown[-1].pk).first() if shown else None
    context = {
        "access": request.access,  # type: ignore[attr-defined]
        "canvas": canvas,
        "page": page,
        "lines": queries.lines(shown, before),
        "form": form,
    }
    return render(request, "strategy/versions.html", context, status=status)


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def version_keep(request: HttpRequest, access: StudyAccess, canvas_id: int) -> HttpResponse:
    canvas = canvas_or_404(access, canvas_id)
    form = VersionForm(request.POST)
    if not form.is_valid():
        return _list(request, canvas, form, status=422)
    version = name_version(access, canvas=canvas, name=form.cleaned_data["name"])
    messages.success(request, f"“{version}” is kept.")
    return redirect("strategy:versions", access.study.slug, canvas.pk)


@never_cache
@require_GET
@study_view()
def version(request: HttpRequest, access: StudyAccess, canvas_id: int, version_id: int) -> HttpResponse:
    """`?with=`: the number of another version, or the canvas as it is now. The older one stands left, or what
    was added would read as removed."""
    canvas = canvas_or_404(access, canvas_id)
    then, now = _version(canvas, version_id), _asked(request, canvas, "with")
    if now and now.pk < then.pk:
        older = reverse("strategy:version", args=[access.study.slug, canvas_id, now.pk])
        return redirect(f"{older}?with={then.pk}")
    return render(request, "strategy/version.html", _compared(access, canvas, then, now))


def _asked(request: HttpRequest, canvas: Canvas, name: str) -> CanvasVersion | None:
    """The version whose number stands in the address under this name."""
    asked = request.GET.get(name, "")
    return _version(canvas, int(asked)) if is_key(asked) else None


def _compared(
    access: StudyAccess, canvas: Canvas, then: CanvasVersion, now: CanvasVersion | None
) -> dict[str, Any]:
    old, new = queries.cards_of(then), queries.cards_of(now) if now else cards_now(canvas)
    return {
        "access": access,
        "canvas": canvas,
        "then": then,
        "now": now,
        "choices": list(canvas.versions.defer("cards")[:200]),
        **queries.side_by_side(old, new),
    }


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def version_restore(
    request: HttpRequest, access: StudyAccess, canvas_id: int, version_id: int
) -> HttpResponse:
    """The whole canvas. `?undone=`: the number of the version whose restoring this takes back."""
    canvas = canvas_or_404(access, canvas_id)
    undone = _asked(request, canvas, "undone")
    try:
        before = restore_version(access, version=_version(canvas, version_id), undone=undone)
    except StrategyRefused as refused:
        messages.error(request, str(refused))
        return redirect("strategy:version", access.study.slug, canvas_id, version_id)
    undo = reverse("strategy:version_restore", args=[access.study.slug, canvas_id, before.pk])
    say_done(request, "The canvas is as it was.", undo=f"{undo}?undone={version_id}")
    return redirect("strategy:canvas", access.study.slug, canvas_id)


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def version_card(
    request: HttpRequest, access: StudyAccess, canvas_id: int, version_id: int, card_key: str
) -> HttpResponse:
    """One card of it."""
    kept = _version(canvas_or_404(access, canvas_id), version_id)
    if card_key not in _keys(kept):
        raise Http404("There is no such card, neither here nor in this version.")
    here = [access.study.slug, canvas_id, version_id]
    try:
        before = restore_card_of(access, version=kept, key=card_key)
    except StrategyRefused as refused:
        messages.error(request, str(refused))
    else:
        undo = reverse("strategy:version_card", args=[access.study.slug, canvas_id, before.pk, card_key])
        say_done(request, "The card is as it was.", undo=undo)
    return redirect("strategy:version", *here)


def _keys(version: CanvasVersion) -> set[str]:
    there = version.canvas.cards(manager="with_trash").values_list("key", flat=True)
    return {card["key"] for card in version.cards} | {str(key) for key in there}
