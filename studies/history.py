"""The history of a study: explicit, append-only, complete as far as the actions are."""

from typing import Any

from django.db import models

from studies.access import StudyAccess
from studies.models import HistoryEntry

SENTENCES: dict[str, str] = {}
LABEL_LENGTH = 200


def register_verbs(sentences: dict[str, str]) -> None:
    """Called at the top of an app's actions.py: verb -> words between the actor and the target."""
    SENTENCES.update(sentences)


def sentence(verb: str) -> str:
    return SENTENCES.get(verb, verb.replace(".", " ").replace("_", " "))


def person_name(user: Any) -> str:
    """What colleagues call somebody; "Somebody" where the account is gone."""
    return (user.get_full_name() or user.get_username()) if user else "Somebody"


def record(
    access: StudyAccess, verb: str, target: models.Model, *, label: str = "", **data: Any
) -> HistoryEntry:
    """Writes one entry inside the caller's transaction. Raises KeyError for an unregistered verb."""
    SENTENCES[verb]  # an unknown verb must fail in the action that invented it
    return HistoryEntry.objects.create(
        study=access.study,
        actor=access.user,
        actor_name=person_name(access.user),
        verb=verb,
        target_type=target._meta.model_name or "",
        target_id=str(target.pk),
        target_label=(label or str(target))[:LABEL_LENGTH],
        data=data,
    )
