"""Cards changed by the server: each change is an update of the shared document, and at once in the rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from interviews.models import Element
from strategy import document
from strategy.actions.projection import project
from strategy.actions.rules import NEEDS_EVIDENCE, StrategyRefused, is_grounded
from strategy.actions.sheets import card_as_data, changing, shared_sheet
from strategy.models import Canvas, Card, Sheet, Workshop
from strategy.order import key_between
from strategy.queries.rooms import Locks, locks_of
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.roles import Verb

LOCKED = "The facilitator has locked this card or its row. Ask them to unlock it, or to do it themselves."
register_verbs({"card.agreed": "agreed the card", "card.reopened": "took the card back to an idea"})


def add_card(
    access: StudyAccess,
    *,
    canvas: Canvas,
    phase: int,
    lane: str,
    text: str,
    key: UUID | None = None,
    kind: str = Card.Kind.IDEA,
    elements: Iterable[Element] = (),
    links: Iterable[str] = (),
) -> Card:
    """Adds a card at the end of its field. Sending the same `key` again gives the same card.

    `links` as the document writes them: "job:4".
    """
    access.require(Verb.EDIT_CANVAS)
    existing: Card | None = Card.with_trash.filter(canvas=canvas, key=key).first() if key else None
    if existing:
        return existing
    name, linked = str(key or uuid4()), {f"element:{element.pk}" for element in elements}
    with edited(access, canvas) as doc:
        among = document.in_field(document.read_cards(doc).values(), phase, lane)
        position = key_between(among[-1].position if among else "", "")
        card = document.CardData(
            name, phase, lane, position, kind, text.strip(), frozenset(linked.union(links))
        )
        document.put_card(doc, card)
    made: Card = Card.objects.get(canvas=canvas, key=name)
    return made


def trash_card(access: StudyAccess, *, card: Card) -> None:
    access.require(Verb.EDIT_CANVAS)
    with edited(access, card.canvas) as doc:
        document.drop_card(doc, str(card.key))


def restore_card(access: StudyAccess, *, card: Card) -> None:
    """Puts the card back as its row remembers it."""
    access.require(Verb.EDIT_CANVAS)
    with edited(access, card.canvas) as doc:
        document.put_card(doc, card_as_data(card))


def agree_card(access: StudyAccess, *, card: Card, agreed: bool = True) -> Card:
    """Raises StrategyRefused where neither evidence nor an assumption carries the card, or it is locked."""
    access.require(Verb.EDIT_CANVAS)
    refuse_locked(access, card)
    if agreed and not is_grounded(card):
        raise StrategyRefused(NEEDS_EVIDENCE)
    with transaction.atomic():
        card.state = Card.State.AGREED if agreed else Card.State.IDEA
        card.save(update_fields=["state"])
        record(access, "card.agreed" if agreed else "card.reopened", card)
    return card


@contextmanager
def edited(access: StudyAccess, canvas: Canvas) -> Iterator[Any]:
    """The shared document of a canvas to change; afterwards the rows show it.

    Raises StrategyRefused, and changes nothing, where a lock of the running workshop is broken: what its
    facilitator keeps from open pages holds for every other page as well.
    """
    with transaction.atomic():
        sheet = locked_sheet(canvas)
        locks = _locks_for(access, canvas)
        with changing(sheet, f"u{access.user.pk}") as doc:
            before = document.read_cards(doc) if any(locks) else {}
            yield doc
            if any(locks):
                _refuse_broken(locks, before, document.read_cards(doc))
        project(sheet.pk)


def locked_sheet(canvas: Canvas) -> Sheet:
    """The shared sheet, for the rest of the transaction: nobody writes to it between reading and changing."""
    return Sheet.objects.select_for_update().get(pk=shared_sheet(canvas).pk)


def _locks_for(access: StudyAccess, canvas: Canvas) -> Locks:
    leads = Workshop.objects.filter(canvas=canvas, ended_at=None, facilitator=access.user).exists()
    return Locks() if leads else locks_of(canvas.pk)


def refuse_locked(access: StudyAccess, card: Card) -> None:
    """Raises StrategyRefused where only the facilitator may decide about this card now."""
    locks = _locks_for(access, card.canvas)
    if str(card.key) in locks.cards or card.lane in locks.lanes:
        raise StrategyRefused(LOCKED)


def _refuse_broken(
    locks: Locks, before: dict[str, document.CardData], after: dict[str, document.CardData]
) -> None:
    touched = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    lanes = {card.lane for cards in (before, after) for key, card in cards.items() if key in touched}
    if not (locks.cards.isdisjoint(touched) and locks.lanes.isdisjoint(lanes)):
        raise StrategyRefused(LOCKED)
