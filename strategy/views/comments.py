"""The thread of a card: members of the study and guests read and write it in the room."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from strategy.actions import comments as actions
from strategy.forms.cards import CommentForm
from strategy.models import Card, CardComment
from strategy.queries import comments as queries
from strategy.seats import Seat
from strategy.views.room import card_in, seat_view
from studies.history import person_name
from studies.limits import within_limit
from studies.pages import by_htmx, render_page_or_partial, say_done

COMMENTS, SECONDS = 30, 300  # that a guest may write
OWN = "card_comments"  # in a guest's session: the comments that they wrote


def _comment(seat: Seat, card_key: str, card_comment_id: int, *, trash: bool = False) -> CardComment:
    rows = card_in(seat, card_key).comments(manager="with_trash" if trash else "objects")
    found: CardComment = get_object_or_404(rows, pk=card_comment_id)
    return found


def _own(request: HttpRequest) -> set[int]:
    return set(request.session.get(OWN, []))


@never_cache
@require_http_methods(["GET", "POST"])
@seat_view
def comments(request: HttpRequest, seat: Seat, card_key: str) -> HttpResponse:
    card = card_in(seat, card_key)
    if request.method == "GET":
        actions.look_at(seat, card)
        return _thread(request, seat, card)
    seat.require(seat.may_comment)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _thread(request, seat, card, form, status=422)
    if seat.access is None and not _within_limit(request, seat):
        form.add_error("text", "Too many comments came from you. Wait five minutes, then send it again.")
        return _thread(request, seat, card, form, status=429)
    row = actions.add_comment(seat, card=card, text=form.cleaned_data["text"])
    if seat.access is None:
        request.session[OWN] = [*request.session.get(OWN, []), row.pk][-500:]
    return _thread(request, seat, card) if by_htmx(request) else _back(seat, card)


def _within_limit(request: HttpRequest, seat: Seat) -> bool:
    """For guests, who are known to nobody: of each seat, as a whole room may share one address."""
    return within_limit(request, f"comment:{seat.key}", times=COMMENTS, seconds=SECONDS)


def _back(seat: Seat, card: Card) -> HttpResponse:
    return redirect("room:comments", seat.canvas.pk, card.key)


def _thread(
    request: HttpRequest, seat: Seat, card: Card, form: CommentForm | None = None, status: int = 200
) -> HttpResponse:
    context = _context(request, seat, card) | {"form": form or CommentForm()}
    page, partial = "strategy/comments.html", "strategy/_comments.html"
    return render_page_or_partial(request, page, partial, context, status=status)


def _context(request: HttpRequest, seat: Seat, card: Card) -> dict[str, Any]:
    user = actions.account(seat)
    said = queries.thread(card, user=user, own=_own(request))
    return {
        "access": seat.access,
        "frame": "study.html" if seat.access else "strategy/guest.html",
        "seat": seat,
        "canvas": seat.canvas,
        "card": card,
        "said": said,
        "unresolved": sum(one.row.resolved_at is None for one in said),
        "people": _people(seat, card),
        "canvas_url": _canvas_of(seat),
    }


def _people(seat: Seat, card: Card) -> list[str]:
    """Whom to offer after "@". A guest is not told who is in the study."""
    if seat.access is None or not seat.may_comment:
        return []
    return [person_name(one) for one in actions.members(card.study) if one != seat.access.user]


@require_POST
@seat_view
def comment_resolve(request: HttpRequest, seat: Seat, card_key: str, card_comment_id: int) -> HttpResponse:
    """`resolved=0` reopens it."""
    comment = _comment(seat, card_key, card_comment_id)
    actions.set_resolved(seat, comment=comment, resolved=request.POST.get("resolved", "1") != "0")
    card = card_in(seat, card_key)
    return _thread(request, seat, card) if by_htmx(request) else _back(seat, card)


@require_POST
@seat_view
def comment_delete(request: HttpRequest, seat: Seat, card_key: str, card_comment_id: int) -> HttpResponse:
    comment = _comment(seat, card_key, card_comment_id)
    own = queries.is_mine(comment, user=actions.account(seat), own=_own(request))
    actions.set_deleted(seat, comment=comment, deleted=True, own=own)
    card = card_in(seat, card_key)
    undo = reverse("room:comment_restore", args=[seat.canvas.pk, card.key, comment.pk])
    if not by_htmx(request):
        say_done(request, "Comment deleted.", undo=undo)
        return _back(seat, card)
    response = _thread(request, seat, card)
    said = {"text": "Comment deleted.", "undo": f"{undo}?canvas"}
    response["HX-Trigger"] = json.dumps({"toast": said})
    return response


@require_POST
@seat_view
def comment_restore(request: HttpRequest, seat: Seat, card_key: str, card_comment_id: int) -> HttpResponse:
    comment = _comment(seat, card_key, card_comment_id, trash=True)
    own = queries.is_mine(comment, user=actions.account(seat), own=_own(request))
    actions.set_deleted(seat, comment=comment, deleted=False, own=own)
    if "canvas" in request.GET:  # deleted in the panel of the canvas
        return redirect(f"{_canvas_of(seat)}#card-{card_key}")
    return _back(seat, card_in(seat, card_key))


def _canvas_of(seat: Seat) -> str:
    if seat.access is None:
        return reverse("room:room", args=[seat.canvas.pk])
    return reverse("strategy:canvas", args=[seat.access.study.slug, seat.canvas.pk])
