"""The minutes of a workshop: the canvas as it left it, who took part, and what was decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from strategy.models import Canvas, CanvasVersion, Card, CardComment, CardDecision, Workshop
from strategy.papers.minutes import Meeting, Voted
from strategy.papers.tree import CanvasPaper
from strategy.queries.past import paper_then, version_at_end
from strategy.queries.versions import cards_of
from studies.history import person_name
from studies.models import HistoryEntry

MOST_PEOPLE = 60
MOST_LINES = 200
Spoken = dict[str, tuple[str, int]]  # key of a card -> what it says, and in which phase


def workshops_of(canvas: Canvas) -> QuerySet[Workshop]:
    return Workshop.objects.filter(canvas=canvas).select_related("facilitator").order_by("-pk")


def paper_of(workshop: Workshop, now: CanvasPaper) -> CanvasPaper:
    """From the paper of the canvas as it is now."""
    worked_on = _during(workshop).filter(target_type="action").values_list("target_id", flat=True)
    return paper_then(now, workshop, {int(pk) for pk in worked_on})


def meeting_of(workshop: Workshop) -> Meeting:
    """A handful of queries. Votes only once they are counted; by then nobody knows who gave them."""
    ended, version = workshop.ended_at, version_at_end(workshop)
    cards, done = _cards_in(workshop, version), _during(workshop)
    return Meeting(
        facilitator=person_name(workshop.facilitator),
        began=_moment(workshop.started_at),
        ended=_moment(ended) if ended else "",
        people=tuple(sorted(set(done.values_list("actor_name", flat=True)))[:MOST_PEOPLE]),
        told=tuple(_told(done)),
        votes=tuple(_votes(workshop, cards)),
        decisions=tuple(_decisions(workshop, cards, done)),
        open_comments=tuple(_open_comments(workshop, cards)),
        kept=version is not None or ended is None,
        stood=_stood(done),
    )


def _cards_in(workshop: Workshop, version: CanvasVersion | None) -> Spoken:
    """Cards of the version, and as their rows have them those that it lacks."""
    rows = workshop.canvas.cards(manager="with_trash").values_list("key", "text", "phase")
    found = {str(key): (text, phase) for key, text, phase in rows}
    return found | {card.key: (card.text, card.phase) for card in (cards_of(version) if version else [])}


def _moment(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{local.day} {local:%B %Y, %H:%M}"


def _within(workshop: Workshop, name: str) -> dict[str, Any]:
    end = workshop.ended_at or timezone.now()
    return {f"{name}__gte": workshop.started_at, f"{name}__lte": end}


def _during(workshop: Workshop) -> QuerySet[HistoryEntry]:
    """What people did on this canvas while the workshop ran. Three queries to ask for it."""
    canvas = workshop.canvas
    cards = [str(pk) for pk in canvas.cards(manager="with_trash").values_list("pk", flat=True)]
    actions = [str(pk) for pk in canvas.actions(manager="with_trash").values_list("pk", flat=True)]
    here = Q(target_type="card", target_id__in=cards) | Q(target_type="action", target_id__in=actions)
    guests = [str(pk) for pk in canvas.links.exclude(guests=None).values_list("guests", flat=True)]
    here |= Q(target_type="workshop", target_id=str(workshop.pk)) | Q(
        target_type="guest", target_id__in=guests
    )
    return canvas.study.history.filter(here, **_within(workshop, "at")).order_by("pk")


def _told(done: QuerySet[HistoryEntry]) -> Iterator[tuple[str, str]]:
    for entry in done.filter(target_type="workshop")[:MOST_LINES]:
        # A handing over names whom it was handed to; everything else names the job of this canvas
        whom = entry.target_label if entry.verb == "workshop.handed_over" else "this canvas"
        yield f"{timezone.localtime(entry.at):%H:%M}", f"{entry.actor_name} {entry.sentence} {whom}"


def _stood(done: QuerySet[HistoryEntry]) -> str:
    """The end of a workshop notes it. An archive's history may hold anything: only words are taken."""
    end = done.filter(verb="workshop.ended").last()
    said = end.data.get("standing") if end else ""
    return said if isinstance(said, str) else ""


def _votes(workshop: Workshop, cards: Spoken) -> Iterator[Voted]:
    if workshop.voting == Workshop.Voting.OPEN:
        return
    counted = sorted(workshop.result.items(), key=lambda pair: (-pair[1], pair[0]))
    for key, dots in counted:
        if key in cards:
            yield Voted(*cards[key], dots)


def _decisions(workshop: Workshop, cards: Spoken, done: QuerySet[HistoryEntry]) -> Iterator[str]:
    for entry in done.filter(verb="card.agreed")[:MOST_LINES]:
        yield f"Agreed: {entry.target_label} ({entry.actor_name})"
    for entry in done.filter(verb="action.checked", data__has_key="welcomed")[:MOST_LINES]:
        yield _welcomed(entry)
    decided = CardDecision.objects.filter(card__canvas=workshop.canvas, **_within(workshop, "decided_at"))
    for one in decided.select_related("card", "decided_by").order_by("pk")[:MOST_LINES]:
        who, words = person_name(one.decided_by), _in_short(cards, one.card)
        yield f"{one.get_decision_display()}: {words}. {one.reason} ({who})"


def _welcomed(entry: HistoryEntry) -> str:
    """An answer to the self-determination check. A history that came with an archive may lack its note."""
    would = "would" if entry.data["welcomed"] else "would not"
    said = f"The customer {would} welcome it: {entry.target_label}. {entry.data.get('note', '')}".rstrip()
    return f"{said} ({entry.actor_name})"


def _open_comments(workshop: Workshop, cards: Spoken) -> Iterator[str]:
    """Those that were open at the end."""
    end = workshop.ended_at or timezone.now()
    said = CardComment.objects.filter(card__canvas=workshop.canvas, created_at__lte=end)
    open_ones = said.exclude(resolved_at__lte=end).exclude(card__deleted_at__lte=end)
    for comment in open_ones.select_related("card")[:MOST_LINES]:
        answered = f", resolved {_moment(comment.resolved_at)}" if comment.resolved_at else ""
        on = _in_short(cards, comment.card)
        yield f"{comment.text} ({comment.author_name}, on “{on}”{answered})"


def _in_short(cards: Spoken, card: Card) -> str:
    text, _phase = cards[str(card.key)]
    return text[:100]
