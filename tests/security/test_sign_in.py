"""Signing in, staying signed in and leaving: sessions, limits, links that lead away, and the side doors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from studies.access import StudyAccess
from studies.actions.people import invite
from studies.roles import Role
from tests import factories as make
from tests.architecture.populated import populate
from tests.architecture.test_matrix import ROUTES, fill

PASSWORD = "correct horse"
ELSEWHERE = ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"]


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password} | more)


# --- sessions ----------------------------------------------------------------------------------------
def test_a_session_planted_before_signing_in_is_not_the_one_afterwards(owner: StudyAccess) -> None:
    attacker = Client()
    attacker.get(reverse("studies:join", args=[invite(owner, role=Role.VIEWER)[1]]))
    planted = attacker.cookies["studio_session"].value
    victim = Client()
    victim.cookies["studio_session"] = planted

    assert sign_in(victim, owner.user.email).status_code == 302

    assert victim.cookies["studio_session"].value != planted
    assert attacker.get("/").status_code == 302


def test_signing_out_ends_the_session_on_the_server(owner: StudyAccess) -> None:
    client, thief = Client(), Client()
    sign_in(client, owner.user.email)
    thief.cookies["studio_session"] = client.cookies["studio_session"].value
    assert thief.get("/").status_code == 200

    client.post(reverse("account_logout"))

    assert thief.get("/").status_code == 302


def test_a_link_to_sign_out_signs_nobody_out(owner: StudyAccess, login: Any) -> None:
    client = login(owner)
    client.get(reverse("account_logout"))
    assert client.get("/").status_code == 200


def test_a_new_password_ends_the_other_sessions(owner: StudyAccess) -> None:
    here, elsewhere = Client(), Client()
    sign_in(here, owner.user.email)
    sign_in(elsewhere, owner.user.email)

    here.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "battery staple 9", "password2": "battery staple 9"},
    )

    assert elsewhere.get("/").status_code == 302


def test_signing_out_tells_the_browser_to_forget_the_pages(owner: StudyAccess, login: Any) -> None:
    """On a shared machine the next person presses Back. What is not sent yet stays: it is in no cache."""
    response = login(owner).post(reverse("account_logout"))
    assert response["Clear-Site-Data"] == '"cache"'


def test_pages_of_a_study_are_for_this_browser_only(owner: StudyAccess, login: Any) -> None:
    ids, client, shared = populate(owner), login(owner), []
    for route in ROUTES:
        response = client.get(fill(route, owner.study.slug, ids))
        if response.status_code == 200 and "private" not in response.headers.get("Cache-Control", ""):
            shared.append(route)
    assert shared == []


# --- links that lead away ----------------------------------------------------------------------------
@pytest.mark.parametrize("target", ELSEWHERE)
def test_nothing_after_signing_in_or_out_leads_to_another_site(target: str, owner: StudyAccess) -> None:
    client = Client()
    entered = sign_in(client, owner.user.email, next=target)
    left = client.post(reverse("account_logout"), {"next": target})

    assert [answer["Location"] for answer in (entered, left)] == ["/", "/"]


def test_a_page_that_needs_signing_in_is_where_one_lands(owner: StudyAccess) -> None:
    wanted = f"/s/{owner.study.slug}/jobs/"
    client = Client()
    response = client.get(wanted)
    assert response["Location"] == f"/account/login/?next={wanted}"
    assert sign_in(client, owner.user.email, next=wanted)["Location"] == wanted


# --- limits ------------------------------------------------------------------------------------------
def test_guessing_one_password_from_many_addresses_is_slowed_down(owner: StudyAccess) -> None:
    for number in range(5):
        Client(REMOTE_ADDR=f"10.0.0.{number}").post(
            reverse("account_login"), {"login": owner.user.email, "password": "wrong"}
        )
    from_elsewhere = Client(REMOTE_ADDR="10.0.0.99")

    assert sign_in(from_elsewhere, owner.user.email).status_code == 200
    assert from_elsewhere.get("/").status_code == 302


def test_a_made_up_forwarding_header_gives_no_fresh_attempts(owner: StudyAccess) -> None:
    client = Client()
    for number in range(12):
        client.post(
            reverse("account_login"),
            {"login": f"nobody{number}@example.org", "password": "wrong"},
            headers={"X-Forwarded-For": f"10.1.0.{number}"},
        )
    response = client.post(
        reverse("account_login"),
        {"login": owner.user.email, "password": PASSWORD},
        headers={"X-Forwarded-For": "10.9.9.9"},
    )
    assert response.status_code != 302


def test_behind_a_proxy_each_client_has_a_limit_of_its_own(owner: StudyAccess, settings: Any) -> None:
    """What the proxy adds counts, which is the last address; what the client claims before it does not."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client = Client(REMOTE_ADDR="10.0.0.1")
    for number in range(12):
        client.post(
            reverse("account_login"),
            {"login": f"nobody{number}@example.org", "password": "wrong"},
            headers={"X-Forwarded-For": f"192.0.2.{number}, 198.51.100.1"},
        )

    def enter(forwarded: str) -> int:
        body = {"login": owner.user.email, "password": PASSWORD}
        answer = client.post(reverse("account_login"), body, headers={"X-Forwarded-For": forwarded})
        return int(answer.status_code)

    assert enter("203.0.113.1, 198.51.100.1") != 302
    assert enter("198.51.100.2") == 302


