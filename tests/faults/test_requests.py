"""Requests that no browser of ours sends, and faults of the machine: answered in words, not with a crash."""

from __future__ import annotations

import errno
import json
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError
from django.test import Client, RequestFactory
from django.urls import reverse

from cpd_site.errors import BUSY, DISK_FULL, fault_behind
from studies.access import StudyAccess
from tests import factories as make
from tests.architecture.populated import populate
from tests.architecture.test_matrix import ROUTES, fill
from tests.faults.snapshot import changed, everything

MB = 1024 * 1024
FIELDS = (
    "page q segment tag consent sort state interview level dimension lens align kind column owner phase "
    "since before person of group job scope participant edit parent other jobs to into elements after "
    "start end version client_id key criterion value text statement pseudonym on held_on due_on size "
    "target decision reason goals role seal polarity rule welcomed status direction title lane change "
    "dismiss-verb dismiss-length name note jobs codes code description transcript levels dimensions one "
    "other run threshold by side show top base against off respondent prevalence opportunity method segment "
    "find word seen currency performers_low reach_high cost_low last_day add with_kano position lang import "
    "what-0 job-0 text date order file snapshot"
)


def quiet(client: Client) -> Client:
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("url", ["/account/login/", "/import/", "/new/"])
def test_an_oversized_request_is_refused_before_anything_reads_it(
    url: str, owner: StudyAccess, login: Any
) -> None:
    class Unread:
        """A body that nobody may touch; what it claims to be is in the length."""

        def read(self, size: int = -1) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    for client in (Client(), login(owner)):
        response = client.generic(
            "POST",
            url,
            b"",
            content_type="multipart/form-data; boundary=x",
            CONTENT_LENGTH=str(5000 * MB),
            **{"wsgi.input": Unread()},
        )
        assert response.status_code == 413
        assert "more than the server takes in one piece" in response.text


def test_a_form_of_twelve_megabytes_of_text_is_refused_in_words(owner: StudyAccess, login: Any) -> None:
    before = everything()
    url = reverse("interviews:roster", args=[owner.study.slug])

    response = login(owner).post(url, {"text": "Ida\n" * (3 * MB)})

    assert response.status_code == 413
    assert "Send it in several parts" in response.text
    assert changed(before) == []


def test_a_body_of_twelve_megabytes_of_json_is_refused_in_json(owner: StudyAccess, login: Any) -> None:
    interview = make.make_interview(owner.study)
    url = reverse("interviews:sync", args=[owner.study.slug, interview.pk])
    body = json.dumps({"user": owner.user.pk, "changes": [{"fields": {"note": "a" * 12 * MB}}]})

    response = login(owner).post(url, body, content_type="application/json")

    assert response.status_code == 413
    assert "more than the server takes" in response.json()["message"]


def test_thousands_of_fields_are_refused_in_words(owner: StudyAccess, login: Any) -> None:
    body = "&".join(f"f{number}=1" for number in range(6000))
    response = login(owner).post("/new/", body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 400
    assert "did not understand this request" in response.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"a": ' * 5000,
        b"null",
        b"[]",
        b'"x"',
        b"1e999",
        b'{"user": null}',
        b'{"user": {"$gt": 0}, "changes": {}}',
        b'{"changes": [[]]}',
        b'{"asked": {"9999999999999999999999": true}}',
        b'{"timer": {"elapsed_ms": 1e400, "running": "yes"}}',
        b'{"header": {"fields": [1], "base": 7}}',
        b'{"changes": [{"client_id": {}, "base_version": [], "fields": 7, "base": "x"}]}',
    ],
)
def test_nonsense_in_json_is_refused_and_writes_nothing(body: bytes, owner: StudyAccess, login: Any) -> None:
    interview = make.make_interview(owner.study)
    url, before = reverse("interviews:sync", args=[owner.study.slug, interview.pk]), everything()

    response = login(owner).post(url, body, content_type="application/json")

    assert response.status_code in {400, 409}
    assert response.json()["message"]
    assert changed(before) == []


@pytest.mark.parametrize(
    "value",
    ["x", "-1", "99999999999999999999999", "٣\0\r\nX-Evil: 1", "²", "9" * 4400],
    ids=lambda value: repr(value)[:30],
)
def test_no_value_of_any_field_crashes_a_page(value: str, owner: StudyAccess, login: Any) -> None:
    """Each address of a study, asked and posted to with the same odd value in every field we know of."""
    ids, client, wrong = populate(owner), quiet(login(owner)), []
    names = FIELDS.split()
    for route in ROUTES:
        url = fill(route, owner.study.slug, ids)
        asked = client.get(url, dict.fromkeys(names, value)).status_code
        wrong += [f"GET {route} {asked}"] if asked >= 500 else []
    for route in ROUTES:
        url = fill(route, owner.study.slug, ids)
        posted = client.post(url, dict.fromkeys(names, value)).status_code
        wrong += [f"POST {route} {posted}"] if posted >= 500 else []
    assert wrong == []


def test_faults_are_told_apart_by_what_led_to_them() -> None:
    class Postgres(Exception):
        sqlstate = "53100"

    def led_to(cause: BaseException, error: BaseException) -> BaseException:
        error.__cause__ = cause
        return error

    assert fault_behind(OperationalError("database or disk is full")) is DISK_FULL
    assert fault_behind(led_to(Postgres(), OperationalError("could not extend file"))) is DISK_FULL
    assert fault_behind(OSError(errno.ENOSPC, "No space left on device")) is DISK_FULL
    assert fault_behind(led_to(OSError(errno.EDQUOT, "quota"), RuntimeError())) is DISK_FULL
    assert fault_behind(OperationalError("database is locked")) is BUSY
    assert fault_behind(OSError(errno.ENOENT, "gone")) is None
    assert fault_behind(IntegrityError("UNIQUE constraint failed")) is None
    assert fault_behind(None) is None


def test_a_circle_of_causes_ends() -> None:
    one, two = ValueError(), KeyError()
    one.__cause__, two.__cause__ = two, one
    assert fault_behind(one) is None


def test_the_calm_page_asks_the_database_for_nothing(
    rf: RequestFactory, db: None, django_assert_num_queries: Any
) -> None:
    from cpd_site.errors import answer

    with django_assert_num_queries(0):
        response = answer(rf.get("/"), DISK_FULL)
    assert response.status_code == 507
    assert "<h1>No room left</h1>" in response.text
