"""Writes a checked archive into an empty study: everything or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import models, transaction

from cpd_site.archive.layout import SECTION_OF, SECTION_OF_TARGET, SECTIONS, Section, is_person
from cpd_site.archive.read import Archive
from studies.access import StudyAccess
from studies.history import person_name, record
from studies.models import HistoryEntry
from studies.roles import Verb

BATCH = 500


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
    made = [_build(section, row, access, keys) for row in rows]
    section.model._base_manager.bulk_create(made, batch_size=BATCH)
    pks = [row.pk for row in made]
    _write_again(section, made, rows, own, pks)
    _link(section, rows, pks, keys | {section.name: pks})
    return pks


def _build(section: Section, row: dict[str, Any], access: StudyAccess, keys: dict[str, list[Any]]) -> Any:
    values: dict[str, Any] = {}
    for f in section.fields:
        value = row[f.name]
        if f.is_relation and value is not None:
            target = "people" if is_person(f) else SECTION_OF[f.related_model]  # type: ignore[index]
            value = keys[target][value - 1] if target in keys else None
        values[f.attname] = value
    if section.to_study == "study":
        values["study_id"] = access.study.pk
    if section.model is HistoryEntry:
        rows, place = keys.get(SECTION_OF_TARGET.get(row["target_type"], ""), []), row["target"]
        values["target_id"] = str(rows[place - 1]) if place and 0 < place <= len(rows) else ""
    return section.model(**values)


def _write_again(
    section: Section, made: list[Any], rows: list[dict[str, Any]], own: list[Any], pks: list[Any]
) -> None:
    """What an insert cannot write: references inside the section, and times that Django sets to now."""
    stamps = [f for f in section.fields if getattr(f, "auto_now_add", False) or getattr(f, "auto_now", False)]
    if not made or not (own or stamps):
        return
    for instance, row in zip(made, rows, strict=True):
        for f in own:
            setattr(instance, f.attname, pks[row[f.name] - 1] if row[f.name] else None)
        for f in stamps:
            setattr(instance, f.attname, row[f.name])
    names = [f.name for f in [*own, *stamps]]
    section.model._base_manager.bulk_update(made, names, batch_size=BATCH)


def _link(section: Section, rows: list[dict[str, Any]], pks: list[Any], keys: dict[str, list[Any]]) -> None:
    for relation in section.many:
        targets = keys[SECTION_OF[relation.related_model]]
        through: Any = relation.remote_field.through
        source, target = relation.m2m_column_name(), relation.m2m_reverse_name()
        links: Iterable[models.Model] = (
            through(**{source: pk, target: targets[place - 1]})
            for pk, row in zip(pks, rows, strict=True)
            for place in row[relation.name]
        )
        through._base_manager.bulk_create(links, batch_size=BATCH)
