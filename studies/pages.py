"""Answers that work with and without JavaScript."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject


def by_htmx(request: HttpRequest) -> bool:
    """Whether a script asks for a piece of a page. Requests that tests make by hand passed no middleware."""
    return bool(getattr(request, "htmx", False))


def say_done(request: HttpRequest, words: str, *, undo: str) -> None:
    """A notice on the next page, whose Undo is a POST to `undo`; "" where it cannot be taken back."""
    messages.success(request, words, extra_tags=f"undo:{undo}" if undo else "")


def render_page_or_partial(
    request: HttpRequest, page: str, partial: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The whole page, or only `partial` where htmx asks for a piece of it."""
    response = render(request, partial if by_htmx(request) else page, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def download(pieces: Iterable[str], kind: str, filename: str) -> StreamingHttpResponse:
    """A file made while it is sent; `kind` is its media type, as in text/csv."""
    response = StreamingHttpResponse(pieces, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def page_number(request: HttpRequest) -> int:
    """The page of a list that `?page=` asks for; 1 where that is no number."""
    text = request.GET.get("page", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 1


def query_without(request: HttpRequest, *names: str, **changed: str) -> str:
    """The state of a page as a query string, for links that change one part of it."""
    kept = request.GET.copy()
    for name in names:
        kept.pop(name, None)
    for name in [name for name, value in kept.items() if not value]:
        kept.pop(name)
    for name, value in changed.items():
        kept[name] = value
    return kept.urlencode()


def chip(request: HttpRequest, name: str, value: str, label: str) -> dict[str, Any]:
    """A filter of a list that is on or off; it knows the query string that turns it round."""
    on = request.GET.get(name) == value
    without = query_without(request, "page", name)
    query = without if on else query_without(request, "page", **{name: value})
    return {"name": name, "value": value, "label": label, "on": on, "query": query}


def here(request: HttpRequest, *names: str) -> str:
    """The query string of a page without `names`, with its question mark, for links that lead back to it;
    empty where nothing is left."""
    query = query_without(request, *names)
    return f"?{query}" if query else ""


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of every page inside a study: the studies to switch to, asked for only where they are shown."""
    access = getattr(request, "access", None)
    if access is None:
        return {}
    memberships = access.user.memberships.select_related("study").order_by("study__name")
    return {"switcher_studies": SimpleLazyObject(lambda: [membership.study for membership in memberships])}
