"""Every page of an account that somebody can come to is ours, and so are its mails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailConfirmationHMAC
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from studies.access import StudyAccess

PASSWORD = "correct horse"
OUTSIDE = [
    "account_login",
    "account_signup",
    "account_inactive",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
]
INSIDE = ["account_email", "account_change_password", "account_logout", "account_reauthenticate", "mfa_index"]
SECOND_FACTOR = [
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
]


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def page_of(response: Any) -> str:
    """The template of the page, from where it lies on."""
    assert response.status_code == 200
    return str(response.templates[0].origin.name).removeprefix(f"{settings.BASE_DIR}/")


def signed_in(access: StudyAccess) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": access.user.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


@pytest.mark.parametrize("name", OUTSIDE)
def test_pages_before_signing_in_are_ours(name: str, db: None) -> None:
    assert page_of(Client().get(reverse(name))).startswith("templates/")


@pytest.mark.parametrize("name", [*INSIDE, "mfa_activate_totp"])
def test_pages_of_an_account_are_ours(name: str, owner: StudyAccess) -> None:
    assert page_of(signed_in(owner).get(reverse(name))).startswith("templates/")


@pytest.mark.parametrize("name", SECOND_FACTOR)
def test_pages_of_the_second_factor_are_ours(name: str, owner: StudyAccess) -> None:
    client = signed_in(owner)
    TOTP.activate(owner.user, generate_totp_secret())
    client.post(reverse("mfa_generate_recovery_codes"))

    assert page_of(client.get(reverse(name))).startswith("templates/")


def test_the_page_that_asks_for_a_code_is_ours(owner: StudyAccess) -> None:
    TOTP.activate(owner.user, generate_totp_secret())

    page = signed_in(owner).get(reverse("mfa_authenticate"))

    assert page_of(page).startswith("templates/")
    assert "authenticator app" in page.text


def test_an_account_without_a_password_chooses_one(owner: StudyAccess) -> None:
    owner.user.set_unusable_password()
    owner.user.save()
    client = Client()
    client.force_login(owner.user)

    assert page_of(client.get(reverse("account_set_password"))) == "templates/account/password_set.html"


def test_an_address_is_confirmed_by_its_link_and_a_link_without_meaning_says_what_to_do(
    owner: StudyAccess, settings: Any
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    address = owner.user.emailaddress_set.create(email="new@example.org")
    link = reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key])

    asked = Client().get(link)
    Client().post(link)
    address.refresh_from_db()

    assert page_of(asked) == "templates/account/email_confirm.html"
    assert "new@example.org is to be the address of" in asked.text
    assert address.verified
    assert "This link does not work any more" in Client().get(link).text


def test_where_accounts_come_by_invitation_the_page_says_so(db: None, settings: Any) -> None:
    settings.SIGNUP_OPEN = False

    page = Client().get(reverse("account_signup"))

    assert page_of(page) == "templates/account/signup_closed.html"
    assert "Ask somebody who leads a study" in page.text


def test_a_new_address_waits_for_its_link_and_the_old_one_can_be_kept(
    owner: StudyAccess, mailoutbox: Any
) -> None:
    owner.user.emailaddress_set.create(email=owner.user.email, verified=True, primary=True)
    client, url = signed_in(owner), reverse("account_email")

    client.post(url, {"email": "new@example.org", "action_add": ""})
    assert "waits to be confirmed" in client.get(url).text
    assert mailoutbox[0].subject.endswith("Confirm your e-mail address")
    client.post(url, {"email": "new@example.org", "action_remove": ""})

    assert "waits to be confirmed" not in client.get(url).text


def test_who_tries_too_often_reads_what_to_do(owner: StudyAccess) -> None:
    client, url = signed_in(owner), reverse("account_reauthenticate")

    answers = [client.post(url, {"password": "wrong"}) for _ in range(12)]

    assert answers[-1].status_code == 429
    assert "Wait five minutes" in answers[-1].text
