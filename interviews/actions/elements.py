"""Capturing: the elements of one interview, written by several people and by browsers that were offline.

Writers of one interview take turns (interviews/actions/turns.py), so each merges with what stands there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.utils import timezone

from interviews.actions.coded import tell
from interviews.actions.element_fields import clean, default_phase, read, write
from interviews.actions.turns import turn
from interviews.models import Element, Interview, Quote
from interviews.queries.elements import element_row
from studies.access import StudyAccess
from studies.edits import StaleVersion
from studies.history import record, register_verbs
from studies.models import HistoryEntry
from studies.roles import Verb

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


@dataclass
class Edit:
    """How one loaded row changes in this transaction."""

    row: Element
    loaded_version: int
    was: dict[str, Any] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)


# --- one browser's changes ------------------------------------------------------------------------------


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
        errors = _fill(row, _dict(change.get("fields")), self.now)
        if not row.words.strip():
            return _refused(str(client_id), "note", "An item needs some words.")
        self.rows[str(client_id)] = self.new[str(client_id)] = row
        return Result(str(client_id), row=row, errors=errors)

    def _edit(self, row: Element, change: dict[str, Any]) -> Result:
        result = Result(str(row.client_id), row=row)
        edit = self.edits.get(result.client_id) or Edit(row, row.version)
        seen, fields = change.get("base_version"), _dict(change.get("fields"))
        before = (row.note, row.verbatim)
        for name, value in _kind_first(fields):
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
        if wanted == current:
            return
        if seen != edit.row.version and _clashes(name, base, current, edit.row.kind, seen):
            result.conflicts[name] = current
            return
        edit.was.setdefault(name, current)
        edit.columns.add(write(edit.row, name, wanted, now=self.now))

    def save(self) -> None:
        """Raises StaleVersion, and writes nothing, where somebody outside a turn changed a row meanwhile."""
        Element.objects.bulk_create(self.new.values())
        for row in self.new.values():
            record(self.access, "element.captured", row, label=_label(row))
        for edit in self.edits.values():
            _save(edit)
        _remember(self.access, list(self.edits.values()))
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


def _kind_first(fields: dict[str, Any]) -> list[tuple[str, Any]]:
    """The kind decides which detail fields there are, so it must be known before they are read."""
    return sorted(fields.items(), key=lambda pair: pair[0] != "kind")


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


def _fill(row: Element, fields: dict[str, Any], now: Any) -> dict[str, str]:
    """Sets what is valid and says what is not: words are never lost over a bad number beside them."""
    errors = {}
    for name, value in _kind_first(fields):
        try:
            write(row, name, clean(name, value, row.kind), now=now)
        except ValueError as error:
            errors[name] = str(error)
    return errors


def _save(edit: Edit) -> None:
    columns = {name: getattr(edit.row, name) for name in edit.columns}
    rows = Element.with_trash.filter(pk=edit.row.pk, version=edit.loaded_version)
    if not rows.update(**columns, version=edit.row.version, change_seq=edit.row.change_seq):
        raise StaleVersion(Element.with_trash.get(pk=edit.row.pk))


def _label(row: Element) -> str:
    return f"{row}: {row.words[:LABEL_WORDS]}"


def _verb(edit: Edit) -> str:
    if "deleted" in edit.was:
        return "element.deleted" if edit.row.deleted_at else "element.restored"
    return "element.classified" if edit.was.get("kind") == "" else "element.edited"


def _remember(access: StudyAccess, edits: list[Edit]) -> None:
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
            record(access, _verb(edit), edit.row, label=_label(edit.row), was=edit.was)


# --- single items, for coding transcripts, the demo and imports -------------------------------------------


def add_elements(access: StudyAccess, *, interview: Interview, rows: list[dict[str, Any]]) -> list[Element]:
    """Many items at once under one history entry. Rows are keyword arguments of `add_element`.

    Raises ValidationError, with the row's number, before anything is written.
    """
    access.require(Verb.CODE)
    with turn(access, interview) as seq:
        made = [_built(access, interview, seq, number, **row) for number, row in enumerate(rows, 1)]
        Element.objects.bulk_create(made, batch_size=500)
        if len(made) == 1:
            record(access, "element.captured", made[0], label=_label(made[0]))
        elif made:
            record(access, "element.added", interview, count=len(made))
        tell(access)
    return made


def add_element(
    access: StudyAccess,
    *,
    interview: Interview,
    kind: str = "",
    note: str = "",
    verbatim: str = "",
    quote: Quote | None = None,
    client_id: UUID | str | None = None,
    **fields: Any,
) -> Element:
    """One item; with a client_id that this interview already has, that item. `fields` as in element_fields.

    A phase that is not given is the one where the kind belongs most often. Raises ValidationError.
    """
    access.require(Verb.CODE)
    row = {"kind": kind, "note": note, "verbatim": verbatim, "quote": quote, **fields}
    if client_id:
        there = interview.elements(manager="with_trash").filter(client_id=client_id).first()
        if there:
            return there
        row["client_id"] = client_id
    return add_elements(access, interview=interview, rows=[row])[0]


def _built(
    access: StudyAccess,
    interview: Interview,
    seq: int,
    number: int,
    *,
    quote: Quote | None = None,
    client_id: UUID | str | None = None,
    detail: dict[str, Any] | None = None,
    **fields: Any,
) -> Element:
    if quote is not None and quote.transcript.interview_id != interview.pk:
        raise ValidationError(f"Row {number}: the quote is from another interview.")
    row = Element(study=access.study, interview=interview, quote=quote, change_seq=seq)
    row.client_id, row.captured_by = UUID(str(client_id)) if client_id else uuid4(), access.user
    fields |= {f"detail.{name}": value for name, value in (detail or {}).items()}
    if hasattr(fields.get("story_date"), "isoformat"):
        fields["story_date"] = fields["story_date"].isoformat()
    errors = _fill(row, fields, timezone.now())
    if errors:
        name, why = next(iter(errors.items()))
        raise ValidationError(f"Row {number}, {name}: {why}")
    if not row.words.strip():
        raise ValidationError(f"Row {number}: an item needs some words.")
    if "phase" not in fields:
        row.phase = default_phase(row.kind, row.point)
    return row


def edit_element(access: StudyAccess, *, element: Element, seen: int | None = None, **fields: Any) -> Element:
    """Changes an item as one browser would: `quote` besides the fields of element_fields, detail as a dict.

    Raises StaleVersion where somebody saved since version `seen`, and ValidationError.
    """
    access.require(Verb.CODE)
    quote = fields.pop("quote", element.quote)
    if quote is not None and quote.transcript.interview_id != element.interview_id:
        raise ValidationError("The quote is from another interview.")
    detail = fields.pop("detail", {})
    fields |= {f"detail.{name}": value for name, value in detail.items()}
    with turn(access, element.interview) as seq:
        row = access.study.elements(manager="with_trash").select_related("quote").get(pk=element.pk)
        if seen is not None and seen != row.version:
            raise StaleVersion(row)
        _save_edit(access, row, seq, fields, quote)
    return row


def _save_edit(
    access: StudyAccess, row: Element, seq: int, fields: dict[str, Any], quote: Quote | None
) -> None:
    edit = Edit(row, row.version)
    for name, value in _kind_first(fields):
        try:
            wanted = clean(name, value, row.kind)
        except ValueError as error:
            raise ValidationError({name.split(".")[0]: str(error)}) from error
        if wanted != read(row, name):
            edit.was[name] = read(row, name)
            edit.columns.add(write(row, name, wanted, now=timezone.now()))
    if quote != row.quote:
        edit.was["quote"] = row.quote_id
        row.quote = quote
        edit.columns.add("quote_id")
    if edit.columns:
        row.version, row.change_seq = row.version + 1, seq
        _save(edit)
        _remember(access, [edit])
        tell(access)


def delete_element(access: StudyAccess, *, element: Element) -> Element:
    """Into the trash."""
    return edit_element(access, element=element, deleted=True)


def restore_element(access: StudyAccess, *, element: Element) -> Element:
    return edit_element(access, element=element, deleted=False)
