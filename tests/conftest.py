"""The cast of every test: a study with one person per role, an outsider, and a stranger's study."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from jobs.queries import survey_results, surveys
from strategy.queries import facts
from studies.access import StudyAccess
from studies.models import Study
from studies.roles import Role
from tests import factories

# Speed is measured in bench/; a busy machine must not fail a test of arithmetic. Each run tries the same
# examples, so that what fails has to do with what was changed.
hypothesis.register_profile(
    "studio", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis.load_profile("studio")


@pytest.fixture(autouse=True, scope="session")
def _plain_and_quick() -> Iterator[None]:
    """Hashed names need a collectstatic that tests do not run; hashing passwords well takes long."""
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(
        STORAGES=settings.STORAGES | plain,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture(autouse=True)
def _forget_answers() -> None:
    """A process keeps what it read of a study by its id, which the next test's study has again."""
    surveys._kept.clear()
    survey_results._kept.cache_clear()
    facts._kept.clear()


@pytest.fixture(scope="module")
def module_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """For rows that all tests of a module share: each test takes back what it did, the module the rest."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def demo(module_db: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Study]:
    """The demo study, whose password lies in `settings.DATA_DIR`."""
    with override_settings(DATA_DIR=tmp_path_factory.mktemp("demo")):
        call_command("seed_demo", stdout=StringIO())
        yield Study.objects.get()


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
