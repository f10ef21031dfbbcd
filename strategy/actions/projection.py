"""From the shared document to rows: idempotent, and done again from scratch with the same result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from strategy.actions.card_links import links_of, tie, within_reach
from strategy.actions.rules import is_grounded
from strategy.actions.seen import remember
from strategy.actions.sheets import LINKS, shared_sheet
from strategy.actions.versions import due_version, keep_due
from strategy.document import CardData, is_card_key, read_cards, watch_cards
from strategy.live import store
from strategy.live.threads import in_turn
from strategy.models import Canvas, Card, Guest, Sheet
from studies.history import Line, person_name, recording, register_verbs
from studies.models import Study
from studies.news import tell
from studies.sql import Statement, updating

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
    Everything is read and compared before the transaction begins: all letters wait while rows are written.
    Where others wrote rows meanwhile, it begins again.
    """
    while True:
        known = books.pop(sheet_id, None) if books else None
        sheet = Sheet.objects.select_related("canvas__study").filter(pk=sheet_id).first()
        if sheet is None or sheet.seat or sheet.projected_seq >= sheet.seq:
            if books is not None and known:
                books[sheet_id] = known
            return 0
        if known is None or known.seq != sheet.projected_seq:
            known = store.load(sheet.pk, sheet.projected_seq)
        projection = _Projection(sheet, known, everything=not sheet.projected_seq)
        with in_turn():
            if is_mine := _advanced(sheet):
                projection.write()
        if is_mine:
            break
    if books is not None:  # not before the commit: a document that is ahead of the log would be believed
        books[sheet_id] = store.Loaded(known.doc, sheet.seq, known.rows + sheet.seq - known.seq)
    return projection.changes


def rebuild(canvas: Canvas) -> dict[str, int]:
    """Writes the rows of a canvas anew from its document: {"cards", "changed"}."""
    with transaction.atomic():
        sheet = (
            Sheet.objects.select_for_update().select_related("canvas__study").get(pk=shared_sheet(canvas).pk)
        )
        projection = _Projection(sheet, store.load(sheet.pk, sheet.projected_seq), everything=True)
        _advanced(sheet)
        projection.write()
        return {"changed": projection.changes, "cards": canvas.cards.count()}


def up_to_date(canvas: Canvas) -> None:
    """For pages that read rows of cards: none of them is older than the document."""
    for sheet in Sheet.objects.filter(canvas=canvas, seat="", seq__gt=F("projected_seq")):
        project(sheet.pk)


