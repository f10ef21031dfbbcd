"""What a process asks the database again and again while rooms are open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Count, Max
from django.utils import timezone

from strategy.document import MOST_CARDS
from strategy.models import Card, Dot, Sheet, Workshop
from studies.models import HistoryEntry

# What people type and move is in the document already; nothing else that open pages show changes with it
SAID_BY_THE_DOCUMENT = ("card.edited", "card.moved")
# What people may do in a room is the same before and after; asking for all of them anew takes a second
LEAVES_RIGHTS = ("workshop.silenced", "workshop.revealed", "workshop.counted", "room.opened", "guest.joined")
LOOK_BACK = 200  # entries; their numbers are given before they are committed, so a later one may come first
Dots = dict[str, tuple[int, int]]  # of an open vote: seat -> how many it has placed, and the last of them


class Standing(NamedTuple):
    """Where a sheet and its room stand. The rows of cards show the document up to update `shown`. `rights`
    change with who leads, `room` with everything else that the facilitator sets and with a new ranking, which
    leaves no line in the history, `dots` with votes."""

    sheet: int
    seq: int
    study: int
    shown: int
    rights: tuple[Any, ...]
    room: tuple[Any, ...]
    dots: Dots


class Entry(NamedTuple):
    pk: int
    study: int
    verb: str
    target: str

    @property
    def is_news(self) -> bool:
        return self.verb not in SAID_BY_THE_DOCUMENT

    @property
    def may_change_rights(self) -> bool:
        about_work = self.target in ("card", "cardcomment", "carddecision", "action")
        return not about_work and self.verb not in LEAVES_RIGHTS


class SignedIn(NamedTuple):
    """Of those that were asked for: sessions that stand, and user -> what all their sessions hang on."""

    sessions: frozenset[str]
    passwords: dict[int, int]


class Locks(NamedTuple):
    """What only the facilitator may change now."""

    cards: frozenset[str] = frozenset()
    lanes: frozenset[str] = frozenset()


STANDING = """
    SELECT s.id, s.seq, s.study_id, s.projected_seq,
           w.id, w.facilitator_id,
           w.silent, w.stage, w.voting, w.dots, w.result, w.focus_phase, w.locked_lanes, w.timer_seconds,
           w.timer_ends_at,
           (SELECT SUM(c.id) FROM strategy_card c WHERE c.canvas_id = w.canvas_id AND c.locked),
           (SELECT MAX(p.id) FROM jobs_priority p WHERE p.study_id = s.study_id)
    FROM strategy_sheet s
    LEFT JOIN strategy_workshop w ON w.canvas_id = s.canvas_id AND w.ended_at IS NULL
    WHERE s.id IN ({})"""


def standings(sheets: Sequence[int]) -> list[Standing]:
    """One query for all open rooms, and one more while people vote."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING.format(", ".join(["%s"] * len(sheets))), sheets)
        rows = cursor.fetchall()
    dots = _dots_by_seat({row[4] for row in rows if row[8] == Workshop.Voting.OPEN})
    return [
        Standing(sheet, seq, study, shown, (workshop, leader), tuple(room), dots.get(workshop, {}))
        for sheet, seq, study, shown, workshop, leader, *room in rows
    ]


def _dots_by_seat(workshops: Collection[int]) -> dict[int, Dots]:
    rows = Dot.objects.filter(workshop__in=workshops).order_by().values_list("workshop", "seat")
    found: dict[int, Dots] = defaultdict(dict)
    for workshop, seat, count, last in rows.annotate(Count("pk"), Max("pk")) if workshops else ():
        found[workshop][seat] = count, last
    return found


def cards_on(canvases: Collection[int]) -> dict[int, dict[int, int]]:
    """Canvas -> sheet -> how many cards are on it, hidden ones, too, as last counted; 0: the shared sheet."""
    rows = Card.objects.filter(canvas__in=canvases).order_by().values_list("canvas").annotate(Count("pk"))
    found = {canvas: {0: 0} for canvas in canvases} | {canvas: {0: count} for canvas, count in rows}
    drafts = Sheet.objects.filter(canvas__in=canvases).exclude(seat="")
    for canvas, sheet, hidden in drafts.values_list("canvas", "pk", "hidden"):
        found[canvas][sheet] = hidden
    return found


def is_full(sheets: Mapping[int, int]) -> bool:
    """Whether a canvas with so many cards on each sheet takes no more."""
    return sum(sheets.values()) >= MOST_CARDS


def note_hidden(sheet: int, cards: int) -> None:
    Sheet.objects.filter(pk=sheet).exclude(hidden=cards).update(hidden=cards)


def newest_entry() -> int:
    return HistoryEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def entries_since(last: int) -> list[Entry]:
    """History behind number `last`, and a little before it."""
    rows = HistoryEntry.objects.filter(pk__gt=last - LOOK_BACK).order_by("pk")
    return [Entry(*row) for row in rows.values_list("pk", "study_id", "verb", "target_type")[:2000]]


def signed_in(sessions: Collection[str], users: Collection[int]) -> SignedIn:
    """Passwords are told by a number that only this process knows."""
    alive = Session.objects.filter(session_key__in=sessions, expire_date__gt=timezone.now())
    people = get_user_model().objects.filter(pk__in=users, is_active=True)
    passwords = {pk: hash(password) for pk, password in people.values_list("pk", "password")}
    return SignedIn(frozenset(alive.values_list("session_key", flat=True)), passwords)


def locks_of(canvas_id: int) -> Locks:
    """Locks hold while a workshop runs: without one there is nobody who could open them."""
    workshop = Workshop.objects.filter(canvas=canvas_id, ended_at=None).first()
    if workshop is None:
        return Locks()
    # Also in the trash: only who locked a card brings it back
    cards = Card.with_trash.filter(canvas=canvas_id, locked=True).values_list("key", flat=True)
    return Locks(frozenset(map(str, cards)), frozenset(map(str, workshop.locked_lanes)))
