"""Silent writing: each person's new cards lie on a sheet of their own until all are revealed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet
from pycrdt import Doc

from strategy import document
from strategy.actions.leading import leading
from strategy.actions.projection import project
from strategy.actions.sheets import noted, shared_sheet
from strategy.actions.versions import keep_version
from strategy.document import CardData
from strategy.live import pens, store
from strategy.models import Sheet, Workshop
from strategy.order import key_between
from strategy.queries.workshops import drafts_of, written_cards
from strategy.seats import Seat
from studies.access import StudyAccess
from studies.history import record, register_verbs

register_verbs(
    {
        "workshop.silenced": "began silent writing on",
        "workshop.revealed": "revealed the cards that were written silently on",
    }
)


def draft_sheet(seat: Seat) -> Sheet | None:
    """The sheet this person writes silently on, made when it is first asked for; None: nobody is silent."""
    silent = Workshop.objects.filter(canvas=seat.canvas, ended_at=None, silent=True)
    if not (seat.may_edit and silent.exists()):
        return None
    return drafts_of(seat.canvas).filter(seat=seat.key).first() or _begin_draft(seat, silent)


def _begin_draft(seat: Seat, silent: QuerySet[Workshop]) -> Sheet | None:
    """The lock keeps a sheet from being made in the moment of the reveal, which would not see it."""
    with transaction.atomic():
        if not silent.select_for_update().first():
            return None
        canvas, study = seat.canvas, seat.canvas.study
        return Sheet.objects.get_or_create(canvas=canvas, seat=seat.key, defaults={"study": study})[0]


def begin_silence(seat: Seat) -> None:
    """From now on everybody's new cards are hidden from everybody else."""
    with leading(seat) as (access, workshop):
        if not workshop.silent:
            phase = workshop.focus_phase
            workshop.stage = f"write{phase}" if phase else ""
            hide_new_cards(access, workshop)


def hide_new_cards(access: StudyAccess, workshop: Workshop) -> None:
    workshop.silent = True
    record(access, "workshop.silenced", workshop, label=str(workshop.canvas.job))


def reveal(seat: Seat) -> int:
    """All at once; how many cards came to light. The timer of the writing ends with it: whoever leads starts
    that of the next step when the room is ready."""
    with leading(seat) as (access, workshop):
        if not workshop.silent:  # a second press: a timer that runs by now is another one
            return 0
        workshop.stage = "reveal"
        workshop.timer_seconds, workshop.timer_ends_at = 0, None
        return reveal_drafts(access, workshop)


def reveal_drafts(access: StudyAccess, workshop: Workshop) -> int:
    """Puts the cards of all drafts into the canvas, as written by their writers; how many there were.

    Inside the caller's transaction: either all of it happens, or nothing.
    """
    workshop.silent = False
    shared = shared_sheet(workshop.canvas)
    # In the order in which the writer of the log locks them
    list(Sheet.objects.select_for_update().filter(canvas=workshop.canvas).order_by("pk"))
    drafts = written_cards(workshop.canvas)
    if any(drafts.values()):
        keep_version(workshop.canvas, "Before the reveal", access.user)
    _append(shared, drafts)
    drafts_of(workshop.canvas).delete()
    project(shared.pk)
    cards, people = sum(map(len, drafts.values())), sum(map(bool, drafts.values()))
    if cards:
        record(
            access, "workshop.revealed", workshop, label=str(workshop.canvas.job), cards=cards, people=people
        )
    return cards


def _append(shared: Sheet, drafts: dict[str, list[CardData]]) -> None:
    """One update for each writer."""
    updates: list[tuple[int, str, bytes]] = []
    with pens.writing(shared.pk) as doc:
        there = sorted(document.read_cards(doc).values(), key=document.place)
        ends = {(card.phase, card.lane): card.position for card in there}
        for seat, cards in drafts.items():
            with noted(doc) as changes:
                _place(doc, cards, ends)
            updates += [(shared.pk, seat, change) for change in changes]
    if updates:
        store.append(updates)


def _place(doc: Doc[Any], cards: Iterable[CardData], ends: dict[tuple[int, str], str]) -> None:
    """Each card at the end of its field, in the order in which its writer had them; `ends`: the last position
    of each field, so that nobody waits while the whole document is read for each card."""
    taken = document.shared_cards(doc)
    for card in cards:
        field = (card.phase, card.lane)
        ends[field] = key_between(ends.get(field, ""), "")
        # A key that is taken already would overwrite somebody's card
        key = str(uuid4()) if card.key in taken else card.key
        document.put_card(doc, replace(card, key=key, position=ends[field]))
