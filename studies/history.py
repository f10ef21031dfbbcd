"""The history of a study: explicit, append-only, complete as far as the actions are."""

from typing import Any

from django.db import models

from studies.access import StudyAccess
from studies.models import HistoryEntry, Study
from studies.news import tell
from studies.words import SENTENCES, register_verbs

__all__ = ["person_name", "record", "record_by", "register_verbs"]
LABEL_LENGTH, NAME_LENGTH = 200, 150


def person_name(user: Any) -> str:
    """What colleagues call somebody; "Somebody" where the account is gone."""
    return (user.get_full_name() or user.get_username()) if user else "Somebody"


def record(
    access: StudyAccess, verb: str, target: models.Model, *, label: str = "", **data: Any
) -> HistoryEntry:
    """Writes one entry inside the caller's transaction. Raises KeyError for an unregistered verb."""
    return record_by(access.study, access.user, person_name(access.user), verb, target, label=label, **data)


def record_by(
    study: Study, actor: Any, name: str, verb: str, target: models.Model, *, label: str = "", **data: Any
) -> HistoryEntry:
    """As record(), for somebody who may have no account: `actor` is then None, and `name` says who."""
    SENTENCES[verb]  # an unknown verb must fail in the action that invented it
    tell(study.pk)
    return HistoryEntry.objects.create(
        study=study,
        actor=actor,
        actor_name=name[:NAME_LENGTH],
        verb=verb,
        target_type=target._meta.model_name or "",
        target_id=str(target.pk),
        target_label=(label or str(target))[:LABEL_LENGTH],
        data=data,
    )
