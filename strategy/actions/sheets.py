"""Changing a shared document on the server, as one more update of its log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from pycrdt import Doc, TransactionEvent

from strategy.actions.seen import remember
from strategy.document import CardData, new_doc, put_card
from strategy.live import pens, store
from strategy.models import Canvas, Card, Sheet
from studies.news import tell

LINKS = {"element": "elements", "quote": "quotes", "job": "jobs", "cluster": "clusters"}


def shared_sheet(canvas: Canvas) -> Sheet:
    """The sheet that all see. One that was never written to begins with the cards that are there already:
    those of an imported study, or from before there were sheets."""
    sheet, _made = Sheet.objects.get_or_create(canvas=canvas, seat="", defaults={"study": canvas.study})
    if sheet.seq == 0 and canvas.cards.exists():
        with transaction.atomic():
            _seed(Sheet.objects.select_for_update().get(pk=sheet.pk))
        sheet.refresh_from_db()
    return sheet


def _seed(sheet: Sheet) -> None:
    if sheet.seq:
        return
    doc = new_doc()
    cards = {card.pk: card_as_data(card) for card in sheet.canvas.cards.order_by("pk")}
    with doc.transaction():
        for card in cards.values():
            put_card(doc, card)
    remember(sheet.canvas, {pk: card.links for pk, card in cards.items() if card.links})
    seq = store.append([(sheet.pk, "", doc.get_update())])[sheet.pk]
    Sheet.objects.filter(pk=sheet.pk).update(projected_seq=seq)


def card_as_data(card: Card) -> CardData:
    """A row as the document says it."""
    found = {sort: rows_linked(card, name) for sort, name in LINKS.items()}
    links = {
        f"{sort}:{pk}" for sort, (rows, target) in found.items() for pk in rows.values_list(target, flat=True)
    }
    key, place = str(card.key), (card.phase, card.lane, card.position)
    return CardData(key, *place, card.kind, card.text, frozenset(links))


def rows_linked(card: Card, name: str) -> tuple[QuerySet[Any], str]:
    """The rows that tie a card to its `name` (also to what lies in the trash), and the column that holds the
    id."""
    field: Any = Card._meta.get_field(name)
    return field.remote_field.through.objects.filter(card=card), f"{field.m2m_reverse_field_name()}_id"


@contextmanager
def changing(sheet: Sheet, seat: str = "") -> Iterator[Doc[Any]]:
    """The document of a sheet to change, under its lock. All changes become one update of the log, and open
    pages hear of it once it is committed."""
    with transaction.atomic():
        Sheet.objects.select_for_update().get(pk=sheet.pk)
        with pens.writing(sheet.pk) as doc, noted(doc) as updates:
            yield doc
        if updates:
            store.append([(sheet.pk, seat, update) for update in updates])
            tell(sheet.study_id)


@contextmanager
def noted(doc: Doc[Any]) -> Iterator[list[bytes]]:
    """Collects what is changed in the block as one update: a list that stays empty where nothing changes."""
    updates: list[bytes] = []
    listening = doc.observe(lambda event: _note(updates, event))
    with doc.transaction():
        yield updates
    doc.unobserve(listening)


def _note(updates: list[bytes], event: TransactionEvent) -> None:
    updates.append(event.update)
