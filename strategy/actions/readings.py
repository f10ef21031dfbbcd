"""Readings of the KPI of an action: at most one a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from strategy.actions.rules import StrategyRefused
from strategy.days import day_words
from strategy.models import Action, KpiReading
from strategy.reading_table import Reading
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs(
    {
        "reading.added": "read the KPI of",
        "reading.edited": "corrected a reading of the KPI of",
        "reading.removed": "removed a reading of the KPI of",
        "reading.restored": "brought back a reading of the KPI of",
        "reading.imported": "imported readings of the KPI of",
    }
)


def add_reading(access: StudyAccess, *, action: Action, on: date, value: float, note: str = "") -> KpiReading:
    """StrategyRefused where that day has been read already."""
    access.require(Verb.EDIT_CANVAS)
    with transaction.atomic():
        _one_a_day(action, on)
        reading = KpiReading(study=access.study, action=action, on=on, value=value, note=note.strip())
        reading.made_by = access.user
        _save(reading)
        record(access, "reading.added", action, on=on.isoformat(), value=value)
    return reading


def edit_reading(
    access: StudyAccess, *, reading: KpiReading, on: date, value: float, note: str
) -> KpiReading:
    access.require(Verb.EDIT_CANVAS)
    before = {"on": reading.on.isoformat(), "value": reading.value}
    with transaction.atomic():
        _one_a_day(reading.action, on, but=reading)
        reading.on, reading.value, reading.note = on, value, note.strip()
        _save(reading)
        record(access, "reading.edited", reading.action, before=before, on=on.isoformat(), value=value)
    return reading


def remove_reading(access: StudyAccess, *, reading: KpiReading) -> None:
    access.require(Verb.EDIT_CANVAS)
    with transaction.atomic():
        _set_removed(reading, timezone.now())
        _tell(access, "reading.removed", reading)


def restore_reading(access: StudyAccess, *, reading: KpiReading) -> None:
    """StrategyRefused where that day has been read anew meanwhile."""
    access.require(Verb.EDIT_CANVAS)
    with transaction.atomic():
        _one_a_day(reading.action, reading.on, but=reading)
        _set_removed(reading, None)
        _tell(access, "reading.restored", reading)


def _tell(access: StudyAccess, verb: str, reading: KpiReading) -> None:
    on, value = reading.on.isoformat(), reading.value
    record(access, verb, reading.action, reading=reading.pk, on=on, value=value)


def _set_removed(reading: KpiReading, at: Any) -> None:
    reading.deleted_at = at
    reading.save(update_fields=["deleted_at"])


def _one_a_day(action: Action, on: date, but: KpiReading | None = None) -> None:
    """The lock on the action makes two people at once wait for each other."""
    Action.objects.select_for_update().get(pk=action.pk)
    same = action.readings.filter(on=on).exclude(pk=but.pk if but else 0).first()
    if same:
        raise StrategyRefused(f"{day_words(on)} has a reading already: {same.value:g}. Correct that one.")


def _save(reading: KpiReading) -> None:
    reading.full_clean(validate_unique=False, validate_constraints=False)
    reading.save()


# --- import ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Imported:
    """How many readings were new, took the place of another of their day, or were there already."""

    new: int = 0
    changed: int = 0
    known: int = 0


def import_readings(
    access: StudyAccess, *, action: Action, readings: Iterable[Reading], replace: bool
) -> Imported:
    """All or nothing. Sending the same readings again changes nothing.

    StrategyRefused where a day has another value already and `replace` is off.
    """
    access.require(Verb.EDIT_CANVAS)
    with transaction.atomic():
        Action.objects.select_for_update().get(pk=action.pk)
        rows = list(readings)
        known = {row.on: row for row in action.readings.all()}
        other = [row for row in rows if row.on in known and known[row.on].value != row.value]
        if other and not replace:
            raise StrategyRefused(_says_another(other, known))
        _correct(other, known)
        new = [row for row in rows if row.on not in known]
        _insert(access, action, new)
        done = Imported(len(new), len(other), len(rows) - len(new) - len(other))
        if new or other:
            before = {row.on.isoformat(): known[row.on].value for row in other}
            record(access, "reading.imported", action, **vars(done), before=before)
    return done


def _says_another(other: list[Reading], known: dict[date, KpiReading]) -> str:
    first = other[0]
    days = "1 day has" if len(other) == 1 else f"{len(other)} days have"
    return (
        f"{days} another reading already: row {first.row}, {day_words(first.on)}, says {first.value:g}, "
        f"and the reading of that day is {known[first.on].value:g}. Tick “Replace” if the new ones are right."
    )


def _correct(other: list[Reading], known: dict[date, KpiReading]) -> None:
    for row in other:
        KpiReading.objects.filter(pk=known[row.on].pk).update(value=row.value, note=row.note)


def _insert(access: StudyAccess, action: Action, rows: list[Reading]) -> None:
    KpiReading.objects.bulk_create(
        KpiReading(
            study=access.study, action=action, on=row.on, value=row.value, note=row.note, made_by=access.user
        )
        for row in rows
    )
