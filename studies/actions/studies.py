"""Making a study, and changing its settings."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, count
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from studies.access import StudyAccess
from studies.edits import save_version
from studies.history import record, register_verbs
from studies.models import Membership, Study
from studies.roles import Role, Verb

register_verbs(
    {
        "study.created": "created the study",
        "study.imported": "imported the study",
        "study.edited": "changed the settings of",
    }
)
SETTINGS = ("name", "question", "switch", "sample_frame", "sample_size", "phase_labels", "single_keys")
SLUG_ATTEMPTS = 5
# What every new study begins with; the apps above register it, as this one knows none of them
STARTERS: list[Callable[[StudyAccess], object]] = []


def create_study(user: Any, *, name: str, bare: bool = False, **fields: Any) -> StudyAccess:
    """A new study with `user` as its owner. The slug is made from the name and never changes.

    `bare`: without what new studies begin with, such as the interview guide.
    """
    for _ in range(SLUG_ATTEMPTS):
        try:
            return _create_study(user, name=name, starters=[] if bare else STARTERS, **fields)
        except IntegrityError:  # somebody took the slug in the same moment
            continue
    raise IntegrityError(f"No free address for a study after {SLUG_ATTEMPTS} attempts.")


def _create_study(
    user: Any, *, name: str, starters: list[Callable[[StudyAccess], object]], **fields: Any
) -> StudyAccess:
    study = Study(name=name, slug=_free_slug(name), **fields)
    study.full_clean(validate_unique=False)
    with transaction.atomic():
        study.save()
        Membership.objects.create(study=study, user=user, role=Role.OWNER)
        access = StudyAccess(study, user, Role.OWNER)
        record(access, "study.created", study)
        for starter in starters:
            starter(access)
    return access


def _free_slug(name: str) -> str:
    base = slugify(name)[:50].strip("-") or "study"
    taken = set(Study.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in chain([base], (f"{base}-{n}" for n in count(2))) if slug not in taken)


def edit_study(access: StudyAccess, *, seen: int, **changes: Any) -> Study:
    """Raises StaleVersion if somebody saved the settings since version `seen`."""
    access.require(Verb.MANAGE)
    study = access.study
    before = {name: getattr(study, name) for name in SETTINGS if name in changes}
    changed = [name for name, value in before.items() if value != changes[name]]
    if not changed:
        return study
    for name in changed:
        setattr(study, name, changes[name])
    with transaction.atomic():
        save_version(study, seen=seen, fields=changed)
        record(access, "study.edited", study, before={name: before[name] for name in changed})
    return study
