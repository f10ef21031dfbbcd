"""The disk is full: a page says so, keeps what was typed within reach, and nothing is half-written.

SQLite is told that its file may not grow by a page, which ends in the same error as a disk without space.
PostgreSQL says the same with the SQLSTATE class 53, which only its driver can raise.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from cpd_site.bridge import UNKEPT
from studies.access import StudyAccess
from tests import factories as make
from tests.faults.snapshot import changed, everything

LONG = "It was raining again and the lift was broken again. " * 35
ITEM = {
    "client_id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "base_version": 0,
    "fields": {"note": LONG},
}


@contextmanager
def full_disk() -> Iterator[None]:
    """Every write fails the way it does on a disk without space."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            fill_free_pages(cursor)
            cursor.execute(f"PRAGMA max_page_count = {told(cursor, 'page_count')}")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA max_page_count = 1073741823")
        return

    class DiskFull(Exception):
        sqlstate = "53100"

    def refuse(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE")):
            raise OperationalError("could not extend file: No space left on device") from DiskFull()
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse):
        yield


def fill_free_pages(cursor: Any) -> None:
    """What earlier tests deleted left room inside the file, which would take what is to be refused."""
    cursor.execute("CREATE TABLE filler (words BLOB)")
    while free := told(cursor, "freelist_count"):
        cursor.execute(f"INSERT INTO filler VALUES (zeroblob({free * told(cursor, 'page_size')}))")


def told(cursor: Any, pragma: str) -> int:
    cursor.execute(f"PRAGMA {pragma}")
    return int(cursor.fetchone()[0])


def quiet(client: Client) -> Client:
    """As a browser sees it: a crash is a page and not an exception."""
    client.raise_request_exception = False
    return client


def posts(access: StudyAccess) -> dict[str, tuple[str, dict[str, Any]]]:
    """Where somebody has typed a lot: the address and the form."""
    interview = make.make_interview(access.study)
    card = make.make_card(make.make_canvas(make.make_job(access.study, scope="generalised")))
    slug = access.study.slug
    return {
        "a participant": (
            reverse("interviews:participant_add", args=[slug]),
            {"pseudonym": "Ines", "note": LONG},
        ),
        "a job": (
            reverse("jobs:write", args=[slug, interview.pk]),
            {"statement": LONG[:290], "pattern": "functional", "level": "main"},
        ),
        "a comment": (reverse("room:comments", args=[card.canvas_id, card.key]), {"text": LONG}),
        "a study": (reverse("studies:create"), {"name": "New", "question": LONG, "sample_size": 12}),
    }


@pytest.mark.parametrize("what", ["a participant", "a job", "a comment", "a study"])
def test_a_form_is_answered_with_a_calm_page_and_writes_nothing(
    what: str, owner: StudyAccess, login: Any
) -> None:
    client = quiet(login(owner))
    url, body = posts(owner)[what]
    answers, halves = [], []

    with full_disk():
        for number in range(12):
            before = everything()
            answers.append(client.post(url, numbered(body, number)))
            tables = changed(before)
            # Each change is written with its entry in the history, or not at all
            if tables and "studies.HistoryEntry" not in tables:
                halves.append(tables)

    assert halves == []
    assert {answer.status_code for answer in answers} <= {302, 507}
    assert answers[-1].status_code == 507
    assert "the server’s disk is full" in answers[-1].text
    assert "Go back: what you typed is still in the form" in answers[-1].text
    assert client.post(url, numbered(body, 99)).status_code == 302


def numbered(body: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        name: f"{number} {value}" if name in {"pseudonym", "name"} else value for name, value in body.items()
    }


def test_the_live_page_hears_in_json_that_it_should_try_again(owner: StudyAccess, login: Any) -> None:
    interview = make.make_interview(owner.study)
    client = quiet(login(owner))
    url = reverse("interviews:sync", args=[owner.study.slug, interview.pk])

    def send(number: int) -> Any:
        item = ITEM | {"client_id": f"3f2504e0-4f89-41d3-9a0c-0305e82c{number:04}"}
        body = json.dumps({"user": owner.user.pk, "changes": [item]})
        return client.post(url, body, content_type="application/json", headers={"Accept": "application/json"})

    with full_disk():
        answers = [send(number) for number in range(12)]
    refused = [number for number, answer in enumerate(answers) if answer.status_code == 507]

    assert refused
    assert "disk is full" in answers[refused[0]].json()["message"]
    assert interview.elements.count() == 12 - len(refused)
    assert [send(number).status_code for number in range(12)] == [200] * 12
    assert interview.elements.count() == 12


def test_htmx_gets_words_and_not_a_page(owner: StudyAccess, login: Any) -> None:
    client = quiet(login(owner))
    url, body = posts(owner)["a participant"]

    with full_disk():
        answers = [client.post(url, numbered(body, n), headers={"HX-Request": "true"}) for n in range(12)]

    assert answers[-1].status_code == 507
    assert answers[-1]["Content-Type"].startswith("text/plain")
    assert "disk is full" in answers[-1].text


def test_pages_are_still_read_while_the_disk_is_full(owner: StudyAccess, login: Any) -> None:
    interview = make.make_interview(owner.study)
    make.make_element(interview)
    client, slug = login(owner), owner.study.slug

    with full_disk():
        statuses = {
            url: client.get(url).status_code
            for url in (
                reverse("study_home", args=[slug]),
                reverse("interviews:list", args=[slug]),
                reverse("interviews:capture", args=[slug, interview.pk]),
                reverse("jobs:list", args=[slug]),
                reverse("strategy:actions", args=[slug]),
            )
        }

    assert set(statuses.values()) == {200}


def test_an_upload_for_which_there_was_no_room_is_refused_before_anything_reads_it(
    owner: StudyAccess, login: Any
) -> None:
    client, url = login(owner), reverse("interviews:import", args=[owner.study.slug])
    before = everything()

    page = client.post(url, {"files": upload()}, **{UNKEPT: True})
    words = client.post(url, {"files": upload()}, headers={"HX-Request": "true"}, **{UNKEPT: True})

    assert (page.status_code, words.status_code) == (507, 507)
    assert "the server’s disk is full" in page.text
    assert words["Content-Type"].startswith("text/plain")
    assert changed(before) == []


def test_an_upload_that_django_itself_can_no_longer_put_down_is_refused(
    owner: StudyAccess, login: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = quiet(login(owner))
    client.handler.enforce_csrf_checks = True  # the first who reads the body
    client.cookies["csrftoken"] = "a" * 32
    before = everything()
    monkeypatch.setattr("django.core.files.uploadedfile.tempfile.NamedTemporaryFile", no_room)

    page = client.post(reverse("interviews:import", args=[owner.study.slug]), {"files": upload()})

    assert page.status_code == 507
    assert "the server’s disk is full" in page.text
    assert changed(before) == []


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("talk.txt", b"A: Hello.\n" * 300_000)


def no_room(*args: Any, **kwargs: Any) -> Any:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_another_fault_of_the_database_is_an_ordinary_crash(
    owner: StudyAccess, login: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> Any:
        raise OperationalError("database is locked")

    before = everything()
    monkeypatch.setattr("interviews.actions.participants.record", broken)

    response = quiet(login(owner)).post(
        reverse("interviews:participant_add", args=[owner.study.slug]), {"pseudonym": "Ines"}
    )

    assert response.status_code == 503
    assert "busy" in response.text
    assert changed(before) == []
