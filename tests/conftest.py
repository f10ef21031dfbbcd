"""The cast of every test: a study with one person per role, an outsider, and a stranger's study."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from jobs.queries import survey_results, surveys
from strategy.queries import facts
from studies.access import StudyAccess
from studies.roles import Role
from tests import factories

# Speed is measured in bench/; a busy machine must not fail a test of arithmetic. Each run tries the same
# examples, so that what fails has to do with what was changed.
hypothesis.register_profile(
    "studio", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis.load_profile("studio")


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Any) -> None:
    """Hashed names need a collectstatic that tests do not run."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _forget_answers() -> None:
    """A process keeps what it read of a study by its id, which the next test's study has again."""
    surveys._kept.clear()
    survey_results._kept.cache_clear()
    facts._kept.clear()


@pytest.fixture
def owner(db: None) -> StudyAccess:
    return factories.make_access(Role.OWNER)


@pytest.fixture
def as_role(owner: StudyAccess) -> Callable[[Role], StudyAccess]:
    """Somebody else in the owner's study, in the role asked for."""
    return lambda role: factories.make_access(role, study=owner.study)


@pytest.fixture
def outsider(db: None) -> StudyAccess:
    """The owner of another study."""
    return factories.make_access(Role.OWNER)


@pytest.fixture
def login() -> Callable[[StudyAccess], Client]:
    def client_of(access: StudyAccess) -> Client:
        client = Client()
        client.force_login(access.user)
        return client

    return client_of
