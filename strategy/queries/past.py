"""A canvas as a workshop left it, and what has become of the workshop's actions since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils import timezone

from strategy.days import day_words
from strategy.models import Action, Canvas, CanvasVersion, Card, KpiReading, Workshop
from strategy.papers.tree import ActionLine, CanvasPaper, CardLine
from strategy.queries.canvases import in_order
from strategy.queries.papers import action_line, lanes_of
from strategy.queries.readings import last_readings
from strategy.queries.versions import cards_of
from studies.history import person_name
from studies.models import HistoryEntry, Study

# What the line of an action tells besides status
EDITED = (
    *("title", "owner", "due_on", "kpi", "kpi_target"),
    *("hypothesis_change", "performer", "from_state", "to_state", "because"),
)
READ = ("reading.edited", "reading.imported", "reading.removed", "reading.restored")
STATUS_SET = ("action.status", "action.closed", "action.reopened")
Reading = tuple[float | None, date | None]


def version_at_end(workshop: Workshop) -> CanvasVersion | None:
    """What its end kept; None while it runs, and where that is no longer kept."""
    span = (workshop.started_at, workshop.ended_at or workshop.started_at)
    kept = workshop.canvas.versions.filter(name=Workshop.ENDS, made_at__range=span)
    return kept.first()


def paper_then(paper: CanvasPaper, workshop: Workshop, worked_on: Iterable[int]) -> CanvasPaper:
    """`paper` is the canvas as it is now, `worked_on` the actions that the workshop made or changed."""
    actions = tuple(_action_lines(workshop, worked_on))
    version = version_at_end(workshop)
    if version is None:
        return replace(paper, actions=actions)
    when = timezone.localtime(version.made_at)
    label = f"{version.name}, {day_words(when)}, {when:%H:%M} (change {version.seq})"
    return replace(paper, version=label, lanes=lanes_of(_card_lines(version)), actions=actions)


# --- cards -------------------------------------------------------------------------------------------
def _card_lines(version: CanvasVersion) -> Iterator[tuple[str, int, CardLine]]:
    agreed = _agreed_at(version.canvas, version.made_at)
    for card in in_order(cards_of(version)):
        line = CardLine(card.kind, card.text, card.key in agreed, len(card.links))
        yield card.lane, card.phase, line


def _agreed_at(canvas: Canvas, moment: datetime) -> set[str]:
    """Keys of the cards that were agreed then. A version does not say it: what came later is taken back."""
    rows = canvas.cards(manager="with_trash").values_list("pk", "key", "state")
    keys = {str(pk): str(key) for pk, key, _ in rows}
    agreed = {str(pk): state == Card.State.AGREED for pk, _, state in rows}
    later = canvas.study.history.filter(target_type="card", target_id__in=keys, at__gt=moment)
    for entry in later.filter(verb__in=("card.agreed", "card.reopened")).order_by("-pk"):
        agreed[entry.target_id] = entry.verb == "card.reopened"
    return {keys[pk] for pk, was in agreed.items() if was}


# --- actions -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Course:
    """An action when the workshop ended and now; `changes` came in between, the newest first."""

    then: Action
    now: Action
    changes: Sequence[HistoryEntry]
    read_then: Reading
    read_now: Reading


def _action_lines(workshop: Workshop, worked_on: Iterable[int]) -> Iterator[ActionLine]:
    for course in _courses(workshop, worked_on):
        line = action_line(course.then, course.read_then)
        earlier = course.now.created_at < workshop.started_at
        title = f"{line.title} (made before the workshop)" if earlier else line.title
        yield replace(line, title=title, since="; ".join(_since(course)))


def _courses(workshop: Workshop, worked_on: Iterable[int]) -> Iterator[Course]:
    """What was in the trash by the end is left out."""
    study, end = workshop.study, workshop.ended_at or timezone.now()
    rows = workshop.canvas.actions(manager="with_trash").filter(pk__in=worked_on).exclude(deleted_at__lte=end)
    changes, people, unread = _changes_after(study, end), _people(study), (None, None)
    then, now = _last_readings_at(study, end), last_readings(study)
    for row in rows.select_related("owner").order_by("due_on", "pk"):
        after = changes[str(row.pk)]
        was = _taken_back(row, after, people)
        yield Course(was, row, after, then.get(row.pk, unread), now.get(row.pk, unread))


def _changes_after(study: Study, moment: datetime) -> dict[str, list[HistoryEntry]]:
    """By the key of the action, as history has it: "" where an archive has lost the action."""
    found: dict[str, list[HistoryEntry]] = defaultdict(list)
    changed = study.history.filter(target_type="action", at__gt=moment)
    for entry in changed.filter(verb__in=("action.edited", *STATUS_SET)).order_by("-pk"):
        found[entry.target_id].append(entry)
    return found


def _people(study: Study) -> dict[str, Any]:
    """By the name that history calls them."""
    return {str(member.user): member.user for member in study.memberships.select_related("user")}


def _taken_back(now: Action, changes: Iterable[HistoryEntry], people: dict[str, Any]) -> Action:
    """A copy of the action as it was before the changes."""
    action = copy(now)
    for entry in changes:
        for name, said in _before(entry).items():
            _take_back(action, name, said, people)
    return action


def _before(entry: HistoryEntry) -> dict[str, str]:
    """Field -> what it was. An archive's history may hold anything: only words are taken."""
    said = entry.data.get("before")
    if entry.verb in STATUS_SET:
        return {"status": said} if isinstance(said, str) else {}
    named = said if isinstance(said, dict) else {}
    return {name: named[name] for name in EDITED if isinstance(named.get(name), str)}


