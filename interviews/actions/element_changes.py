"""What every change of an element goes through: fields set, the row saved, the edit told in the history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from interviews.actions.element_fields import clean, read, write
from interviews.models import Element
from studies.access import StudyAccess
from studies.edits import StaleVersion
from studies.history import record, register_verbs
from studies.models import HistoryEntry

register_verbs(
    {
        "element.captured": "captured",
        "element.added": "added elements to",
        "element.classified": "classified",
        "element.edited": "edited",
        "element.deleted": "deleted the item",
        "element.restored": "brought back the item",
    }
)
EDITS_COUNT_AS_ONE = timedelta(minutes=10)
LABEL_WORDS = 80


@dataclass
class Edit:
    """How one loaded row changes in this transaction."""

    row: Element
    loaded_version: int
    was: dict[str, Any] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)

    def put(self, name: str, wanted: Any, now: Any) -> None:
        """Writes a clean value and keeps how the field stood at first. What stands so already is left."""
        current = read(self.row, name)
        if wanted != current:
            self.was.setdefault(name, current)
            self.columns.add(write(self.row, name, wanted, now=now))


def kind_first(fields: dict[str, Any]) -> list[tuple[str, Any]]:
    """The kind decides which detail fields there are, so it must be known before they are read."""
    return sorted(fields.items(), key=lambda pair: pair[0] != "kind")


def fill(row: Element, fields: dict[str, Any], now: Any) -> dict[str, str]:
    """Sets what is valid and says what is not: words are never lost over a bad number beside them."""
    errors = {}
    for name, value in kind_first(fields):
        try:
            write(row, name, clean(name, value, row.kind), now=now)
        except ValueError as error:
            errors[name] = str(error)
    return errors


def save(edit: Edit) -> None:
    """A compare-and-set. Raises StaleVersion where somebody saved since the row was loaded."""
    columns = {name: getattr(edit.row, name) for name in edit.columns}
    rows = Element.with_trash.filter(pk=edit.row.pk, version=edit.loaded_version)
    if not rows.update(**columns, version=edit.row.version, change_seq=edit.row.change_seq):
        raise StaleVersion(Element.with_trash.get(pk=edit.row.pk))


def label_of(row: Element) -> str:
    return f"{row}: {row.words[:LABEL_WORDS]}"


def _verb(edit: Edit) -> str:
    if "deleted" in edit.was:
        return "element.deleted" if edit.row.deleted_at else "element.restored"
    return "element.classified" if edit.was.get("kind") == "" else "element.edited"


def remember(access: StudyAccess, edits: list[Edit]) -> None:
    """One entry for one person's burst of edits of an item: it holds how the item stood before."""
    plain = [str(edit.row.pk) for edit in edits if _verb(edit) == "element.edited"]
    recent: set[str] = set()
    if plain:
        entries = HistoryEntry.objects.filter(
            study=access.study, actor=access.user, verb="element.edited", target_type="element"
        ).filter(target_id__in=plain, at__gt=timezone.now() - EDITS_COUNT_AS_ONE)
        recent = set(entries.values_list("target_id", flat=True))
    for edit in edits:
        if _verb(edit) != "element.edited" or str(edit.row.pk) not in recent:
            record(access, _verb(edit), edit.row, label=label_of(edit.row), was=edit.was)
