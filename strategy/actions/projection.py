"""From the shared document to rows: idempotent, and done again from scratch with the same result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from strategy.actions.rules import is_grounded
from strategy.actions.versions import keep_due
from strategy.document import CardData, read_cards, watch_cards
from strategy.live import store
from strategy.models import Canvas, Card, Guest, Sheet
from studies.history import person_name, record_by, register_verbs
from studies.models import Study

register_verbs(
    {
        "card.added": "added the card",
        "card.edited": "edited the card",
        "card.moved": "moved the card",
        "card.linked": "changed the links of the card",
        "card.reopened": "took the card back to an idea",
        "card.deleted": "deleted the card",
        "card.restored": "brought back the card",
    }
)
FIELDS = ("phase", "lane", "position", "kind", "text")
LINKS = {"element": "elements", "quote": "quotes", "job": "jobs", "cluster": "clusters"}
SAID_BEFORE = timedelta(minutes=10)  # so long the same change by the same person is told once


def dirty_sheets() -> list[int]:
    """Sheets whose rows are behind their document."""
    behind = Sheet.objects.filter(seat="", seq__gt=F("projected_seq"))
    return list(behind.values_list("pk", flat=True)[:200])


def project(sheet_id: int) -> int:
    """Brings the cards of a canvas up to the document; how many rows changed. Draft sheets have no rows."""
    with transaction.atomic():
        sheet = Sheet.objects.select_for_update().select_related("canvas__study").get(pk=sheet_id)
        if sheet.seat or sheet.projected_seq >= sheet.seq:
            return 0
        return _Projection(sheet).write()


class _Projection:
    """One pass over one sheet, inside the transaction that holds its lock."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.canvas, self.study = sheet, sheet.canvas, sheet.canvas.study
        self.authors: dict[str, str] = {}  # card -> the seat that changed it last
        self.wanted = read_cards(self._document())
        self.rows = {str(card.key): card for card in Card.with_trash.filter(canvas=self.canvas)}
        self.seats = seats_named(set(self.authors.values()))
        self.told: list[tuple[str, Card]] = []

    def _document(self) -> Any:
        """The document after the newest update; on the way to it, who touched which card."""
        known = store.load(self.sheet.pk, self.sheet.projected_seq)
        keep_due(self.canvas, known)
        touched: set[str] = set()
        watching = watch_cards(known.doc, touched.update)
        for row in store.rows_after(self.sheet.pk, known.seq):
            touched.clear()
            store.apply(known.doc, row.data)
            self.authors.update(dict.fromkeys(touched, row.seat))
        shared = known.doc
        del watching
        return shared

    def write(self) -> int:
        for key, wanted in self.wanted.items():
            self._put(key, wanted)
        for key, card in self.rows.items():
            if key not in self.wanted and card.deleted_at is None:
                self._mark(card, "card.deleted", deleted_at=timezone.now())
        Sheet.objects.filter(pk=self.sheet.pk).update(projected_seq=self.sheet.seq)
        tell_history(self.study, self._sayings())
        return len({card.pk for _verb, card in self.told})

    def _put(self, key: str, wanted: CardData) -> None:
        card = self.rows.get(key)
        if card is None:
            card = self._add(key, wanted)
        else:
            self._update(card, wanted)
        self._link(card, wanted)

    def _add(self, key: str, wanted: CardData) -> Card:
        author, name = self.seats.get(self.authors.get(key, ""), (None, ""))
        values = {field: getattr(wanted, field) for field in FIELDS}
        card = Card(
            study=self.study, canvas=self.canvas, key=key, created_by=author, author_name=name, **values
        )
        card.save()
        self.told.append(("card.added", card))
        return card

    def _update(self, card: Card, wanted: CardData) -> None:
        if card.deleted_at is not None:
            self._mark(card, "card.restored", deleted_at=None)
        changed = {
            name: getattr(wanted, name) for name in FIELDS if getattr(card, name) != getattr(wanted, name)
        }
        if changed:
            moved = changed.keys() <= {"phase", "lane", "position"}
            self._mark(card, "card.moved" if moved else "card.edited", **changed)

    def _mark(self, card: Card, verb: str, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(card, name, value)
        card.version += 1
        card.save(update_fields=[*changes, "version"])
        self.told.append((verb, card))

    def _link(self, card: Card, wanted: CardData) -> None:
        changed = [self._set_links(card, sort, name, wanted) for sort, name in LINKS.items()]
        if any(changed) and self.told[-1:] != [("card.added", card)]:
            self.told.append(("card.linked", card))
        if card.state == Card.State.AGREED and not is_grounded(card):
            self._mark(card, "card.reopened", state=Card.State.IDEA)

    def _set_links(self, card: Card, sort: str, name: str, wanted: CardData) -> bool:
        """Only rows of this study: whatever a browser wrote into the document, no other study is reached."""
        ids, links = wanted.linked(sort), getattr(card, name)
        have = set(links.values_list("pk", flat=True))
        if ids == have:
            return False
        mine = set(getattr(self.study, name).filter(pk__in=ids).values_list("pk", flat=True))
        if mine == have:
            return False
        links.set(mine)
        return True

    def _sayings(self) -> list[tuple[str, Card, Any, str]]:
        found = []
        for verb, card in self.told:
            person, name = self.seats.get(self.authors.get(str(card.key), ""), (None, ""))
            if person or name:  # what the server changed is told by the action that changed it
                found.append((verb, card, person, name))
        return found


def seats_named(seats: Iterable[str]) -> dict[str, tuple[Any, str]]:
    """For each seat the account, None for a guest, and the name."""
    people = get_user_model().objects.in_bulk([int(key[1:]) for key in seats if key[:1] == "u"])
    guests = Guest.objects.in_bulk([int(key[1:]) for key in seats if key[:1] == "g"])
    named: dict[str, tuple[Any, str]] = {f"u{pk}": (user, person_name(user)) for pk, user in people.items()}
    return named | {f"g{pk}": (None, f"{guest.name} (guest)") for pk, guest in guests.items()}


def tell_history(study: Study, sayings: Iterable[tuple[str, Card, Any, str]]) -> None:
    """One line a change, not one a letter: whoever goes on typing is told once."""
    since = timezone.now() - SAID_BEFORE
    lately = study.history.filter(target_type="card", at__gte=since)
    known = set(lately.values_list("verb", "target_id", "actor_name"))
    for verb, card, person, name in sayings:
        if (verb, str(card.pk), name) not in known:
            record_by(study, person, name, verb, card)
            known.add((verb, str(card.pk), name))


def rebuild(canvas: Canvas) -> Mapping[str, int]:
    """Writes the rows of a canvas anew from its document: {"cards", "changed"}."""
    sheet = Sheet.objects.get(canvas=canvas, seat="")
    Sheet.objects.filter(pk=sheet.pk).update(projected_seq=F("projected_seq") - 1)
    return {"changed": project(sheet.pk), "cards": canvas.cards.count()}
