"""Signing up: by e-mail, with a name that colleagues know; where sign-up is closed, by invitation only."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.conf import settings
from django.http import HttpRequest

from studies.models import Membership
from studies.news import tell
from studies.queries import invitation_behind


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        if settings.SIGNUP_OPEN:
            return True
        invitation = invitation_behind(request.session.get("invitation", ""))
        return invitation is not None and invitation.is_open

    def logout(self, request: HttpRequest) -> None:
        """Also tells open pages at once that the session they depend on has ended."""
        user_id = request.user.pk
        super().logout(request)
        _tell_studies_of(user_id)

    def set_password(self, user: Any, password: str) -> None:
        """Also tells open pages, because a new password ends the sessions of other browsers."""
        super().set_password(user, password)
        _tell_studies_of(user.pk)


def _tell_studies_of(user_id: int | None) -> None:
    for study_id in Membership.objects.filter(user=user_id).values_list("study", flat=True):
        tell(study_id)


class SignupForm(AllauthSignupForm):  # type: ignore[misc]
    name = forms.CharField(max_length=150, label="Your name", help_text="Colleagues see it beside your work.")
    field_order = ["name", "email", "password1", "password2"]

    def save(self, request: HttpRequest) -> Any:
        user = super().save(request)
        user.first_name = self.cleaned_data["name"]
        user.save(update_fields=["first_name"])
        return user
