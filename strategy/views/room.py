"""What open pages of a canvas ask for, whoever looks at them: members of the study and guests."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from strategy.actions.projection import up_to_date
from strategy.document import is_card_key
from strategy.models import Card
from strategy.seats import Seat, open_seat


def seat_view(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Opens the room named by the URL and passes the seat of whoever asks; 404 for everybody else."""

    @wraps(view)
    def through_the_door(request: HttpRequest, canvas_id: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, open_seat(request.user, request.session, canvas_id), *args, **kwargs)

    return through_the_door


def card_in(seat: Seat, card_key: str) -> Card:
    """Also one that was written a moment ago, whose row is still to come. Raises Http404."""
    if not is_card_key(card_key):
        raise Http404("There is no such card on this canvas.")
    if not seat.canvas.cards.filter(key=card_key).exists():
        up_to_date(seat.canvas)
    card: Card = get_object_or_404(seat.canvas.cards, key=card_key)
    card.canvas, card.study = seat.canvas, seat.canvas.study
    return card
