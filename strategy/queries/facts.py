"""What the server knows of the cards and the room, as plain data for one seat: open pages ask for it again
whenever they are told that something changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any

from django.db import connection
from django.db.models import Count, Q, Subquery
from django.utils import timezone

from strategy.models import Canvas, CardComment
from strategy.queries.grounds import Ground, grounds
from strategy.queries.rooms import LOOK_BACK
from strategy.queries.workshops import milliseconds, workshop_facts
from strategy.seats import Seat

UNGROUNDED = Ground({}, {}, {}, []).facts()
UNSAID = {"comments": 0, "open_comments": 0}
KEPT_SECONDS, MOST_KEPT = 5, 50


def facts(seat: Seat) -> dict[str, Any]:
    """Those of the room; "cards": key of a card -> what is known of it; "taken_back"; for members "actions",
    how many, and "ranking", which is the newest."""
    found = room_facts(seat) | {"cards": cards(seat.canvas), "taken_back": taken_back(seat.canvas)}
    return found | _of_the_study(seat.canvas) if seat.access else found


def _of_the_study(canvas: Canvas) -> dict[str, int]:
    """In one query: each open page of a full room asks for it."""
    newest = canvas.study.priorities.values("pk")[:1]
    found = Canvas.objects.filter(pk=canvas.pk).annotate(ranking=Subquery(newest))  # unscoped: of this seat
    actions = Count("actions", Q(actions__deleted_at=None))
    row = found.annotate(count=actions).values_list("count", "ranking").first()
    return {"actions": row[0], "ranking": row[1] or 0}


def room_facts(seat: Seat) -> dict[str, Any]:
    """{"at": when, in milliseconds since 1970, "me", "workshop"}: what a page must know before anybody writes
    on it, above all whether others see it."""
    return {"at": milliseconds(timezone.now()), "me": me(seat), "workshop": workshop_facts(seat)}


def me(seat: Seat) -> dict[str, Any]:
    return {
        "key": seat.key,
        "name": seat.name,
        "role": seat.role.value,
        "may_edit": seat.may_edit,
        "may_comment": seat.may_comment,
        "leads": seat.leads,
    }


def taken_back(canvas: Canvas) -> dict[str, Any] | None:
    """When the whole canvas was last taken back, that pages on which cards come and go say why:
    {"id": more for later, "by": key of a seat, "words"}."""
    told = canvas.study.history.filter(target_type="canvas", target_id=str(canvas.pk))
    last = told.filter(verb="canvas.version_restored").first()
    if last is None:
        return None
    words = f"{last.actor_name} took the whole canvas back to an earlier version. How it was is kept, too."
    return {"id": last.pk, "by": f"u{last.actor_id}", "words": words}


def comment_counts(canvas: Canvas) -> dict[int, dict[str, int]]:
    """Cards that somebody said something of."""
    rows = CardComment.objects.filter(card__canvas=canvas).order_by().values_list("card")
    counted = rows.annotate(n=Count("pk"), unresolved=Count("pk", Q(resolved_at=None)))
    return {card: {"comments": n, "open_comments": unresolved} for card, n, unresolved in counted}


# --- what thirty pages ask for at once ----------------------------------------------------------------
@dataclass
class _Kept:
    """The cards of one canvas, told once for all who ask while nothing happens to them."""

    lock: Lock = field(default_factory=Lock)
    stamp: tuple[Any, ...] = ()
    until: float = 0
    cards: dict[str, dict[str, Any]] = field(default_factory=dict)


_kept: dict[int, _Kept] = {}


def cards(canvas: Canvas) -> dict[str, dict[str, Any]]:
    """Key of a card -> what is known of it. What changes that leaves a line in the history, an update of the
    sheet, a ranking or a lock; whatever should not is seen KEPT_SECONDS later."""
    if canvas.pk not in _kept and len(_kept) >= MOST_KEPT:
        _kept.clear()
    kept = _kept.setdefault(canvas.pk, _Kept())
    stamp = _stamp(canvas)
    with kept.lock:  # of those who ask in the same moment one reads, the others wait for it
        if kept.stamp != stamp or monotonic() > kept.until:
            kept.cards = _read_cards(canvas)
            kept.stamp, kept.until = stamp, monotonic() + KEPT_SECONDS
        return kept.cards


# The sum, not the last: of two lines the one with the higher number may be committed first
STAMP = """
    SELECT (SELECT SUM(h.id) FROM (SELECT id FROM studies_historyentry WHERE study_id = %s
                                   ORDER BY id DESC LIMIT %s) h),
           (SELECT MAX(id) FROM jobs_priority WHERE study_id = %s),
           (SELECT projected_seq FROM strategy_sheet WHERE canvas_id = %s AND seat = ''),
           (SELECT SUM(id) FROM strategy_card WHERE canvas_id = %s AND locked)
"""


def _stamp(canvas: Canvas) -> tuple[Any, ...]:
    study = canvas.study_id
    with connection.cursor() as cursor:
        cursor.execute(STAMP, [study, LOOK_BACK, study, canvas.pk, canvas.pk])
        return tuple(cursor.fetchone())


def _read_cards(canvas: Canvas) -> dict[str, dict[str, Any]]:
    """A handful of queries, and those of their grounds, however many cards there are."""
    actions = Counter(canvas.actions.exclude(card=None).values_list("card_id", flat=True))
    ground = {pk: found.facts() for pk, found in grounds(canvas).items()}
    said = comment_counts(canvas)
    rows = canvas.cards.values_list("pk", "key", "state", "locked", "author_name")
    return {
        str(key): {"id": pk, "state": state, "locked": locked, "author": author, "actions": actions[pk]}
        | ground.get(pk, UNGROUNDED)
        | said.get(pk, UNSAID)
        for pk, key, state, locked, author in rows
    }
