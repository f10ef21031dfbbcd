"""What web processes remember together for some minutes: how often somebody tried something."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

ASK_AGAIN = 5.0  # s; until then nobody waits for a Redis that did not answer


class Here(LocMemCache):
    """The cache of one process."""

    def count(self, key: str, seconds: int) -> int:
        """How often this was called with the key in its `seconds`, this time included."""
        self.add(key, 0, timeout=seconds)
        try:
            return int(self.incr(key))
        except ValueError:  # evicted between the two calls
            return 0


def _or_here(ask: Callable[..., Any]) -> Callable[..., Any]:
    def asked(self: Shared, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= self.ask_again:
            try:
                return ask(self, *args, **kwargs)
            except RedisError:
                self.ask_again = time.monotonic() + ASK_AGAIN
        return getattr(self.here, ask.__name__)(*args, **kwargs)

    return asked


class Shared(RedisCache):
    """Redis. While it does not answer each process counts by itself: limits are looser, and pages open."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.here, self.ask_again = Here("while-redis-is-away", params), 0.0

    @_or_here
    def count(self, key: str, seconds: int) -> int:
        """One journey to Redis; add and incr take three, and a survey is answered by hundreds at once."""
        counter = self._cache.get_client(write=True).pipeline(transaction=False)
        counter.incr(self.make_key(key))
        counter.expire(self.make_key(key), seconds)
        return int(counter.execute()[0])

    add, get, set = _or_here(RedisCache.add), _or_here(RedisCache.get), _or_here(RedisCache.set)
    delete, incr = _or_here(RedisCache.delete), _or_here(RedisCache.incr)
