"""What lies in the trash of a study: one line for each row, with who deleted it and what hangs on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, Q, QuerySet, Value

from cpd_site.trash.kinds import KINDS, Kind
from studies.access import StudyAccess
from studies.counting import counted
from studies.models import HistoryEntry, Study


@dataclass(frozen=True)
class Line:
    """One row of the page. `who` is empty where the history tells of no deletion of just this row."""

    kind: str
    row: Any
    who: str
    hangs: str

    @property
    def title(self) -> str:
        return KINDS[self.kind].title

    @property
    def words(self) -> str:
        return KINDS[self.kind].words(self.row) or "without words"

    @property
    def of(self) -> str:
        """Whose interview it belongs to."""
        return str(self.row.interview.participant) if self.kind == "element" else ""

    @property
    def brings(self) -> str:
        """Who comes back with an interview."""
        with_whom = self.kind == "interview" and self.row.participant.deleted_at
        return str(self.row.participant) if with_whom else ""


def in_trash(access: StudyAccess, kind: str = "") -> QuerySet[Any]:
    """(kind, pk, deleted_at) of what was deleted, newest first: one query over all tables."""
    first, *others = (_listed(access, name) for name in KINDS if kind in ("", name))
    return first.union(*others, all=True).order_by("-deleted_at", "listed_as", "-pk")


def _listed(access: StudyAccess, name: str) -> QuerySet[Any]:
    return _deleted(access, name).values_list("listed_as", "pk", "deleted_at")


def _deleted(access: StudyAccess, name: str) -> QuerySet[Any]:
    kind = KINDS[name]
    rows = getattr(access.study, kind.rows)(manager="with_trash").filter(deleted_at__isnull=False)
    rows = rows.filter(kind.alive, kind.shown(access))
    named: QuerySet[Any] = rows.order_by().annotate(listed_as=Value(name, CharField()))
    return named


def counts(access: StudyAccess) -> dict[str, int]:
    """How many rows of each kind there are, without the kinds that have none."""
    rows = (_deleted(access, name).values_list("listed_as") for name in KINDS)
    first, *others = (each.annotate(count=Count("pk")) for each in rows)
    found = dict(first.union(*others, all=True))
    return {name: found[name] for name in KINDS if found.get(name)}


def lines(study: Study, listed: Iterable[tuple[str, int, datetime]]) -> list[Line]:
    """The rows of one page, with a few queries for each kind among them and one for the history."""
    pairs = [(name, pk) for name, pk, _ in listed]
    by_kind = {name: [pk for kind, pk in pairs if kind == name] for name in dict(pairs)}
    rows = {name: KINDS[name].found(study).in_bulk(pks) for name, pks in by_kind.items()}
    hanging = {name: _hanging(study, KINDS[name], pks) for name, pks in by_kind.items()}
    who = _who(study, rows)
    return [
        Line(name, rows[name][pk], who.get((name, pk), ""), hanging[name].get(pk, ""))
        for name, pk in pairs
        if pk in rows[name]
    ]


def _hanging(study: Study, kind: Kind, pks: list[int]) -> dict[int, str]:
    """ "3 interviews, 41 elements"."""
    found: dict[int, list[str]] = {}
    for part in kind.parts:
        for pk, count in part.counts(study, pks).items():
            found.setdefault(pk, []).append(counted(count, part.unit))
    return {pk: ", ".join(words) for pk, words in found.items()}


def _who(study: Study, rows: Mapping[str, Mapping[int, Any]]) -> dict[tuple[str, int], str]:
    """Who deleted each row last; a code that was merged into another went by that."""
    told = Q(verb="code.merged", data__merged__in=list(rows.get("code", ())))
    for name, found in rows.items():
        key = KINDS[name].told_by
        about = {f"data__{key}__in": list(found)} if key else {"target_id__in": [str(pk) for pk in found]}
        told |= Q(verb=KINDS[name].verb, **about)
    kinds = {kind.verb: name for name, kind in KINDS.items()}
    return {_what(entry, kinds): entry.actor_name for entry in study.history.filter(told).order_by("pk")}


def _what(entry: HistoryEntry, kinds: Mapping[str, str]) -> tuple[str, int]:
    if entry.verb == "code.merged":
        return "code", entry.data["merged"]
    name = kinds[entry.verb]
    key = KINDS[name].told_by
    return name, int(entry.data[key] if key else entry.target_id)
