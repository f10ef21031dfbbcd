"""Business inputs: what a job may be worth in a year, in ranges that somebody stands for."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from jobs.models import BusinessInput, Job, PrioritySettings
from studies.access import StudyAccess
from studies.edits import save_version
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs(
    {
        "business.changed": "changed the business inputs of",
        "currency.changed": "changed the currency of",
    }
)
ENDS = tuple(f"{name}_{end}" for name in BusinessInput.RANGES for end in ("low", "high"))


def set_business(
    access: StudyAccess, *, job: Job, ranges: dict[str, float | None], reason: str, seen: int | None = None
) -> BusinessInput:
    """`ranges` by the names in ENDS. Raises ValidationError by range, StaleVersion if somebody was first."""
    access.require(Verb.RATE)
    _check(ranges)
    with transaction.atomic():
        row, _ = BusinessInput.objects.get_or_create(study=access.study, job=job)
        for name in ENDS:
            setattr(row, name, ranges.get(name))
        row.reason, row.by = reason.strip()[:300], access.user
        save_version(row, seen=seen, fields=[*ENDS, "reason", "by"])
        BusinessInput.objects.get(pk=row.pk).save(update_fields=["at"])
        changed: dict[str, Any] = {"reason": row.reason, **_given(ranges)}
        record(access, "business.changed", job, **changed)
    return row


def _given(ranges: dict[str, float | None]) -> dict[str, float]:
    return {name: value for name, value in ranges.items() if value is not None}


def _check(ranges: dict[str, float | None]) -> None:
    """Both ends or none, in order, and no share above all of them."""
    wrong = {}
    for name in BusinessInput.RANGES:
        low, high = ranges.get(f"{name}_low"), ranges.get(f"{name}_high")
        if (low is None) != (high is None):
            wrong[name] = "Give both ends, or leave both empty."
        elif low is not None and high is not None and low > high:
            wrong[name] = "The first end is the lower one."
        elif high is not None and name == "reach" and high > 100:
            wrong[name] = "Reach is a share: 100 % at most."
    if wrong:
        raise ValidationError(wrong)


def set_currency(access: StudyAccess, *, currency: str) -> PrioritySettings:
    access.require(Verb.RATE)
    if not currency.strip():
        raise ValidationError("Name the currency, as EUR or USD.")
    with transaction.atomic():
        settings, _ = PrioritySettings.objects.get_or_create(study=access.study)
        settings.currency = currency.strip()[:8]
        settings.save(update_fields=["currency"])
        record(access, "currency.changed", access.study, currency=settings.currency)
    return settings