def _advanced(sheet: Sheet) -> bool:
    """Whether the rows still show what they were compared as. From now on nobody else writes them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE strategy_sheet SET projected_seq = %s WHERE id = %s AND projected_seq = %s",
            [sheet.seq, sheet.pk, sheet.projected_seq],
        )
        return bool(cursor.rowcount)


class _Projection:
    """One pass over one sheet: compared when it is made, then written under the lock of the sheet.

    The rows show `known`; its document is brought up to the log, and the rows of the cards that were
    touched on the way are compared with it. History lines name whoever touched a card last.
    """

    def __init__(self, sheet: Sheet, known: store.Loaded, everything: bool) -> None:
        self.sheet, self.canvas, self.study = sheet, sheet.canvas, sheet.canvas.study
        self.known, self.doc = known, known.doc
        self.authors: dict[str, str] = {}  # card -> the seat that changed it last
        self.reshaped: set[str] = set()  # cards of which more changed than letters
        self.told: list[tuple[str, Card]] = []  # not in the history yet
        self.changed: dict[str, tuple[Card, set[str]]] = {}  # not in the rows yet
        self.new: list[Card] = []
        self.touched: set[UUID] = set()
        self.due = due_version(self.canvas, known)
        self._read_log()
        self.wanted = read_cards(self.doc, None if everything else self.authors)
        self.rows = self._rows(everything)
        self._compare(everything)

    def _compare(self, everything: bool) -> None:
        self.seats = seats_named(set(self.authors.values()))
        for key, wanted in self.wanted.items():
            self._put(key, wanted)
        for key, card in self.rows.items():
            if key not in self.wanted and card.deleted_at is None:
                self._mark(card, "card.deleted", deleted_at=timezone.now())
        self.rekinded = {key for key, (_card, fields) in self.changed.items() if "kind" in fields}
        keys = [key for key in self.wanted if everything or key in self.reshaped]
        self.relinked = set().union(*(self._differently_linked(*each, keys) for each in LINKS.items()))
        self.said = told_lately(self.study, {str(card.pk) for verb, card in self.told if verb in OFTEN})
        self.composed = self._compose()

    def write(self) -> None:
        """Only what was composed before, unless cards are new or their links or kinds changed."""
        if self.due:
            keep_due(self.due)
        self._run(self.composed)
        if self.new or self.relinked or self.rekinded:
            self._add_all()
            self._link_all()
            self._run(self._compose())

    @property
    def changes(self) -> int:
        return len(self.touched)

    def _compose(self) -> tuple[Statement, Statement]:
        """What the rows and the history lack."""
        names = set().union(*(names for _card, names in self.changed.values()))
        updates = updating([card for card, _names in self.changed.values()], sorted(names))
        lines = recording(self.study, self._lines())
        self.changed, self.told = {}, []
        return updates, lines

    def _run(self, composed: tuple[Statement, Statement]) -> None:
        updates, lines = composed
        updates.run()
        lines.run()
        if lines.rows:
            tell(self.study.pk)

    def _read_log(self) -> None:
        """The document after the newest update; on the way to it, who touched which card."""
        touched: dict[str, bool] = {}
        stop = watch_cards(self.doc, touched.update)
        for row in store.rows_after(self.sheet.pk, self.known.seq, self.sheet.seq):
            touched.clear()
            if store.taken(self.doc, self.sheet.pk, row):
                self.authors.update(dict.fromkeys(touched, row.seat))
                self.reshaped |= {key for key, only_letters in touched.items() if not only_letters}
        stop()

    def _rows(self, everything: bool) -> dict[str, Card]:
        rows = Card.with_trash.filter(canvas=self.canvas)
        if not everything:
            rows = rows.filter(key__in=[key for key in self.authors if is_card_key(key)])
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
        return card

    def _add_all(self) -> None:
        Card.objects.bulk_create(self.new, batch_size=200)
        for card in self.new:
            self._tell("card.added", card)

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
        self._tell(verb, card)

    def _tell(self, verb: str, card: Card) -> None:
        self.told.append((verb, card))
        self.touched.add(card.key)

    # --- links -----------------------------------------------------------------------------------------
    def _link_all(self) -> None:
        """Only rows of this study: whatever a browser wrote into the document, no other study is reached."""
        linked = {key for sort, name in LINKS.items() for key in self._link_sort(sort, name)}
        fresh = {card.key for card in self.new}
        for key in self.wanted:
            if key in linked and self.rows[key].key not in fresh:
                self._tell("card.linked", self.rows[key])
        self._reopen(linked | self.rekinded)
        remember(self.canvas, {self.rows[key].pk: self.wanted[key].links for key in linked})

    def _reopen(self, keys: set[str]) -> None:
        """Agreed cards that lost their ground; what was withdrawn under one is for people to judge."""
        cards = {self.rows[key].pk: self.rows[key] for key in keys}
        agreed = Card.with_trash.filter(pk__in=cards, state=Card.State.AGREED) if cards else []
        for pk in [card.pk for card in agreed]:  # as they stand now: somebody may have agreed since
            if not is_grounded(cards[pk]):
                self._mark(cards[pk], "card.reopened", state=Card.State.IDEA)

    def _differently_linked(self, sort: str, name: str, keys: Sequence[str]) -> set[str]:
        """Those of some cards whose links of one sort may have to change."""
        have = links_of(name, [self.rows[key] for key in keys])
        found = {key: have.get(self.rows[key].pk, set()) for key in keys}
        return {key for key in keys if self.wanted[key].linked(sort) != found[key]}

    def _link_sort(self, sort: str, name: str) -> list[str]:
        """The keys of the cards whose links of one sort changed."""
        wanted = {key: self.wanted[key].linked(sort) for key in self.relinked}
        have = links_of(name, [self.rows[key] for key in self.relinked])
        fresh = set().union(*wanted.values()) - set().union(*have.values())
        mine = within_reach(self.study, name, fresh)
        changed = []
        for key, ids in wanted.items():
            card = self.rows[key]
            there = have.get(card.pk, set())
            if (right := ids & (mine | there)) != there:
                tie(card, name, gone=there - right, new=right - there)
                changed.append(key)
        return changed

    def _lines(self) -> list[Line]:
        """One for typing or moving a card about, not one a letter; one for everything else that is done."""
        found, known = [], self.said
        for verb, card in self.told:
            person, name = self.seats.get(self.authors.get(str(card.key), ""), (None, ""))
            said = verb, str(card.pk), name
            if (person or name) and said not in known:  # what the server changed, its action tells
                found.append(Line(person, name, verb, card))
            if verb in OFTEN:
                known.add(said)
        return found


def seats_named(seats: Iterable[str]) -> dict[str, tuple[Any, str]]:
    """For each seat the account, None for a guest, and the name."""
    people = get_user_model().objects.in_bulk([int(key[1:]) for key in seats if key[:1] == "u"])
    guests = Guest.objects.in_bulk([int(key[1:]) for key in seats if key[:1] == "g"])
    named: dict[str, tuple[Any, str]] = {f"u{pk}": (user, person_name(user)) for pk, user in people.items()}
    return named | {f"g{pk}": (None, f"{guest.name} (guest)") for pk, guest in guests.items()}


def told_lately(study: Study, cards: set[str]) -> set[tuple[str, str, str]]:
    if not cards:
        return set()
    since = timezone.now() - SAID_BEFORE
    lately = study.history.filter(target_type="card", target_id__in=cards, verb__in=OFTEN, at__gte=since)
    return set(lately.values_list("verb", "target_id", "actor_name"))
