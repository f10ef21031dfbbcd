"""What the minutes of a workshop tell besides the canvas: who, when, and what was decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from strategy.models import Canvas, CardComment, CardDecision, Workshop
from strategy.papers.minutes import Meeting, Voted
from studies.history import person_name
from studies.models import HistoryEntry

MOST_PEOPLE = 60
MOST_LINES = 200


def workshops_of(canvas: Canvas) -> QuerySet[Workshop]:
    return Workshop.objects.filter(canvas=canvas).select_related("facilitator").order_by("-pk")


def meeting_of(workshop: Workshop) -> Meeting:
    """A handful of queries. Votes only once they are counted; by then nobody knows who gave them."""
    ended = workshop.ended_at
    return Meeting(
        facilitator=person_name(workshop.facilitator),
        began=_moment(workshop.started_at),
        ended=_moment(ended) if ended else "",
        people=tuple(sorted(set(_during(workshop).values_list("actor_name", flat=True)))[:MOST_PEOPLE]),
        told=tuple(_told(workshop)),
        votes=tuple(_votes(workshop)),
        decisions=tuple(_decisions(workshop)),
        open_comments=tuple(_open_comments(workshop)),
    )


def _moment(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{local.day} {local:%B %Y, %H:%M}"


def _within(workshop: Workshop, name: str) -> dict[str, Any]:
    end = workshop.ended_at or timezone.now()
    return {f"{name}__gte": workshop.started_at, f"{name}__lte": end}


def _during(workshop: Workshop) -> QuerySet[HistoryEntry]:
    """What people did on this canvas while the workshop ran."""
    canvas = workshop.canvas
    cards = [str(pk) for pk in canvas.cards(manager="with_trash").values_list("pk", flat=True)]
    actions = [str(pk) for pk in canvas.actions.values_list("pk", flat=True)]
    here = Q(target_type="card", target_id__in=cards) | Q(target_type="action", target_id__in=actions)
    guests = [str(pk) for pk in canvas.links.exclude(guests=None).values_list("guests", flat=True)]
    here |= Q(target_type="workshop", target_id=str(workshop.pk)) | Q(
        target_type="guest", target_id__in=guests
    )
    return canvas.study.history.filter(here, **_within(workshop, "at")).order_by("pk")


def _told(workshop: Workshop) -> Iterator[tuple[str, str]]:
    for entry in _during(workshop).filter(target_type="workshop")[:MOST_LINES]:
        # A handing over names whom it was handed to; everything else names the job of this canvas
        whom = entry.target_label if entry.verb == "workshop.handed_over" else "this canvas"
        yield f"{timezone.localtime(entry.at):%H:%M}", f"{entry.actor_name} {entry.sentence} {whom}"


def _votes(workshop: Workshop) -> Iterator[Voted]:
    if workshop.voting == Workshop.Voting.OPEN:
        return
    cards = {str(card.key): card for card in workshop.canvas.cards.all()}
    counted = sorted(workshop.result.items(), key=lambda pair: (-pair[1], pair[0]))
    for key, dots in counted:
        if key in cards:
            yield Voted(cards[key].text, cards[key].phase, dots)


def _decisions(workshop: Workshop) -> Iterator[str]:
    for entry in _during(workshop).filter(verb="card.agreed")[:MOST_LINES]:
        yield f"Agreed: {entry.target_label} ({entry.actor_name})"
    decided = CardDecision.objects.filter(card__canvas=workshop.canvas, **_within(workshop, "decided_at"))
    for one in decided.select_related("card", "decided_by").order_by("pk")[:MOST_LINES]:
        who = person_name(one.decided_by)
        yield f"{one.get_decision_display()}: {one.card}. {one.reason} ({who})"


def _open_comments(workshop: Workshop) -> Iterator[str]:
    open_ones = CardComment.objects.filter(card__canvas=workshop.canvas, resolved_at=None)
    for comment in open_ones.filter(card__deleted_at=None).select_related("card")[:MOST_LINES]:
        yield f"{comment.text} ({comment.author_name}, on “{comment.card}”)"
