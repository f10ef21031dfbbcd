"""Websockets only from pages of this site: a browser sends its cookies to whichever page opens one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host
from django.utils.http import is_same_domain

Application = Callable[[Any, Any, Any], Awaitable[None]]


def only_from_here(application: Application) -> Application:
    """Any other origin, and none, gets 403 before the handshake."""

    async def checked(scope: Any, receive: Any, send: Any) -> None:
        if is_from_here(scope["headers"]):
            return await application(scope, receive, send)
        await receive()
        return await send({"type": "websocket.close", "code": 4403})

    return checked


def is_from_here(headers: list[tuple[bytes, bytes]]) -> bool:
    """As Django judges a form that is sent: the host of the page is ours, or one of CSRF_TRUSTED_ORIGINS."""
    values: Mapping[bytes, bytes] = dict(headers)
    origin = urlsplit(values.get(b"origin", b"").decode("latin1"))
    host = values.get(b"host", b"").decode("latin1").lower()
    if not origin.hostname:
        return False
    return (_is_ours(host) and origin.netloc.lower() == host) or _is_trusted(origin.scheme, origin.netloc)


def _is_ours(host: str) -> bool:
    name = urlsplit(f"//{host}").hostname or ""
    name = f"[{name}]" if ":" in name else name
    allowed = settings.ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
    return validate_host(name, allowed)


def _is_trusted(scheme: str, host: str) -> bool:
    trusted = (urlsplit(each) for each in settings.CSRF_TRUSTED_ORIGINS)
    return any(
        scheme == each.scheme and is_same_domain(host.lower(), each.netloc.lstrip("*")) for each in trusted
    )
