"""How often one address may try something: a counter per window in the shared cache."""

from __future__ import annotations

import time
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.cache import caches
from django.http import HttpRequest


def within_limit(request: HttpRequest, what: str, *, times: int, seconds: int) -> bool:
    """Counts this attempt; False once the client's address has used up its `times` in this window."""
    window = int(time.time()) // seconds
    key = f"limit:{what}:{_client(get_adapter().get_client_ip(request))}:{window}"
    counters: Any = caches["default"]  # cpd_site/cache.py: it counts with one question
    return int(counters.count(key, seconds)) <= times


def _client(address: str) -> str:
    """Whoever has one IPv6 address has the 2 ** 64 of its network, and would have new attempts with each."""
    found = ip_address(address)
    if not isinstance(found, IPv6Address) or found.ipv4_mapped:
        return address
    return str(IPv6Network((found, 64), strict=False))
