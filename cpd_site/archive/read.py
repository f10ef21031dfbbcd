"""Reads an archive without touching the database: every row is checked before the first one is written."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.db import models

from cpd_site.archive.layout import FORMAT, SECTIONS, STUDY_FIELDS, Section, target_of
from cpd_site.archive.older import LATER, brought_up, is_older
from cpd_site.archive.shapes import fits, is_number, is_storable
from cpd_site.archive.write import canonical
from studies.models import HistoryEntry, Study
from studies.roles import Role

MOST_PEOPLE = 500
YEARS = range(1900, 2201)  # beyond them, time zones and formats fail
EXTRA_SECTIONS = ("members", "people")
TOP_LEVEL = {"format", "exported_at", "study", "sections", "sha256"}


class ArchiveRefused(Exception):
    """What is wrong with the file, where, and what to do."""


@dataclass(frozen=True)
class Archive:
    """A checked archive: values have the types of their fields, references are places that exist."""

    study: dict[str, Any]
    people: list[str]
    rows: dict[str, list[dict[str, Any]]]

    @property
    def size(self) -> int:
        return sum(len(rows) for rows in self.rows.values())


def read_archive(raw: bytes) -> Archive:
    """Raises ArchiveRefused for anything but an archive that this version wrote or could have written."""
    data = _parse(raw)
    _check_shape(data)
    _check_digests(data)
    sections = brought_up(data["sections"])
    people = _people(sections["people"])
    _check_members(sections["members"], len(people))
    sizes = {section.name: len(sections[section.name]) for section in SECTIONS} | {"people": len(people)}
    rows = {section.name: list(_rows(section, sections[section.name], sizes)) for section in SECTIONS}
    _check_quotes(rows)
    return Archive(_study(data["study"]), people, rows)


# --- the file ----------------------------------------------------------------------------------------
def _parse(raw: bytes) -> dict[str, Any]:
    try:
        data = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_constant, parse_float=_finite)
    except UnicodeDecodeError as error:
        _refuse(f"The file is not UTF-8 text (byte {error.start:,}), so it is no archive of a study.")
    except json.JSONDecodeError as error:
        if error.pos == 0:
            _refuse(
                "This file is no archive of a study: choose a file saved with Exports, “Save the archive”."
            )
        _refuse(
            f"The file breaks off or is damaged in line {error.lineno}, character {error.colno:,}: "
            "download the archive again and import that file."
        )
    except (RecursionError, ValueError):
        _refuse("The file is JSON that no archive of a study would hold.")
    if not isinstance(data, dict) or "format" not in data:
        _refuse(
            "This JSON file is no archive of a study: choose a file saved with Exports, “Save the archive”."
        )
    return data


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(digits: str) -> float:
    """Digits can be a number that no computer holds: 1e999."""
    number = float(digits)
    if math.isinf(number):
        _no_constant(digits)
    return number


def _check_shape(data: dict[str, Any]) -> None:
    if data["format"] != FORMAT:
        _refuse(f"The archive says it is “{str(data['format'])[:40]}”; this version reads “{FORMAT}”.")
    if (
        set(data) != TOP_LEVEL
        or not isinstance(data["sections"], dict)
        or not isinstance(data["study"], dict)
    ):
        _refuse("Parts of the archive are missing or unknown: download it again.")
    _check_sections(data["sections"])


def _check_sections(sections: dict[str, Any]) -> None:
    expected = {section.name for section in SECTIONS} | set(EXTRA_SECTIONS)
    present = set(sections)
    if is_older(sections):
        expected -= LATER
    if missing := sorted(expected - present):
        _refuse(f"The archive lacks the section “{missing[0]}”: download it again.")
    if unknown := sorted(present - expected):
        _refuse(f"The archive has a section “{unknown[0][:40]}” that this version does not know.")
    for name, rows in sections.items():
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            _refuse(f"The section “{name}” is not a list of rows: download the archive again.")


def _check_digests(data: dict[str, Any]) -> None:
    told = data["sha256"] if isinstance(data["sha256"], dict) else {}
    for name, part in [("study", data["study"]), *data["sections"].items()]:
        if told.get(name) != hashlib.sha256(canonical(part).encode("utf-8", "surrogatepass")).hexdigest():
            _refuse(
                f"The section “{name}” does not match its checksum: it was damaged or edited since the "
                "export. Download the archive again."
            )


# --- its rows ----------------------------------------------------------------------------------------
def _study(data: dict[str, Any]) -> dict[str, Any]:
    if set(data) != set(STUDY_FIELDS):
        _refuse("The description of the study is incomplete.")
    fields = {f.name: f for f in Study._meta.concrete_fields}
    return {name: _clean(fields[name], data[name], "study", 1) for name in STUDY_FIELDS}


def _people(rows: list[dict[str, Any]]) -> list[str]:
    names = [str(row["name"]) for row in rows if isinstance(row.get("name"), str)]
    if len(rows) > MOST_PEOPLE or len(names) < len(rows) or not all(0 < len(name) <= 150 for name in names):
        _refuse(f"The section “people” must hold at most {MOST_PEOPLE} names.")
    return [name.replace("\x00", "") for name in names]


def _check_members(rows: list[dict[str, Any]], people: int) -> None:
    for number, row in enumerate(rows, 1):
        if set(row) != {"person", "role"} or row["role"] not in Role.values:
            _refuse(f"members, row {number}: not a person with a role.")
        _check_place(row["person"], people, "members", number, "person", "people")


def _rows(section: Section, rows: list[dict[str, Any]], sizes: dict[str, int]) -> Iterator[dict[str, Any]]:
    expected = {f.name for f in [*section.fields, *section.many]}
    expected |= {"target"} if section.model is HistoryEntry else set()
    seen: dict[tuple[Any, ...], int] = {}
    for number, row in enumerate(rows, 1):
        if set(row) != expected:
            odd = sorted(set(row) ^ expected)[0]
            _refuse(f"{section.name}, row {number}: “{odd[:40]}” is missing or unknown.")
        clean = {f.name: _field(f, row[f.name], section, number, sizes) for f in section.fields}
        clean |= {f.name: _many(f, row[f.name], section, number, sizes) for f in section.many}
        if section.model is HistoryEntry:
            clean["target"] = row["target"] if isinstance(row["target"], int) else None
        _check_kept(section, clean, number)
        _check_unique(section, clean, number, seen)
        yield clean


def _check_kept(section: Section, row: dict[str, Any], number: int) -> None:
    """What no archive of ours holds: a run that is still waiting would be taken up by a worker."""
    odd = [name for name, value in section.only.items() if row[name] != value]
    odd += [name for name, value in section.never.items() if row[name] == value]
    if odd:
        _refuse(f"{section.name}, row {number}: “{odd[0]}” cannot be “{row[odd[0]]}” in an archive.")


def _field(f: Any, value: Any, section: Section, number: int, sizes: dict[str, int]) -> Any:
    if not f.is_relation:
        return _clean(f, value, section.name, number)
    if value is None and f.null:
        return None
    target = target_of(f)
    _check_place(value, sizes[target], section.name, number, f.name, target)
    return value


def _many(f: Any, value: Any, section: Section, number: int, sizes: dict[str, int]) -> list[int]:
    if not isinstance(value, list):
        _refuse(f"{section.name}, row {number}: “{f.name}” is not a list.")
    target = target_of(f)
    for place in value:
        _check_place(place, sizes[target], section.name, number, f.name, target)
    return sorted(set(value))


def _check_place(value: Any, size: int, section: str, number: int, name: str, target: str) -> None:
    if type(value) is not int or not 1 <= value <= size:
        _refuse(
            f"{section}, row {number}: “{name}” points to a row of “{target}” that is not in the archive."
        )


def _clean(f: models.Field[Any, Any], value: Any, section: str, number: int) -> Any:
    if value is None and f.null:
        return None
    where = f"{section}, row {number}: “{f.name}”"
    if isinstance(f, models.JSONField):
        if not fits(f, value):
            _refuse(f"{where} has the wrong shape.")
        return _kept(value, where)
    if isinstance(value, dict | list) or (value is None) or _is_text(f) != isinstance(value, str):
        _refuse(f"{where} has the wrong type.")
    try:
        value = f.to_python(value)
        if value not in f.empty_values or (f.choices and not f.blank):
            f.validate(value, None)  # type: ignore[arg-type]
            f.run_validators(value)
    except (ValidationError, OverflowError) as error:
        reason = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        _refuse(f"{where}: {reason[:200]}")
    return _kept(value, where)


def _kept(value: Any, where: str) -> Any:
    """A value of the right type, if every database can keep it and every page can show it."""
    if isinstance(value, float) and not is_number(value):
        _refuse(f"{where} is no number of a study.")
    if isinstance(value, datetime) and value.year not in YEARS:
        _refuse(f"{where} lies outside the years {YEARS[0]} to {YEARS[-1]}.")
    if isinstance(value, str | list | dict) and not is_storable(value):
        _refuse(f"{where} holds a character that no database keeps.")
    return value


def _is_text(f: models.Field[Any, Any]) -> bool:
    return not isinstance(f, models.IntegerField | models.FloatField | models.BooleanField)


def _check_unique(
    section: Section, row: dict[str, Any], number: int, seen: dict[tuple[Any, ...], int]
) -> None:
    """Two rows that the database would not keep side by side: better said here, with their numbers."""
    for names, absent in _unique_sets(section.model):
        if not names or any(row[name] in absent for name in names):
            continue
        values = tuple(str(row[name]) for name in names)
        twin = seen.setdefault((names, values), number)
        if twin != number:
            _refuse(f"{section.name}, row {number}: the same as row {twin} ({', '.join(names)}).")


def _unique_sets(model: type[models.Model]) -> Iterator[tuple[tuple[str, ...], tuple[object, ...]]]:
    """Fields, and values that are as good as none: a condition lets rows without a text stand together."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            names = tuple(name for name in constraint.fields if name != "study")
            yield names, (None,) if constraint.condition is None else (None, "")
    for f in model._meta.concrete_fields:
        if isinstance(f, models.OneToOneField) and f.name != "study":
            yield (f.name,), (None,)


def _check_quotes(rows: dict[str, list[dict[str, Any]]]) -> None:
    texts = [row["text"] for row in rows["transcripts"]]
    for number, row in enumerate(rows["quotes"], 1):
        words, length = row["text"], row["end"] - row["start"]
        # a slice may end behind the text and still be the same words
        if texts[row["transcript"] - 1][row["start"] : row["end"]] != words or not 0 < length == len(words):
            _refuse(f"quotes, row {number}: the words do not stand at that place of the transcript.")
    for number, row in enumerate(rows["evidence"], 1):
        if bool(row["element"]) == bool(row["quote"]):
            _refuse(f"evidence, row {number}: it needs an element or a quote, not both.")


def _refuse(reason: str) -> NoReturn:
    raise ArchiveRefused(reason)
