"""Writes a checked archive into an empty study: everything or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import models, transaction

from cpd_site.archive.layout import LINKING, SECTION_OF_TARGET, SECTIONS, Section, relinked, target_of
from cpd_site.archive.read import Archive
from interviews.models import Participant
from interviews.natural import natural_key
from studies.access import StudyAccess
from studies.history import person_name, record
from studies.models import HistoryEntry
from studies.roles import Verb

BATCH = 500


class _Verbatim(models.QuerySet[Any]):
    """Inserts values as they are, as the loading of fixtures does: times stay those of the archive."""

    def _insert(self, objs: Any, fields: Any, **options: Any) -> Any:
        return super()._insert(objs, fields, **options | {"raw": True})  # type: ignore[misc]


def load_archive(access: StudyAccess, archive: Archive) -> dict[str, int]:
    """Number of rows written by section. Must find the study empty; a second call writes nothing."""
    access.require(Verb.MANAGE)
    with transaction.atomic():
        if access.study.history.filter(verb="study.imported").exists():
            return {}
        keys: dict[str, list[Any]] = {"people": _accounts(access.user, archive.people)}
        for section in SECTIONS:
            keys[section.name] = _write(section, archive.rows[section.name], access, keys)
        record(access, "study.imported", access.study, rows=archive.size)
    return {name: len(rows) for name, rows in archive.rows.items() if rows}


def _accounts(importer: Any, names: list[str]) -> list[Any]:
    """Accounts that bear the names of the people in the archive and that nobody can sign in to.

    The one who imports is recognised by name, so that their own work stays theirs.
    """
    mine = person_name(importer)
    user_model = get_user_model()
    accounts = []
    for name in names:
        if name == mine and importer not in accounts:
            accounts.append(importer)
            continue
        account = user_model(username=f"archive-{uuid4().hex[:20]}", first_name=name, is_active=False)
        account.password = make_password(None)
        account.save()
        accounts.append(account)
    return [account.pk for account in accounts]


def _write(
    section: Section, rows: list[dict[str, Any]], access: StudyAccess, keys: dict[str, list[Any]]
) -> list[Any]:
    own = [f for f in section.fields if f.related_model is section.model]
    made = list(_build(section, rows, access, keys))
    _Verbatim(section.model).bulk_create(made, batch_size=BATCH)
    pks = [row.pk for row in made]
    _refer(section, made, rows, own, pks)
    _link(section, rows, pks, keys | {section.name: pks})
    return pks


def _build(
    section: Section, rows: list[dict[str, Any]], access: StudyAccess, keys: dict[str, list[Any]]
) -> Iterator[Any]:
    """Unsaved rows. References inside the section stay empty for now."""
    fixed = {"study_id": access.study.pk} if section.to_study == "study" else {}
    plain = [f.name for f in section.fields if not f.is_relation]
    related = [(f.name, f.attname, keys.get(target_of(f))) for f in section.fields if f.is_relation]
    for row in rows:
        values = fixed | {name: row[name] for name in plain}
        for name, attname, known in related:
            values[attname] = known[row[name] - 1] if known and row[name] else None
        if section.model is HistoryEntry:
            values["target_id"] = _target_id(row, keys)
        if section.model is Participant:
            values["sort_key"] = natural_key(row["pseudonym"])
        for model, name in LINKING:
            if section.model is model:
                values[name] = relinked(row[name], lambda part, place: _key(keys, part, place))
        yield section.model(**values)


def _key(keys: dict[str, list[Any]], section: str, place: int) -> int | None:
    known = keys.get(section, [])
    return known[place - 1] if 0 < place <= len(known) else None


def _target_id(row: dict[str, Any], keys: dict[str, list[Any]]) -> str:
    known, place = keys.get(SECTION_OF_TARGET.get(row["target_type"], ""), []), row["target"]
    return str(known[place - 1]) if place and 0 < place <= len(known) else ""


def _refer(
    section: Section, made: list[Any], rows: list[dict[str, Any]], own: list[Any], pks: list[Any]
) -> None:
    """References inside the section: they can only be written once all its rows have a key."""
    names = [f.name for f in own]
    referring = [
        (row, values) for row, values in zip(made, rows, strict=True) if any(values[n] for n in names)
    ]
    for row, values in referring:
        for f in own:
            setattr(row, f.attname, pks[values[f.name] - 1] if values[f.name] else None)
    if referring:
        changed = [row for row, _ in referring]
        section.model._base_manager.bulk_update(changed, names, batch_size=BATCH)


def _link(section: Section, rows: list[dict[str, Any]], pks: list[Any], keys: dict[str, list[Any]]) -> None:
    for relation in section.many:
        targets = keys[target_of(relation)]
        through: Any = relation.remote_field.through
        source, target = relation.m2m_column_name(), relation.m2m_reverse_name()
        links: Iterable[models.Model] = (
            through(**{source: pk, target: targets[place - 1]})
            for pk, row in zip(pks, rows, strict=True)
            for place in row[relation.name]
        )
        through._base_manager.bulk_create(links, batch_size=BATCH)
