"""The history of a study: explicit, append-only, complete as far as the actions are."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import models

from studies.access import StudyAccess
from studies.models import HistoryEntry, Study
from studies.news import tell
from studies.registry import SENTENCES, register_verbs
from studies.sql import Statement, inserting

__all__ = ["Line", "person_name", "record", "record_by", "recording", "register_verbs"]
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
    entry = _entry(study, Line(actor, name, verb, target), label, data)
    tell(study.pk)
    entry.save()
    return entry


class Line(NamedTuple):
    """What record_by() is told of one entry."""

    actor: Any
    name: str
    verb: str
    target: models.Model


def recording(study: Study, lines: Sequence[Line]) -> Statement:
    """The INSERT of many entries, as record_by() would write them. The transaction that runs it must also
    call tell() for the study."""
    return inserting([_entry(study, line) for line in lines])


def _entry(study: Study, line: Line, label: str = "", data: dict[str, Any] | None = None) -> HistoryEntry:
    SENTENCES[line.verb]  # an unknown verb must fail in the action that invented it
    return HistoryEntry(
        study=study,
        actor=line.actor,
        actor_name=line.name[:NAME_LENGTH],
        verb=line.verb,
        target_type=line.target._meta.model_name or "",
        target_id=str(line.target.pk),
        target_label=(label or str(line.target))[:LABEL_LENGTH],
        data=data or {},
    )
