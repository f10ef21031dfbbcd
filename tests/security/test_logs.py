"""What people said stands in the database and on pages: not in logs, addresses or error messages."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from studies.access import StudyAccess
from tests import factories as make
from tests.architecture.test_matrix import ROUTES
from tests.faults.test_foreign_ids import CASES, NEW_ITEM, post, stage, written

SECRET = "Mein Mann ist im März gestorben"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the site's own handler writes, at the finest level."""
    written, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(written)
    handler.setFormatter(site_formatter())
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    root.setLevel(before)


def site_formatter() -> logging.Formatter:
    from logging.config import DictConfigurator

    return DictConfigurator(settings.LOGGING).configure_formatter(  # type: ignore[attr-defined,no-any-return]
        dict(settings.LOGGING["formatters"]["line"])
    )


def quiet(client: Client) -> Client:
    client.raise_request_exception = False
    return client


def crash_with(words: str) -> Any:
    def crash(*args: Any, **kwargs: Any) -> Any:
        said = words  # a local variable, as the real code has many
        raise IntegrityError(f"DETAIL: Key (study_id, pseudonym)=(1, {said}) already exists.")

    return crash


def test_a_crash_tells_where_it_happened_and_not_what_was_typed(
    owner: StudyAccess, login: Any, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    monkeypatch.setattr("interviews.views.participants.actions.add_participant", crash_with(SECRET))

    response = quiet(login(owner)).post(
        reverse("interviews:participant_add", args=[owner.study.slug]),
        {"pseudonym": SECRET, "note": SECRET},
    )

    assert response.status_code == 500
    assert SECRET not in response.text
    assert "IntegrityError" in log.getvalue()
    assert "test_logs.py" in log.getvalue()
    assert SECRET not in log.getvalue()


def test_a_crash_while_capturing_says_nothing_of_the_item(
    owner: StudyAccess, login: Any, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    interview = make.make_interview(owner.study)
    monkeypatch.setattr("interviews.views.capture.sync_interview", _value_error(SECRET))
    item = NEW_ITEM | {"fields": {"note": SECRET}}

    response = quiet(login(owner)).post(
        reverse("interviews:sync", args=[owner.study.slug, interview.pk]),
        json.dumps({"user": owner.user.pk, "changes": [item]}),
        content_type="application/json",
    )

    assert response.status_code == 500
    assert "ValueError" in log.getvalue()
    assert SECRET not in log.getvalue() + response.text


def _value_error(words: str) -> Any:
    def crash(*args: Any, **kwargs: Any) -> Any:
        raise ValueError(f"cannot place {words!r}") from KeyError(words)

    return crash


def test_ordinary_and_refused_work_leaves_no_words_in_the_log(
    owner: StudyAccess, outsider: StudyAccess, login: Any, log: io.StringIO
) -> None:
    mine, theirs, client = stage(owner), stage(outsider), quiet(login(owner))
    for case in CASES:
        body = {
            name: SECRET if isinstance(value, str) and "{" not in value else value
            for name, value in case.body.items()
        }
        post(client, case, owner, mine, written(case.body, mine))
        post(client, case, owner, mine, written(body, mine))
        post(client, case, owner, mine, written(case.body, mine | {case.ids[0]: theirs[case.ids[0]]}))
    client.get(f"/s/{owner.study.slug}/participants/", {"q": SECRET})
    client.get(f"/s/{owner.study.slug}/nowhere/", {"q": SECRET})

    assert "django.request" in log.getvalue()  # the refusals were logged
    for words in (SECRET, "Get home dry", "Lend a bike", "New words", "It rained"):
        assert words not in log.getvalue()


def test_addresses_of_a_study_hold_a_slug_numbers_and_nothing_else() -> None:
    kinds = {
        type(converter).__name__
        for pattern in ROUTES.values()
        for converter in pattern.pattern.converters.values()
    }
    assert kinds == {"SlugConverter", "IntConverter"}


def test_what_was_typed_is_not_led_on_in_an_address(owner: StudyAccess, login: Any) -> None:
    """A redirect after a POST names ids; history, proxies and the address bar keep addresses."""
    ids, client = stage(owner), quiet(login(owner))
    targets = [
        post(client, case, owner, ids, written(case.body, ids)).headers.get("Location", "") for case in CASES
    ]

    plain = re.compile(r"[/a-z0-9-]*(\?[a-z]+(=[a-z0-9]+)?(&[a-z]+=[a-z0-9]+)*)?(#[a-z0-9-]+)?")
    assert [target for target in targets if not plain.fullmatch(target)] == []


def test_no_code_logs_anything_but_ids_and_verbs() -> None:
    """Arguments of log calls are keys, kinds and types of errors; a new one is looked at here first."""
    known = {
        "an archive could not be stored: %s",
        "run %s (%s) failed",
        "a draft was not stored",
        "draft %s was not imported: %s",
        "a mark in transcript %s was not stored",
        "run %s waits for the sweep: the broker does not answer",
        "a canvas cannot be opened: %s",
        "a canvas cannot be read: %s",
        "no wake-ups: %s",
        "a wake-up is lost: %s",
        "rows of cards wait: %s",
        "canvas: %s",
        "the database does not answer: %s",
        "canvas updates wait: %s",
        "canvas updates of sheet %s are not kept: %s",
        "sheet %s cannot be read: %s",
        "canvas sheet %s: %s",
        "%s: not installed, so statements are compared by shared words (TF-IDF and LSA), which finds ",
    }
    found = set()
    for app in ("cpd_site", "studies", "interviews", "jobs", "journeys", "strategy"):
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            found |= set(re.findall(r"logger\.\w+\(\s*f?\"([^\"]+)\"", path.read_text()))
    assert found - known == set()


def test_the_worker_logs_like_the_site() -> None:
    """Celery sets up handlers of its own unless somebody takes part in that."""
    from celery.signals import setup_logging

    from cpd_site.celery import log_like_the_site

    assert log_like_the_site in [receiver() for _, receiver in setup_logging.receivers]
