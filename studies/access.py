"""The only door into a study: every view, action and command gets a StudyAccess and goes on from there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from studies.models import Membership, Study
from studies.roles import Role, Verb

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    from studies.models import Run


@dataclass(frozen=True)
class StudyAccess:
    """Who is in which study with which role."""

    study: Study
    user: Any
    role: Role

    def may(self, verb: Verb | str) -> bool:
        return Verb(verb) in self.role.verbs

    def require(self, verb: Verb) -> None:
        """Raises PermissionDenied (403) where the role lacks the verb."""
        if not self.may(verb):
            raise PermissionDenied(f"Your role in this study ({self.role.label}) may not {verb.label}.")


def open_study(user: AbstractBaseUser | AnonymousUser, slug: str) -> StudyAccess:
    """The study behind `slug` as `user` may see it. Raises Http404: absent and forbidden look the same."""
    membership = (
        Membership.objects.select_related("study").filter(study__slug=slug, user_id=user.pk or 0).first()
    )
    if membership is None:
        raise Http404("There is no such study, or you are not in it.")
    return StudyAccess(membership.study, user, Role(membership.role))


def study_view(
    *, needs: Verb = Verb.VIEW
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Opens the study named by the URL and passes `access`; a role without `needs` gets 403."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @login_required
        @wraps(view)
        def through_the_door(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            access = open_study(request.user, slug)
            request.access = access  # type: ignore[attr-defined]
            access.require(needs)
            return view(request, access, *args, **kwargs)

        through_the_door.needs = needs  # type: ignore[attr-defined]
        return through_the_door

    return decorate


def access_of(run: Run) -> StudyAccess:
    """The door for a background run: it may do what the person who asked may still do. Raises Http404."""
    if run.created_by is None:
        raise Http404("The person who asked for this run has no account any more.")
    return open_study(run.created_by, run.study.slug)
