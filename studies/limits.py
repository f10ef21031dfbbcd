"""How often one address may try something: a counter per window in the shared cache."""

from __future__ import annotations

import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


def within_limit(request: HttpRequest, what: str, *, times: int, seconds: int) -> bool:
    """Counts this attempt; False once the client's address has used up its `times` in this window."""
    window = int(time.time()) // seconds
    key = f"limit:{what}:{get_adapter().get_client_ip(request)}:{window}"
    cache.add(key, 0, timeout=seconds)
    try:
        return bool(cache.incr(key) <= times)
    except ValueError:  # evicted between the two calls
        return True
