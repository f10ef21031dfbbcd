"""Capturing: the elements of one interview, written by several people and by browsers that were offline.

Writers of one interview take turns (interviews/actions/turns.py), so each merges with what stands there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone

from interviews.actions.coded import tell
from interviews.actions.element_changes import Edit, fill, kind_first, label_of, remember, save
from interviews.actions.element_fields import clean, read
from interviews.models import Element, Interview
from interviews.queries.elements import element_row
from studies.access import StudyAccess
from studies.history import record


@dataclass
class Result:
    """What became of one posted change."""

    client_id: str
    state: str = "saved"  # saved, merged, conflict, refused
    row: Element | None = None
    conflicts: dict[str, Any] = field(default_factory=dict)  # field -> the value that stands on the server
    errors: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "client_id": self.client_id,
            "state": self.state,
            "version": self.row.version if self.row else 0,
            "conflicts": self.conflicts,
            "errors": self.errors,
            "current": element_row(self.row) if self.row else None,
        }


def sync_elements(
    access: StudyAccess, *, interview: Interview, changes: list[dict[str, Any]], seq: int
) -> list[Result]:
    """Applies changes in order, inside the caller's turn. Creating twice creates once.

    A change is {client_id, base_version, fields, base}: version 0 makes the item, `base` holds what the
    browser saw in each field. Where somebody else changed the same field since, theirs stays and the result
    names it; other fields are merged.
    """
    batch = _Batch(access, interview, seq)
    batch.load(changes)
    results = [batch.apply(change) for change in changes]
    batch.save()
    return results


class _Batch:
    def __init__(self, access: StudyAccess, interview: Interview, seq: int) -> None:
        self.access, self.interview, self.seq = access, interview, seq
        self.rows: dict[str, Element] = {}
        self.new: dict[str, Element] = {}
        self.edits: dict[str, Edit] = {}
        self.now = timezone.now()

    def load(self, changes: Iterable[dict[str, Any]]) -> None:
        ids = {parsed for change in changes if (parsed := _uuid(change.get("client_id")))}
        found = self.access.study.elements(manager="with_trash").filter(client_id__in=ids)
        for row in found.select_related("quote", "captured_by"):
            self.rows[str(row.client_id)] = row

    def apply(self, change: dict[str, Any]) -> Result:
        client_id = _uuid(change.get("client_id"))
        if client_id is None:
            return _refused(str(change.get("client_id"))[:40], "client_id", "This is no id of an item.")
        row = self.rows.get(str(client_id))
        if row is not None and row.interview_id != self.interview.pk:
            return _refused(str(client_id), "client_id", "There is no such item in this interview.")
        if change.get("base_version") == 0:
            return Result(str(client_id), row=row) if row else self._create(client_id, change)
        if row is None:
            return _refused(str(client_id), "client_id", "There is no such item in this interview.")
        return self._edit(row, change)

    def _create(self, client_id: UUID, change: dict[str, Any]) -> Result:
        row = Element(
            study=self.access.study,
            interview=self.interview,
            client_id=client_id,
            captured_by=self.access.user,
            change_seq=self.seq,
        )
        errors = fill(row, _dict(change.get("fields")), self.now)
        if not row.words.strip():
            return _refused(str(client_id), "note", "An item needs some words.")
        self.rows[str(client_id)] = self.new[str(client_id)] = row
        return Result(str(client_id), row=row, errors=errors)

    def _edit(self, row: Element, change: dict[str, Any]) -> Result:
        result = Result(str(row.client_id), row=row)
        edit = self.edits.get(result.client_id) or Edit(row, row.version)
        seen, fields = change.get("base_version"), _dict(change.get("fields"))
        before = (row.note, row.verbatim)
        for name, value in kind_first(fields):
            self._edit_field(edit, result, name, value, _dict(change.get("base")), seen)
        if not row.words.strip():
            row.note, row.verbatim = before
            result.errors["note"] = "An item needs some words."
        if row.deleted_at and edit.columns and "deleted" not in fields:
            result.conflicts["deleted"] = True
        stale = seen != edit.loaded_version
        if edit.columns and result.client_id not in self.new:
            self.edits[result.client_id] = edit
            row.version = edit.loaded_version + 1
            row.change_seq = self.seq
        result.state = "conflict" if result.conflicts else "merged" if stale else "saved"
        return result

    def _edit_field(
        self, edit: Edit, result: Result, name: str, value: Any, base: dict[str, Any], seen: int | None
    ) -> None:
        try:
            wanted = clean(name, value, edit.row.kind)
        except ValueError as error:
            result.errors[name] = str(error)
            return
        current = read(edit.row, name)
        stale = wanted != current and seen != edit.row.version
        if stale and _clashes(name, base, current, edit.row.kind, seen):
            result.conflicts[name] = current
        else:
            edit.put(name, wanted, self.now)

    def save(self) -> None:
        """Raises StaleVersion, and writes nothing, where somebody outside a turn changed a row meanwhile."""
        Element.objects.bulk_create(self.new.values())
        for row in self.new.values():
            record(self.access, "element.captured", row, label=label_of(row))
        for edit in self.edits.values():
            save(edit)
        remember(self.access, list(self.edits.values()))
        tell(self.access)


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(value)
    except (AttributeError, TypeError, ValueError):
        return None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _refused(client_id: str, name: str, why: str) -> Result:
    return Result(client_id, state="refused", errors={name: why})


def _clashes(name: str, base: dict[str, Any], current: Any, kind: str, seen: int | None) -> bool:
    """Whether somebody else changed this field since the browser saw it.

    Deleting clashes with any later edit: nobody throws away words that they have not read.
    """
    if name not in base or (name == "deleted" and seen is not None and not current):
        return True
    try:
        return bool(clean(name, base[name], kind) != current)
    except ValueError:
        return True
