"""What the environment says, and which of its combinations no process starts with."""

from __future__ import annotations

import pytest

from cpd_site import env
from cpd_site.checks import https_needs_a_proxy


def test_what_is_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", " ")
    monkeypatch.setenv("TIME_ZONE", "")

    assert env.words("ALLOWED_HOSTS", "localhost,127.0.0.1") == ["localhost", "127.0.0.1"]
    assert env.text("TIME_ZONE", "UTC") == "UTC"


@pytest.mark.parametrize(
    ("https", "proxy", "found"),
    [(False, False, []), (False, True, []), (True, True, []), (True, False, ["cpd_site.E003"])],
)
def test_https_without_a_proxy_does_not_start(
    settings: pytest.FixtureRequest, https: bool, proxy: bool, found: list[str]
) -> None:
    settings.HTTPS_ONLY, settings.BEHIND_PROXY = https, proxy  # type: ignore[attr-defined]

    assert [error.id for error in https_needs_a_proxy(None)] == found
