"""What holds for every request and every answer."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from cpd_site.errors import TOO_LARGE, answer

Handler = Callable[[HttpRequest], HttpResponse]
UPLOADS_AT_ONCE = 4


def refuse_the_oversized(get_response: Handler) -> Handler:
    """Before anything reads the body: else anybody could fill the disk with temporary files."""

    def handle(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > UPLOADS_AT_ONCE * settings.UPLOAD_MAX_BYTES:
            return answer(request, TOO_LARGE)
        return get_response(request)

    return handle


def keep_pages_private(get_response: Handler) -> Handler:
    """Pages are for one browser and are asked for again; who signs out leaves none of them behind.

    Clear-Site-Data spares what waits in the browser to be sent: that is storage, and not the cache.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        if _signed_out(request, response):
            response.headers["Clear-Site-Data"] = '"cache"'
        return response

    return handle


def _signed_out(request: HttpRequest, response: HttpResponse) -> bool:
    match = request.resolver_match
    return bool(match and match.view_name == "account_logout" and response.status_code == 302)
