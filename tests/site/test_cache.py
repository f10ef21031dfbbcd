"""What is counted in Redis is counted on without it, and no page needs it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from cpd_site import cache
from scripts import services
from studies.access import StudyAccess


class Server:
    """A Valkey that can be killed and started again where it was."""

    def __init__(self, folder: Path) -> None:
        self.port, self.folder = services.free_port(), folder

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = services.valkey_command(self.port, str(self.folder))
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        services.wait_for_port(self.port, self.process)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def server(tmp_path: Path, settings: Any) -> Iterator[Server]:
    redis = Server(tmp_path)
    redis.start()
    settings.CACHES = {
        "default": {
            "BACKEND": "cpd_site.cache.Shared",
            "LOCATION": redis.url,
            "OPTIONS": settings.SECONDS_FOR_REDIS,
        }
    }
    yield redis
    redis.kill()
    caches["default"].here.clear()  # type: ignore[attr-defined]


def test_attempts_are_counted_by_all_with_redis_by_each_without_and_again_by_all(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "ASK_AGAIN", 0)
    one, two = cache.Shared(server.url, {}), cache.Shared(server.url, {})

    together = [each.count("door", 60) for each in (one, two, one)]
    server.kill()
    alone = [one.count("door", 60) for _ in range(2)]
    server.start()
    back = [each.count("door", 60) for each in (two, one)]

    assert (together, alone, back) == ([1, 2, 3], [1, 2], [1, 2])


def test_whoever_is_in_stays_in_and_wrong_passwords_still_run_out_while_redis_is_away(
    server: Server, owner: StudyAccess, login: Any
) -> None:
    inside, guessing = login(owner), Client()
    server.kill()
    for _ in range(5):
        guessing.post(reverse("account_login"), {"login": owner.user.email, "password": "wrong"})

    assert inside.get(f"/s/{owner.study.slug}/").status_code == 200
    right = guessing.post(reverse("account_login"), {"login": owner.user.email, "password": "correct horse"})
    assert "Too many failed login attempts" in right.text


def test_a_session_is_nowhere_but_in_the_database(settings: Any) -> None:
    """Else who signs out while Redis is away would be signed in again once it is back."""
    assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"
