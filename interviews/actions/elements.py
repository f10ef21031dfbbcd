"""Elements one by one or many at once: for coding transcripts, the demo and imports."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.utils import timezone

from interviews.actions.coded import tell
from interviews.actions.element_changes import Edit, fill, kind_first, label_of, remember, save
from interviews.actions.element_fields import clean, default_phase
from interviews.actions.turns import turn
from interviews.models import Element, Interview, Quote
from studies.access import StudyAccess
from studies.edits import StaleVersion
from studies.history import record
from studies.roles import Verb


def add_elements(access: StudyAccess, *, interview: Interview, rows: list[dict[str, Any]]) -> list[Element]:
    """Many items at once under one history entry. Rows are keyword arguments of `add_element`.

    Raises ValidationError, with the row's number, before anything is written.
    """
    access.require(Verb.CODE)
    with turn(access, interview) as seq:
        made = [_built(access, interview, seq, number, **row) for number, row in enumerate(rows, 1)]
        Element.objects.bulk_create(made, batch_size=500)
        if len(made) == 1:
            record(access, "element.captured", made[0], label=label_of(made[0]))
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
    errors = fill(row, fields, timezone.now())
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
    for name, value in kind_first(fields):
        try:
            wanted = clean(name, value, row.kind)
        except ValueError as error:
            raise ValidationError({name.split(".")[0]: str(error)}) from error
        edit.put(name, wanted, timezone.now())
    if quote != row.quote:
        edit.was["quote"] = row.quote_id
        row.quote = quote
        edit.columns.add("quote_id")
    if edit.columns:
        row.version, row.change_seq = row.version + 1, seq
        save(edit)
        remember(access, [edit])
        tell(access)


def delete_element(access: StudyAccess, *, element: Element) -> Element:
    """Into the trash."""
    return edit_element(access, element=element, deleted=True)


def restore_element(access: StudyAccess, *, element: Element) -> Element:
    return edit_element(access, element=element, deleted=False)
