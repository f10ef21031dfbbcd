"""How often one client may try something, whatever addresses it has."""

from __future__ import annotations

from uuid import uuid4

from django.test import RequestFactory

from studies.limits import within_limit


def tries(*addresses: str) -> list[bool]:
    """Whether each may, where twice is all that one client may."""
    what, request = uuid4().hex, RequestFactory()
    return [
        within_limit(request.get("/", REMOTE_ADDR=address), what, times=2, seconds=10**9)
        for address in addresses
    ]


def test_the_addresses_of_one_ipv6_network_are_one_client() -> None:
    same = [f"2001:db8:1:1:{number}::1" for number in (1, 2, 3)]

    assert tries(*same, "2001:db8:1:2::1") == [True, True, False, True]


def test_addresses_of_ipv4_are_told_apart_also_where_they_are_mapped() -> None:
    assert tries("192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2") == [True, True, False, True]
    mapped = [f"::ffff:192.0.2.{number}" for number in (1, 1, 1, 2)]
    assert tries(*mapped) == [True, True, False, True]