def _take_back(action: Action, name: str, said: str, people: dict[str, Any]) -> None:
    """History keeps values as words. Whoever has left the study is called what it calls them."""
    field: Any = Action._meta.get_field(name)
    if field.null and said == "None":
        setattr(action, name, None)
    elif field.is_relation:
        setattr(action, name, people.get(said) or get_user_model()(username=said))
    else:
        with suppress(ValidationError):
            setattr(action, name, field.to_python(said))


# --- readings ------------------------------------------------------------------------------------------
def _last_readings_at(study: Study, moment: datetime) -> dict[int, Reading]:
    """Action -> its newest value and the day of it, as they were written down then. Two queries."""
    rows = list(study.kpi_readings(manager="with_trash").filter(made_at__lte=moment))
    changed = study.history.filter(target_type="action", verb__in=READ, at__gt=moment)
    for entry in changed.order_by("-pk"):
        for row in rows:
            if str(row.action_id) == entry.target_id:
                _as_before(row, entry, moment)
    there = [row for row in rows if not row.deleted_at or row.deleted_at > moment]
    return {row.action_id: (row.value, row.on) for row in sorted(there, key=lambda row: row.on)}


def _as_before(row: KpiReading, entry: HistoryEntry, moment: datetime) -> None:
    """Takes a change of a reading back, if it was one of this."""
    said, day, named = entry.data, row.on.isoformat(), entry.data.get("before")
    before = named if isinstance(named, dict) else {}
    if entry.verb == "reading.imported":
        _read_again(row, day, before.get(day))
    elif (said.get("on"), said.get("value")) != (day, row.value):
        return
    elif entry.verb == "reading.edited":
        _read_again(row, before.get("on"), before.get("value"))
    else:
        row.deleted_at = moment if entry.verb == "reading.restored" else None


def _read_again(row: KpiReading, on: Any, value: Any) -> None:
    """An archive's history may hold anything: only a day and a number are taken."""
    with suppress(TypeError, ValueError, OverflowError):
        row.on, row.value = date.fromisoformat(on), float(value)


def _since(course: Course) -> Iterator[str]:
    then, now = course.then, course.now
    if now.deleted_at:
        yield f"deleted, {_day(now.deleted_at)}"
    if now.status != then.status:
        yield _status_since(course)
    if now.title != then.title:
        yield f"called “{now.title}”"
    if now.owner != then.owner:
        yield f"owner: {person_name(now.owner) if now.owner else 'nobody'}"
    if now.due_on != then.due_on:
        yield f"due: {day_words(now.due_on) if now.due_on else 'no date'}"
    if course.read_now != course.read_then:
        yield _read_since(now.kpi, *course.read_now)


def _status_since(course: Course) -> str:
    now = course.now
    when = next(entry.at for entry in course.changes if entry.verb in STATUS_SET)
    decided = f" (loop closed: {now.get_decision_display()})" if now.closed_at else ""
    return f"now: {now.get_status_display()}, {_day(when)}{decided}"


def _read_since(kpi: str, value: float | None, on: date | None) -> str:
    """A reading that was there may have been taken back."""
    return f"{kpi or 'KPI'}: {value:g} on {day_words(on)}" if value is not None and on else "KPI: not read"


def _day(moment: datetime) -> str:
    return day_words(timezone.localtime(moment))
