"""Faults: what the person reads, and what the log keeps. Neither ever repeats what somebody typed."""

from __future__ import annotations

import errno
import logging
import sys
import traceback
from collections.abc import ItemsView, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from django.core.exceptions import ImproperlyConfigured, RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.debug import SafeExceptionReporterFilter
from django.views.defaults import server_error as plain_server_error


@dataclass(frozen=True)
class Fault:
    """A fault that has a cause which people can act on."""

    status: int
    title: str
    words: str
    advice: str


NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
GO_BACK = "Go back: what you typed is still in the form."
DISK_FULL = Fault(
    507,
    "No room left",
    "Nothing could be stored, because the server’s disk is full. Nothing was half-written.",
    f"{GO_BACK} Tell whoever runs this server; once there is room, look whether your change is there, "
    "and send it again if it is not.",
)
BUSY = Fault(
    503,
    "The database is busy",
    "The database is too busy to answer, or away. Nothing was half-written.",
    f"{GO_BACK} Wait a minute, look whether your change is there, and send it again if it is not.",
)
TOO_LARGE = Fault(
    413,
    "Too large",
    "This is more than the server takes in one piece, so nothing of it was stored.",
    f"{GO_BACK} Send it in several parts: a transcript of three hours has about 0.3 MB.",
)
UNREADABLE = Fault(
    400,
    "Not understood",
    "The server did not understand this request, so nothing was changed.",
    "Go back, reload the page and try again.",
)


def answer(request: HttpRequest, fault: Fault) -> HttpResponse:
    """A page, or JSON or plain words for scripts. It needs neither the database nor a session."""
    sentence = f"{fault.words} {fault.advice}"
    if "application/json" in f"{request.headers.get('Accept', '')} {request.content_type}":
        return JsonResponse({"error": "fault", "message": fault.words}, status=fault.status)
    if request.headers.get("HX-Request"):
        return HttpResponse(sentence, status=fault.status, content_type="text/plain; charset=utf-8")
    return HttpResponse(render_to_string("fault.html", {"fault": fault}), status=fault.status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    return answer(request, TOO_LARGE if isinstance(exception, RequestDataTooBig) else UNREADABLE)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500, which runs while the exception is being handled."""
    fault = fault_behind(sys.exc_info()[1])
    return answer(request, fault) if fault else plain_server_error(request)


def fault_behind(error: BaseException | None) -> Fault | None:
    found = list(_chain(error))
    if any(_means_full(each) for each in found):
        return DISK_FULL
    return BUSY if any(isinstance(each, OperationalError) for each in found) else None


def _means_full(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    if getattr(error, "sqlstate", None) == "53100":  # PostgreSQL: disk_full
        return True
    return isinstance(error, OperationalError) and "disk is full" in str(error)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it, the last one first."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


# --- the log -----------------------------------------------------------------------------------------
# Their messages name files, tables and settings; those of other errors may quote what was typed
SPEAKING = (OSError, OperationalError, ImproperlyConfigured)


class QuietFormatter(logging.Formatter):
    """Tracebacks with places and kinds of errors, but without messages, which may hold interview text."""

    def formatException(  # noqa: N802  logging's name
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        return "\nwhich led to\n".join(_told(each) for each in reversed(list(_chain(ei[1]))))


def _told(error: BaseException) -> str:
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
    said = f": {str(error).splitlines()[0]}" if isinstance(error, SPEAKING) and str(error) else ""
    places = "".join(traceback.format_tb(error.__traceback__))
    return f"{places}{name}{said}{f' ({constraint})' if constraint else ''}"


class QuietExceptionReporterFilter(SafeExceptionReporterFilter):
    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return dict.fromkeys(request.POST if request else {}, self.cleansed_substitute)

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> ItemsView[str, Any]:
        return dict[str, Any]().items()
