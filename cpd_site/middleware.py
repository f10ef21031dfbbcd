"""What holds for every request and every answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware

from cpd_site.bridge import UNKEPT
from cpd_site.errors import DISK_FULL, TOO_LARGE, answer

Handler = Callable[[HttpRequest], HttpResponse]
UPLOADS_AT_ONCE = 4


def refuse_what_no_page_sends(get_response: Handler) -> Handler:
    """An oversized body, before anything reads it: else anybody could fill the disk with temporary files.
    Nor does anything read a body for which there was no room.

    NUL in an address, which PostgreSQL takes in no text, is left out: a filter that makes no sense is none.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("%00", "")
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > UPLOADS_AT_ONCE * settings.UPLOAD_MAX_BYTES:
            return answer(request, TOO_LARGE)
        if request.META.get(UNKEPT):
            return answer(request, DISK_FULL)
        return get_response(request)

    return handle


def pack_pages(get_response: Handler) -> Handler:
    """A list of fifty rows is 100 kB, and 8 packed; fifty people in a room ask for 75 kB each at once.

    Files are left as they are: most are packed already, and their length tells how far a download is.
    Django adds bytes of random length, so that sizes tell nothing of a secret on the page.
    """
    gzip = GZipMiddleware(get_response)

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith(("text/html", "application/json"))
        if response.streaming or response.has_header("Content-Disposition") or not is_page:
            return response
        return cast(HttpResponse, gzip.process_response(request, response))

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
