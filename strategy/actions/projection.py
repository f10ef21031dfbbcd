"""From the shared document to rows: idempotent, and done again from scratch with the same result."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from strategy.actions.rules import is_grounded
from strategy.actions.seen import remember
from strategy.actions.sheets import LINKS, shared_sheet
from strategy.actions.versions import keep_due
from strategy.document import CardData, is_key, read_cards, watch_cards
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
OFTEN = ("card.edited", "card.moved")
SAID_BEFORE = timedelta(minutes=10)  # so long the same change by the same person is told once


def dirty_sheets() -> list[int]:
    """Sheets whose rows are behind their document."""
    behind = Sheet.objects.filter(seat="", seq__gt=F("projected_seq"))
    return list(behind.values_list("pk", flat=True)[:200])


def project(sheet_id: int, books: dict[int, store.Loaded] | None = None) -> int:
    """Brings the cards of a canvas up to the document; how many rows changed. Draft sheets have no rows.

    In `books` a caller who does this again and again keeps the documents: then only what is new is read.
    """
    known = books.pop(sheet_id, None) if books else None
    with transaction.atomic():
        sheet = _locked().filter(pk=sheet_id).first()
        if sheet is None or sheet.seat or sheet.projected_seq >= sheet.seq:
            if books is not None and known:
                books[sheet_id] = known
            return 0
        if known is None or known.seq != sheet.projected_seq:
            known = store.load(sheet.pk, sheet.projected_seq)
        pages = _Projection(sheet, known)
        changed = pages.write(everything=not sheet.projected_seq)
    if books is not None:  # not before the commit: a document that is ahead of the log would be believed
        books[sheet_id] = store.Loaded(known.doc, sheet.seq, known.rows + sheet.seq - known.seq)
    return changed


def rebuild(canvas: Canvas) -> dict[str, int]:
    """Writes the rows of a canvas anew from its document: {"cards", "changed"}."""
    with transaction.atomic():
        sheet = (
            Sheet.objects.select_for_update().select_related("canvas__study").get(pk=shared_sheet(canvas).pk)
        )
        pages = _Projection(sheet, store.load(sheet.pk, sheet.projected_seq))
        return {"changed": pages.write(everything=True), "cards": canvas.cards.count()}


def up_to_date(canvas: Canvas) -> None:
    """For pages that read rows of cards: none of them is older than the document."""
    for sheet in Sheet.objects.filter(canvas=canvas, seat="", seq__gt=F("projected_seq")):
        project(sheet.pk)


def _locked() -> QuerySet[Sheet]:
    return Sheet.objects.select_for_update(of=("self",)).select_related("canvas__study")


class _Projection:
    """One pass over one sheet, inside the transaction that holds its lock.

    The rows show `known`; its document is brought up to the log, and the rows of the cards that were
    touched on the way are compared with it. History lines name whoever touched a card last.
    """

    def __init__(self, sheet: Sheet, known: store.Loaded) -> None:
        self.sheet, self.canvas, self.study = sheet, sheet.canvas, sheet.canvas.study
        self.known, self.doc = known, known.doc
        self.authors: dict[str, str] = {}  # card -> the seat that changed it last
        self.told: list[tuple[str, Card]] = []
        self.changed: dict[str, tuple[Card, set[str]]] = {}
        self.new: list[Card] = []

    def write(self, everything: bool) -> int:
        keep_due(self.canvas, self.known)
        self._read_log()
        self.wanted = read_cards(self.doc, None if everything else self.authors)
        self.rows = self._rows(everything)
        self.seats = seats_named(set(self.authors.values()))
        for key, wanted in self.wanted.items():
            self._put(key, wanted)
        for key, card in self.rows.items():
            if key not in self.wanted and card.deleted_at is None:
                self._mark(card, "card.deleted", deleted_at=timezone.now())
        self._link_all()
        Sheet.objects.filter(pk=self.sheet.pk).update(projected_seq=self.sheet.seq)
        tell_history(self.study, self._sayings())
        return len({card.key for _verb, card in self.told})

    def _read_log(self) -> None:
        """The document after the newest update; on the way to it, who touched which card."""
        touched: set[str] = set()
        stop = watch_cards(self.doc, touched.update)
        for row in store.rows_after(self.sheet.pk, self.known.seq):
            touched.clear()
            if store.taken(self.doc, self.sheet.pk, row):
                self.authors.update(dict.fromkeys(touched, row.seat))
        stop()

    def _rows(self, everything: bool) -> dict[str, Card]:
        rows = Card.with_trash.filter(canvas=self.canvas)
        if not everything:
            rows = rows.filter(key__in=[key for key in self.authors if is_key(key)])
        return {str(card.key): card for card in rows}

    def _put(self, key: str, wanted: CardData) -> None:
        if card := self.rows.get(key):
            self._update(card, wanted)
        else:
            self.rows[key] = self._add(key, wanted)

    def _add(self, key: str, wanted: CardData) -> Card:
        author, name = self.seats.get(self.authors.get(key, ""), (None, ""))
        values = {field: getattr(wanted, field) for field in FIELDS}
        card = Card(
            study=self.study, canvas=self.canvas, key=UUID(key), created_by=author, author_name=name, **values
        )
        self.new.append(card)
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
        _card, fields = self.changed.setdefault(str(card.key), (card, {"version"}))
        fields.update(changes)
        self.told.append((verb, card))

    def _save(self) -> None:
        """Also the second time: agreed cards that lost their ground are found only once links are set."""
        Card.objects.bulk_create(self.new, batch_size=200)
        fields = set().union(*(fields for _card, fields in self.changed.values()))
        if fields:
            write_fields([card for card, _fields in self.changed.values() if card.pk], sorted(fields))
        self.new, self.changed = [], {}

    # --- links -----------------------------------------------------------------------------------------
    def _link_all(self) -> None:
        """Only rows of this study: whatever a browser wrote into the document, no other study is reached."""
        rekinded = {key for key, (_card, fields) in self.changed.items() if "kind" in fields}
        self._save()
        linked = {key for sort, name in LINKS.items() for key in self._link_sort(sort, name)}
        fresh = {str(card.key) for verb, card in self.told if verb == "card.added"}
        self.told += [("card.linked", self.rows[key]) for key in self.wanted if key in linked - fresh]
        for key in linked | rekinded:  # what was withdrawn under an agreed card is for people to judge
            card = self.rows[key]
            if card.state == Card.State.AGREED and not is_grounded(card):
                self._mark(card, "card.reopened", state=Card.State.IDEA)
        self._save()
        remember(self.canvas, {self.rows[key].pk: self.wanted[key].links for key in linked})

    def _link_sort(self, sort: str, name: str) -> list[str]:
        """The keys of the cards whose links of one sort changed."""
        wanted = {key: card.linked(sort) for key, card in self.wanted.items()}
        have = self._linked(name)
        mine = self._mine(name, set().union(*wanted.values()) - set().union(*have.values()))
        changed = []
        for key, ids in wanted.items():
            card = self.rows[key]
            there = have.get(card.pk, set())
            if (right := ids & (mine | there)) != there:
                self._tie(card, name, there - right, right - there)
                changed.append(key)
        return changed

    def _linked(self, name: str) -> dict[int, set[int]]:
        """Card -> ids of its links, of the cards that are compared."""
        through = getattr(Card, name).through
        other = getattr(Card, name).field.m2m_reverse_name()
        found: dict[int, set[int]] = {}
        cards = [self.rows[key].pk for key in self.wanted]
        for card, pk in through.objects.filter(card_id__in=cards).values_list("card_id", other):
            found.setdefault(card, set()).add(pk)
        return found

    def _tie(self, card: Card, name: str, gone: set[int], new: set[int]) -> None:
        """By rows: a link to what lies in the trash is there and may go, whatever managers hide."""
        field: Any = Card._meta.get_field(name)
        rows = field.remote_field.through.objects.filter(card=card)
        rows.filter(**{f"{field.m2m_reverse_field_name()}__in": gone}).delete()
        getattr(card, name).add(*new)

    def _mine(self, name: str, ids: set[int]) -> set[int]:
        """Also from the trash: that its evidence is gone is what a card must say."""
        rows = getattr(Card, name).field.related_model._base_manager.filter(study=self.study, pk__in=ids)
        return set(rows.values_list("pk", flat=True)) if ids else set()

    def _sayings(self) -> list[tuple[str, Card, Any, str]]:
        found = []
        for verb, card in self.told:
            person, name = self.seats.get(self.authors.get(str(card.key), ""), (None, ""))
            if person or name:  # what the server changed is told by the action that changed it
                found.append((verb, card, person, name))
        return found


def write_fields(cards: Iterable[Card], names: Iterable[str]) -> None:
    """Bare SQL: bulk_update() takes as long as all the rest, and everybody's letters wait for the lock."""
    fields: list[Any] = [Card._meta.get_field(name) for name in names]
    columns = ", ".join(f"{connection.ops.quote_name(field.column)} = %s" for field in fields)
    rows = [
        [*(field.get_db_prep_save(getattr(card, field.attname), connection) for field in fields), card.pk]
        for card in cards
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE strategy_card SET {columns} WHERE id = %s", rows)  # noqa: S608  names


def seats_named(seats: Iterable[str]) -> dict[str, tuple[Any, str]]:
    """For each seat the account, None for a guest, and the name."""
    people = get_user_model().objects.in_bulk([int(key[1:]) for key in seats if key[:1] == "u"])
    guests = Guest.objects.in_bulk([int(key[1:]) for key in seats if key[:1] == "g"])
    named: dict[str, tuple[Any, str]] = {f"u{pk}": (user, person_name(user)) for pk, user in people.items()}
    return named | {f"g{pk}": (None, f"{guest.name} (guest)") for pk, guest in guests.items()}


def tell_history(study: Study, sayings: list[tuple[str, Card, Any, str]]) -> None:
    """One line for typing or moving a card about, not one a letter; one for everything else that is done."""
    known = _told_lately(study, {str(card.pk) for verb, card, *_who in sayings if verb in OFTEN})
    for verb, card, person, name in sayings:
        if (verb, str(card.pk), name) not in known:
            record_by(study, person, name, verb, card)
        if verb in OFTEN:
            known.add((verb, str(card.pk), name))


def _told_lately(study: Study, cards: set[str]) -> set[tuple[str, str, str]]:
    if not cards:
        return set()
    since = timezone.now() - SAID_BEFORE
    lately = study.history.filter(target_type="card", target_id__in=cards, verb__in=OFTEN, at__gte=since)
    return set(lately.values_list("verb", "target_id", "actor_name"))
