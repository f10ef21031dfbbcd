"""Writes an archive piece by piece: a long study never stands in memory as one text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.utils import timezone

from cpd_site.archive.layout import (
    FORMAT,
    LINKING,
    SECTION_OF,
    SECTION_OF_TARGET,
    SECTIONS,
    STUDY_FIELDS,
    Section,
    is_person,
    relinked,
)
from studies.access import StudyAccess
from studies.history import person_name
from studies.models import HistoryEntry, Study


def canonical(data: Any) -> str:
    """One text for one value: what the digests are taken of."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class _Book:
    """The ids given so far: primary key -> place in the section, for each section, and for people."""

    def __init__(self) -> None:
        self.places: dict[str, dict[Any, int]] = {section.name: {} for section in SECTIONS}
        self.people: dict[int, int] = {}
        self.names: list[str] = []

    def person(self, user: Any) -> int | None:
        if user is None:
            return None
        if user.pk not in self.people:
            self.names.append(person_name(user))
            self.people[user.pk] = len(self.names)
        return self.people[user.pk]


class _Dangling(Exception):
    """The row hangs on another one that lies in the trash."""


def write_archive(access: StudyAccess) -> Iterator[str]:
    """The archive as text, in pieces. Digests of all sections come last."""
    study, book, digests = access.study, _Book(), {}
    head = canonical(_study(study))
    digests["study"] = _sha(head)
    yield f'{{"format":"{FORMAT}","exported_at":"{timezone.now().isoformat()}","study":{head},"sections":{{'
    for section in SECTIONS:
        digest = hashlib.sha256()
        for piece in _section(section, study, book):
            digest.update(piece.encode())
            yield piece if piece != "[" else f'\n"{section.name}":['
        digests[section.name] = digest.hexdigest()
        yield ","
    members = canonical(_members(study, book))
    people = canonical([{"name": name} for name in book.names])
    digests |= {"members": _sha(members), "people": _sha(people)}
    yield f'\n"members":{members},\n"people":{people}}},\n"sha256":{canonical(digests)}}}\n'


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _study(study: Study) -> dict[str, Any]:
    return {name: getattr(study, name) for name in STUDY_FIELDS}


def _members(study: Study, book: _Book) -> list[dict[str, Any]]:
    rows = study.memberships.select_related("user").order_by("pk")
    return [{"person": book.person(row.user), "role": row.role} for row in rows]


def _section(section: Section, study: Study, book: _Book) -> Iterator[str]:
    yield "["
    comma = ""
    for row in _rows(section, study, book):
        try:
            data = _row(section, row, book)
        except _Dangling:
            continue
        if section.needs_one_of and not any(data[name] for name in section.needs_one_of):
            continue
        places = book.places[section.name]
        places.setdefault(row.pk, len(places) + 1)
        yield comma + canonical(data)
        comma = ","
    yield "]"


def _rows(section: Section, study: Study, book: _Book) -> Iterable[Any]:
    people = [f.name for f in section.fields if is_person(f)]
    rows = section.rows(study).select_related(*people) if people else section.rows(study)
    rows = rows.prefetch_related(*(f.name for f in section.many))
    if not section.refers_to_itself:
        return rows.iterator(chunk_size=500)
    known = list(rows)  # a row may refer to a later one: all places must be known before the first is written
    book.places[section.name] = {row.pk: place for place, row in enumerate(known, 1)}
    return known


def _row(section: Section, row: Any, book: _Book) -> dict[str, Any]:
    data = {f.name: _value(f, row, book) for f in section.fields}
    for relation in section.many:
        data[relation.name] = _places(relation, row, book)
    if section.model is HistoryEntry:
        places = book.places.get(SECTION_OF_TARGET.get(row.target_type, ""), {})
        data["target"] = places.get(int(row.target_id)) if row.target_id.isdigit() else None
    return data


def _places(relation: models.ManyToManyField[Any, Any], row: Any, book: _Book) -> list[int]:
    others = getattr(row, relation.name).all()
    if is_person(relation):
        return sorted(place for other in others if (place := book.person(other)))
    known = book.places[SECTION_OF[relation.related_model]]  # type: ignore[index]
    return sorted(known[other.pk] for other in others if other.pk in known)


def _value(model_field: models.Field[Any, Any], row: Any, book: _Book) -> Any:
    if is_person(model_field):
        return book.person(getattr(row, model_field.name))
    value = getattr(row, model_field.attname)
    if model_field.is_relation:
        return _place(model_field, value, book)
    if (model_field.model, model_field.name) in LINKING:
        return relinked(value, lambda section, key: book.places[section].get(key))
    if value is None or isinstance(model_field, models.JSONField):
        return value
    return value if isinstance(value, bool | int | float | str) else model_field.value_to_string(row)


def _place(model_field: models.Field[Any, Any], key: int | None, book: _Book) -> int | None:
    place = book.places[SECTION_OF[model_field.related_model]].get(key)  # type: ignore[index]
    if place is None and not model_field.null:
        raise _Dangling
    return place
