"""The people of a study: the list with its filters, and one of them with their interviews."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from interviews.models import Interview, Participant
from studies.models import Study

SORTS = {
    "name": ["sort_key"],
    "segment": ["segment", "sort_key"],
    "consent": ["consent", "-consent_on", "sort_key"],
    "interviews": ["interview_count", "sort_key"],
    "added": ["created_at"],
}


@dataclass(frozen=True)
class Facets:
    """What can be filtered by, with the number of participants that each choice has."""

    total: int
    segments: list[tuple[str, int]]
    tags: list[tuple[str, int]]
    consents: dict[str, int]
    tagged: dict[str, set[int]] = field(repr=False)


def facets(study: Study) -> Facets:
    rows = list(study.participants.values_list("pk", "segment", "tags", "consent"))
    tagged: dict[str, set[int]] = {}
    for pk, _, tags, _ in rows:
        for tag in tags:
            tagged.setdefault(tag, set()).add(pk)
    segments = Counter(segment for _, segment, _, _ in rows if segment)
    return Facets(
        total=len(rows),
        segments=sorted(segments.items()),
        tags=sorted((tag, len(pks)) for tag, pks in tagged.items()),
        consents=Counter(consent for *_, consent in rows),
        tagged=tagged,
    )


def participant_list(
    study: Study, choices: Facets, *, words: str, segment: str, tag: str, consent: str, sort: str
) -> QuerySet[Participant]:
    """SQLite cannot look into JSON lists, so tags are chosen by the ids that `choices` holds."""
    alive = Count("interviews", filter=Q(interviews__deleted_at=None))
    rows: QuerySet[Participant] = study.participants.annotate(interview_count=alive)
    if words:
        rows = rows.filter(
            Q(pseudonym__icontains=words) | Q(segment__icontains=words) | Q(note__icontains=words)
        )
    for name, value in (("segment", segment), ("consent", consent)):
        if value:
            rows = rows.filter(**{name: value})
    if tag:
        rows = rows.filter(pk__in=choices.tagged.get(tag, set()))
    order = SORTS.get(sort.removeprefix("-"), SORTS["name"])
    first = f"-{order[0]}" if sort.startswith("-") else order[0]
    return rows.order_by(first, *order[1:], "pk")


def interviews_of(participant: Participant) -> QuerySet[Interview]:
    """With what each holds, newest first."""
    rows: QuerySet[Interview] = participant.interviews.annotate(
        element_count=Count("elements", filter=Q(elements__deleted_at=None), distinct=True)
    )
    return rows.prefetch_related("transcripts").order_by("-held_on", "-pk")
