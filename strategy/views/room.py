"""What open pages of a canvas ask for, whoever looks at them: members of the study and guests."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from strategy.queries.facts import facts
from strategy.seats import Seat, open_seat


def seat_view(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Opens the room named by the URL and passes the seat of whoever asks; 404 for everybody else."""

    @wraps(view)
    def through_the_door(request: HttpRequest, canvas_id: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, open_seat(request.user, request.session, canvas_id), *args, **kwargs)

    return through_the_door


@never_cache
@require_GET
@seat_view
def room_facts(request: HttpRequest, seat: Seat) -> JsonResponse:
    return JsonResponse(facts(seat))
