"""Snaps: where a transcript has what was noted live, proposed by time and then decided by people."""

from __future__ import annotations

from bisect import bisect_left

from django.db import transaction

from interviews.actions.elements import edit_element
from interviews.actions.quotes import quote_of
from interviews.models import Element, Interview, Quote, SnapProposal, Turn
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs(
    {
        "snap.accepted": "confirmed where it was said:",
        "snap.rejected": "rejected where it might have been said:",
        "snap.reopened": "asked once more where it was said:",
    }
)
SNAP_WITHIN_MS = 60_000


def propose_snaps(access: StudyAccess, interview: Interview, turns: list[Turn]) -> None:
    """For each item captured live: the participant's turn nearest in time, as a proposal."""
    timed = [turn for turn in turns if turn.start_ms is not None and turn.role == Turn.Role.PARTICIPANT]
    timed.sort(key=lambda turn: turn.start_ms or 0)
    live = interview.elements.filter(quote=None, at_ms__isnull=False)
    proposals = [_nearest(element, timed) for element in live] if timed else []
    SnapProposal.objects.bulk_create(
        SnapProposal(study=access.study, element=element, turn=turn, distance_ms=distance)
        for element, turn, distance in proposals
        if distance <= SNAP_WITHIN_MS
    )


def _nearest(element: Element, timed: list[Turn]) -> tuple[Element, Turn, int]:
    """A note is typed while somebody speaks or shortly after: distance 0 inside a turn."""
    at = element.at_ms or 0
    place = bisect_left([turn.start_ms or 0 for turn in timed], at)
    near = timed[max(place - 2, 0) : place + 2]
    return min(((element, turn, _distance(at, turn)) for turn in near), key=lambda found: found[2])


def _distance(at: int, turn: Turn) -> int:
    start = turn.start_ms or 0
    end = max(turn.end_ms or start, start)
    return 0 if start <= at <= end else min(abs(at - start), abs(at - end))


def decide_snap(
    access: StudyAccess, *, snap: SnapProposal, accept: bool, span: tuple[int, int] | None = None
) -> SnapProposal:
    """Accepting ties the element to the turn's words (or to `span` of them), and its other proposals need no
    answer any more: it was said once. Rejecting only closes this one. Raises ValueError, also for rejecting
    what was accepted, which a window may not have heard of."""
    access.require(Verb.CODE)
    if not accept and snap.state == SnapProposal.State.ACCEPTED:
        raise ValueError("This note was placed here meanwhile. To take that back, undo it.")
    turn = snap.turn
    with transaction.atomic():
        snap.state = SnapProposal.State.ACCEPTED if accept else SnapProposal.State.REJECTED
        snap.save(update_fields=["state"])
        if accept:
            quote, _ = quote_of(access, turn.transcript, *(span or (turn.start, turn.end)))
            edit_element(access, element=snap.element, quote=quote)
        record(access, "snap.accepted" if accept else "snap.rejected", snap.element)
    return snap


def reopen_snap(access: StudyAccess, *, snap: SnapProposal) -> SnapProposal:
    """Takes back what was decided. Raises ValueError where the element was tied to other words since."""
    access.require(Verb.CODE)
    with transaction.atomic():
        if snap.state == SnapProposal.State.ACCEPTED:
            element = access.study.elements(manager="with_trash").get(pk=snap.element_id)
            if not _stands_in(element.quote, snap.turn):
                raise ValueError("This note was tied to other words since, so it stays there.")
            edit_element(access, element=element, quote=None)
        snap.state = SnapProposal.State.PROPOSED
        snap.save(update_fields=["state"])
        record(access, "snap.reopened", snap.element)
    return snap


def _stands_in(quote: Quote | None, turn: Turn) -> bool:
    if quote is None or quote.transcript_id != turn.transcript_id:
        return False
    return quote.start < turn.end and quote.end > turn.start
