"""How often one address may try something: a counter per window in the shared cache."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.cache import caches
from django.http import HttpRequest


def within_limit(request: HttpRequest, what: str, *, times: int, seconds: int) -> bool:
    """Counts this attempt; False once the client's address has used up its `times` in this window."""
    window = int(time.time()) // seconds
    key = f"limit:{what}:{get_adapter().get_client_ip(request)}:{window}"
    counters: Any = caches["default"]  # cpd_site/cache.py: it counts with one question
    return int(counters.count(key, seconds)) <= times
