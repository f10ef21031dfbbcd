"""How often one address may try something: a counter per window in the shared cache."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

if TYPE_CHECKING:
    from redis import Redis


def within_limit(request: HttpRequest, what: str, *, times: int, seconds: int) -> bool:
    """Counts this attempt; False once the client's address has used up its `times` in this window."""
    window = int(time.time()) // seconds
    key = f"limit:{what}:{get_adapter().get_client_ip(request)}:{window}"
    count = _counted_together if settings.REDIS_URL else _counted_here
    return count(key, seconds) <= times


def _counted_together(key: str, seconds: int) -> int:
    """Counts in one round trip to Redis. Django's cache would need three, and hundreds answer a survey at
    once."""
    counter = _redis().pipeline(transaction=False)
    counter.incr(key)
    counter.expire(key, seconds)
    return int(counter.execute()[0])


@lru_cache
def _redis() -> Redis:
    from redis import Redis

    return Redis.from_url(settings.REDIS_URL)


def _counted_here(key: str, seconds: int) -> int:
    cache.add(key, 0, timeout=seconds)
    try:
        return int(cache.incr(key))
    except ValueError:  # evicted between the two calls
        return 0