def test_second_factors_cannot_be_guessed_without_end(owner: StudyAccess) -> None:
    TOTP.activate(owner.user, generate_totp_secret())
    assert Authenticator.objects.filter(user=owner.user).exists()
    client = Client()
    response = sign_in(client, owner.user.email)
    assert response["Location"] == reverse("mfa_authenticate")
    assert client.get("/").status_code == 302

    pages = [client.post(reverse("mfa_authenticate"), {"code": f"{n:06}"}).text for n in range(12)]

    assert "Incorrect code" in pages[0]
    assert "Too many" in pages[-1]


# --- side doors --------------------------------------------------------------------------------------
def test_the_administration_has_no_sign_in_of_its_own(owner: StudyAccess) -> None:
    """Django's own would know neither the limits nor the second factor."""
    page = Client().get("/admin/login/")
    tried = Client().post("/admin/login/", {"username": owner.user.username, "password": PASSWORD})

    assert page.status_code == tried.status_code == 302
    assert page["Location"].startswith(reverse("account_login"))


def test_the_administration_is_for_staff_and_shows_no_interview(owner: StudyAccess, login: Any) -> None:
    from django.contrib import admin

    populate(owner)
    owner.study.question = "A secret question"
    owner.study.save()
    assert login(owner).get("/admin/").status_code in {302, 403}
    rooms = {model._meta.label for model in admin.site._registry}
    assert {
        label for label in rooms if label.split(".")[0] in {"interviews", "jobs", "journeys", "strategy"}
    } == set()
    owner.user.is_staff = owner.user.is_superuser = True
    owner.user.save()
    page = login(owner).get(f"/admin/studies/study/{owner.study.pk}/change/")
    assert page.status_code == 200
    assert owner.study.question not in page.text


# --- forms from elsewhere ----------------------------------------------------------------------------
def test_every_change_needs_the_token_of_this_site(owner: StudyAccess) -> None:
    ids = populate(owner)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner.user)
    passed = {
        route: status
        for route in ROUTES
        if (status := strict.post(fill(route, owner.study.slug, ids)).status_code) not in {403, 405}
    }
    assert passed == {}


@pytest.mark.parametrize(
    "url", ["/new/", "/import/", "/join/", "/account/login/", "/account/logout/", "/account/signup/"]
)
def test_changes_outside_of_studies_need_it_too(url: str, owner: StudyAccess) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner.user)
    assert strict.post(url).status_code == 403


def test_no_view_is_exempt_from_the_token() -> None:
    assert [route for route, entry in ROUTES.items() if getattr(entry.callback, "csrf_exempt", False)] == []


