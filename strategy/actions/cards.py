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
from strategy.models import Canvas, Card
from strategy.order import key_between
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.roles import Verb

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


def edit_card(access: StudyAccess, *, card: Card, **changes: Any) -> Card:
    """Text, kind and links."""
    return _change(access, card, **changes)


def move_card(access: StudyAccess, *, card: Card, phase: int, lane: str, after: Card | None = None) -> Card:
    """Moves a card into a field, behind `after` (None: to its top)."""
    others = card.canvas.cards.filter(phase=phase, lane=lane).exclude(pk=card.pk)
    low = after.position if after else ""
    above = (position for position in sorted(others.values_list("position", flat=True)) if position > low)
    return _change(access, card, phase=phase, lane=lane, position=key_between(low, next(above, "")))


def _change(access: StudyAccess, card: Card, **changes: Any) -> Card:
    """StrategyRefused where somebody deleted the card meanwhile."""
    access.require(Verb.EDIT_CANVAS)
    with edited(access, card.canvas) as doc:
        try:
            document.change_card(doc, str(card.key), **changes)
        except KeyError as error:
            raise StrategyRefused("Somebody deleted this card meanwhile.") from error
    card.refresh_from_db()
    return card


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
    """Raises StrategyRefused where neither evidence nor an assumption carries the card."""
    access.require(Verb.EDIT_CANVAS)
    if agreed and not is_grounded(card):
        raise StrategyRefused(NEEDS_EVIDENCE)
    with transaction.atomic():
        card.state = Card.State.AGREED if agreed else Card.State.IDEA
        card.save(update_fields=["state"])
        record(access, "card.agreed" if agreed else "card.reopened", card)
    return card


@contextmanager
def edited(access: StudyAccess, canvas: Canvas) -> Iterator[Any]:
    """The shared document of a canvas to change; afterwards the rows show it."""
    with transaction.atomic():
        sheet = shared_sheet(canvas)
        with changing(sheet, f"u{access.user.pk}") as doc:
            yield doc
        project(sheet.pk)
