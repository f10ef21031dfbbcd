"""The timelines of a study: which interviews they come from, and what several of them have in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from interviews.models import Interview
from journeys.timeline import Event, MedianDuration, Timeline, aggregate, timeline
from studies.counting import counted
from studies.models import Study

EXITS = {
    "kept": "kept it",
    "returned": "gave it back",
    "acquired_new": "acquired something new",
    "reverted": "went back to the old way",
    "": "nobody said how",
}


def matching_interviews(study: Study, *, segment: str = "", tag: str = "") -> list[Interview]:
    """Interviews in which anything was captured, of the people asked for; one query."""
    found = study.interviews.filter(Exists(study.elements.filter(interview=OuterRef("pk"))))
    if segment:
        found = found.filter(participant__segment=segment)
    rows = list(found.select_related("participant"))
    return [row for row in rows if tag in row.participant.tags] if tag else rows


@dataclass(frozen=True)
class Choices:
    segments: Sequence[str]
    tags: Sequence[str]


def choices(study: Study) -> Choices:
    """The segments and tags that participants of this study have."""
    rows = list(study.participants.values_list("segment", "tags"))
    segments = sorted({segment for segment, _ in rows if segment})
    return Choices(segments, sorted({tag for _, tags in rows for tag in tags}))


def of(study: Study, interviews: Iterable[Interview]) -> dict[int, Timeline]:
    """Interview -> its timeline; two queries. Only exits bring their details: to read JSON takes time."""
    events: dict[int, list[Event]] = {interview.pk: [] for interview in interviews}
    rows = study.elements.filter(kind="event").exclude(point="").order_by("pk")
    exits = dict(rows.filter(point="T8").values_list("pk", "detail"))
    fields = ("pk", "interview_id", "point", "story_date", "story_precision")
    for pk, interview, point, day, precision in rows.values_list(*fields):
        if interview in events:
            how = str(exits[pk].get("exit", "")) if pk in exits else ""
            events[interview].append(Event(str(pk), point, day, precision, exit=how))
    return {pk: timeline(found) for pk, found in events.items()}


@dataclass(frozen=True)
class Told:
    """Something that several interviews have in common, and which."""

    label: str
    interviews: Sequence[Interview]

    @property
    def k(self) -> int:
        return len(self.interviews)


def exits(interviews: Sequence[Interview], lines: Mapping[int, Timeline]) -> list[Told]:
    found = []
    for kind, label in EXITS.items():
        who = [one for one in interviews if any(end.kind == kind for end in lines[one.pk].exits)]
        if who:
            found.append(Told(label, who))
    silent = [one for one in interviews if not lines[one.pk].exits]
    return [*found, Told("no exit told yet", silent)] if silent else found


def detours(study: Study, interviews: Sequence[Interview], lines: Mapping[int, Timeline]) -> list[Told]:
    found: dict[tuple[int, str], list[Interview]] = defaultdict(list)
    for one in interviews:
        for key in sorted({(detour.phase, detour.kind) for detour in lines[one.pk].detours}):
            found[key].append(one)
    return [Told(f"{kind} {study.phase_label(phase)}", who) for (phase, kind), who in sorted(found.items())]


def medians(lines: Mapping[int, Timeline]) -> tuple[MedianDuration, ...]:
    return aggregate(list(lines.values()))


def when(event: Event) -> str:
    if event.date is None:
        return "date unknown"
    word = {"month": "in ", "about": "about "}.get(event.precision, "")
    return word + event.date.strftime("%B %Y" if event.precision == "month" else "%-d %B %Y")


def in_days(days: float) -> str:
    """Days up to two months, then months, then years; rounded, as most dates are."""
    if days < 60:
        return counted(round(days), "day")
    return f"{days / 30.44:.0f} months" if days < 730 else f"{days / 365.25:.1f} years"