# --- invitations -------------------------------------------------------------------------------------
def test_the_token_of_an_invitation_is_in_no_page_that_follows(owner: StudyAccess) -> None:
    token = invite(owner, role=Role.RESEARCHER)[1]
    client = Client()
    response = client.get(reverse("studies:join", args=[token]))
    page = client.get(response["Location"])

    assert token not in response["Location"] + page.text
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_however_an_invitation_is_asked_for_its_token_is_in_no_log(
    owner: StudyAccess, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    """Whatever is refused is logged with its address."""
    token, client = invite(owner, role=Role.VIEWER)[1], Client(enforce_csrf_checks=True)

    response = client.generic(
        method, reverse("studies:join", args=[token]), headers={"origin": "https://else.where"}
    )

    assert (response.status_code, response["Location"]) == (302, reverse("studies:invitation"))
    assert token not in caplog.text
    assert ("invitation" in client.session) == (method == "HEAD")


def test_an_invitation_gives_the_role_it_was_made_for_whatever_is_posted(
    owner: StudyAccess, login: Any
) -> None:
    token = invite(owner, role=Role.VIEWER)[1]
    client = Client()
    guest = make.make_user()
    client.force_login(guest)
    client.get(reverse("studies:join", args=[token]))

    client.post(reverse("studies:invitation"), {"role": "owner", "study": "1"})

    assert owner.study.memberships.get(user=guest).role == Role.VIEWER


@pytest.mark.parametrize("known", [True, False])
def test_without_a_mail_server_the_page_says_who_can_help_and_not_who_has_an_account(
    owner: StudyAccess, settings: Any, known: bool
) -> None:
    settings.EMAIL_URL = ""
    client, address = Client(), reverse("account_reset_password")
    asked = client.get(address)
    done = client.post(address, {"email": owner.user.email if known else "nobody@example.org"}, follow=True)

    assert "python manage.py changepassword" in asked.text
    assert "nothing was sent" in done.text
    assert "python manage.py changepassword" in done.text
    assert "on its way" not in asked.text + done.text


def test_with_a_mail_server_the_link_is_on_its_way(owner: StudyAccess, settings: Any) -> None:
    settings.EMAIL_URL = "smtp://mail.example.org"

    done = Client().post(reverse("account_reset_password"), {"email": owner.user.email}, follow=True)

    assert "is on its way to it" in done.text


def test_a_forgotten_password_is_replaced_page_by_page_with_the_focus_in_the_field(
    owner: StudyAccess, mailoutbox: Any
) -> None:
    client = Client()
    asked = client.get(reverse("account_reset_password"))
    assert re.search(r'<input type="email" name="email"[^>]* autofocus', asked.text)

    client.post(reverse("account_reset_password"), {"email": owner.user.email})
    [link] = re.findall(r"http://testserver(/account/password/reset/key/\S+)", mailoutbox[0].body)
    chosen = client.get(link, follow=True)
    assert re.search(r'<input type="password" name="password1"[^>]* autofocus', chosen.text)
    words = {"password1": "kites over Lindenau", "password2": "kites over Lindenau"}
    done = client.post(chosen.redirect_chain[-1][0], words, follow=True)

    assert "Your password is changed" in done.text
    assert "This link does not work any more" in Client().get(link, follow=True).text
    owner.user.refresh_from_db()
    assert owner.user.check_password("kites over Lindenau")


# --- behind a proxy ----------------------------------------------------------------------------------
def test_a_mail_calls_people_by_name_and_leads_to_what_the_proxy_passed_on(
    db: None, settings: Any, mailoutbox: Any
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.SECURE_PROXY_SSL_HEADER, settings.ALLOWED_HOSTS = (
        ("HTTP_X_FORWARDED_PROTO", "https"),
        ["a.example"],
    )
    new = {"name": "Ada Kern", "email": "ada@kern.example", "password1": PASSWORD, "password2": PASSWORD}

    proxied = {"Host": "a.example", "X-Forwarded-Proto": "https"}
    Client().post(reverse("account_signup"), new, headers=proxied)

    assert mailoutbox[0].body.startswith("Hello Ada Kern,")
    assert "go to https://a.example/account/confirm-email/" in mailoutbox[0].body
