"""Health and the pages for what went wrong."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client, RequestFactory
from django.urls import reverse

from studies.access import StudyAccess
from studies.roles import Role
from tests import factories


def test_health_answers_once_the_database_does(db: None) -> None:
    response = Client().get("/health/")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_health_says_no_while_the_database_is_away(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise DatabaseError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        response = Client().get("/health/")

    assert (response.status_code, response.json()) == (503, {"status": "the database does not answer"})


def test_an_address_that_is_not_there_and_a_study_that_is_not_mine_look_alike(
    owner: StudyAccess, outsider: StudyAccess, login: Any
) -> None:
    client = login(owner)
    nothing, foreign = client.get("/s/nothing/"), client.get(f"/s/{outsider.study.slug}/")

    assert (nothing.status_code, foreign.status_code) == (404, 404)
    assert "There is nothing at this address" in foreign.content.decode()
    assert outsider.study.name not in foreign.content.decode()


def test_a_role_that_is_too_low_is_told_so(owner: StudyAccess, as_role: Any, login: Any) -> None:
    response = login(as_role(Role.VIEWER)).get(f"/s/{owner.study.slug}/settings/")

    assert response.status_code == 403
    assert "Your role does not allow this" in response.content.decode()
    assert "You are viewer in this study" in response.content.decode()


def test_a_crash_shows_a_page_that_needs_no_database(settings: Any, rf: RequestFactory) -> None:
    from django.views.defaults import server_error

    response = server_error(rf.get("/"))

    assert response.status_code == 500
    assert "<h1" in response.content.decode()


def test_a_form_without_its_token_is_refused_with_an_explanation(owner: StudyAccess) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner.user)
    response = client.post("/new/", {"name": "X"})

    assert response.status_code == 403
    assert "<h1" in response.content.decode()


PACKED = {"Accept-Encoding": "gzip, br"}


def test_pages_come_packed_to_browsers_that_unpack(owner: StudyAccess, login: Any) -> None:
    for _ in range(30):
        factories.make_interview(owner.study)
    client, url = login(owner), reverse("interviews:list", args=[owner.study.slug])
    plain = client.get(url)

    packed = client.get(url, headers=PACKED)

    assert (plain.headers.get("Content-Encoding"), packed.headers["Content-Encoding"]) == (None, "gzip")
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.content) < len(plain.content) / 5
    assert without_tokens(gzip.decompress(packed.content).decode()) == without_tokens(plain.text)


def without_tokens(page: str) -> str:
    return re.sub(r"\b\w{64}\b", "", page)


def test_files_to_download_are_left_as_they_are(owner: StudyAccess, login: Any) -> None:
    factories.make_interview(owner.study)
    archive = login(owner).get(reverse("export_archive", args=[owner.study.slug]), headers=PACKED)

    assert archive.headers["Content-Disposition"].startswith("attachment")
    assert "Content-Encoding" not in archive.headers
