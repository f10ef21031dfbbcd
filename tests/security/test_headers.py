"""What every answer carries, whatever it answers."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from studies.access import StudyAccess
from tests.architecture.populated import populate
from tests.architecture.test_matrix import ROUTES, fill

POLICY = {
    "default-src 'self'",
    "script-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
}


def is_guarded(response: Any) -> bool:
    policy = {part.strip() for part in response.headers.get("Content-Security-Policy", "").split(";")}
    return (
        policy >= POLICY
        and response.headers.get("X-Content-Type-Options") == "nosniff"
        and response.headers.get("Referrer-Policy") == "same-origin"
        and response.headers.get("Cross-Origin-Opener-Policy") == "same-origin"
    )


def outside(resolver: URLResolver, prefix: str = "") -> list[tuple[str, URLPattern]]:
    found: list[tuple[str, URLPattern]] = []
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            found += outside(entry, prefix + str(entry.pattern))
        elif "<" not in prefix + str(entry.pattern) and "^" not in str(entry.pattern):
            found.append((prefix + str(entry.pattern), entry))
    return found


def test_every_answer_of_a_study_carries_the_policy_whoever_asks(
    owner: StudyAccess, outsider: StudyAccess, login: Any
) -> None:
    ids, clients = populate(owner), (login(owner), login(outsider), Client())
    bare = []
    for route in ROUTES:
        for client in clients:
            client.raise_request_exception = False
            url = fill(route, owner.study.slug, ids)
            answers = (client.get(url), client.put(url))
            bare += [(route, answer.status_code) for answer in answers if not is_guarded(answer)]
    assert bare == []


def test_pages_outside_of_studies_carry_it_too(owner: StudyAccess, login: Any) -> None:
    bare = []
    for client in (Client(), login(owner)):
        client.raise_request_exception = False
        for path, _ in outside(get_resolver()):
            response = client.get(f"/{path}")
            if not is_guarded(response):
                bare.append((path, response.status_code))
    assert bare == []


def test_errors_carry_it(owner: StudyAccess, login: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*args: Any, **kwargs: Any) -> HttpResponse:
        raise RuntimeError("broken")

    client = login(owner)
    client.raise_request_exception = False
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner.user)
    monkeypatch.setattr("studies.queries.studies_of", crash)

    answers = {
        500: client.get("/"),
        404: client.get("/nowhere/"),
        403: strict.post(f"/s/{owner.study.slug}/settings/"),
        400: client.get("/", headers={"Host": "evil.example"}),
    }

    assert {status: answer.status_code for status, answer in answers.items()} == {n: n for n in answers}
    assert [status for status, answer in answers.items() if not is_guarded(answer)] == []


def test_a_host_that_nobody_named_is_refused_and_never_echoed(db: None) -> None:
    response = Client().get("/account/login/", headers={"Host": "evil.example"})
    forwarded = Client().get("/account/login/", headers={"X-Forwarded-Host": "evil.example"})

    assert response.status_code == 400
    assert "evil.example" not in response.text + forwarded.text


def test_downloads_are_attachments_and_never_markup(owner: StudyAccess, login: Any) -> None:
    ids, client = populate(owner), login(owner)
    files = [route for route in ROUTES if route.endswith((".csv", ".json"))]

    assert len(files) > 5
    for route in files:
        response = client.get(fill(route, owner.study.slug, ids))
        assert response["Content-Type"].split(";")[0] in {"text/csv", "application/json"}, route
        assert response["Content-Disposition"].startswith('attachment; filename="'), route


def test_no_upload_has_an_address(owner: StudyAccess, login: Any, settings: Any) -> None:
    folder = settings.MEDIA_ROOT / "archives"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "upload.html").write_text("<script>alert(1)</script>")
    client = login(owner)
    paths = ("media/archives/upload.html", "static/../media/archives/upload.html", "archives/upload.html")

    assert {client.get(f"/{path}").status_code for path in paths} == {404}


def test_framing_and_sniffing_stay_off_in_the_settings(settings: Any) -> None:
    assert (settings.X_FRAME_OPTIONS, settings.DEBUG) == ("DENY", False)
    assert settings.SESSION_COOKIE_HTTPONLY is True
    assert {settings.SESSION_COOKIE_SAMESITE, settings.CSRF_COOKIE_SAMESITE} == {"Lax"}
    assert "'unsafe-inline'" not in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["script-src"]
    assert "'unsafe-eval'" not in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["script-src"]


def test_behind_tls_cookies_are_secure_and_the_browser_is_told_to_stay(
    settings: Any, db: None, rf: RequestFactory
) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True

    plain = Client().get("/account/login/")
    safe = Client().get("/account/login/", secure=True)

    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/account/login/")
    assert safe["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert safe.cookies["csrftoken"]["secure"] is True
