"""Kept states of a canvas: by name when somebody wants one, by itself while it is being edited."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from strategy.actions.sheets import shared_sheet
from strategy.document import CardData, read_cards
from strategy.live import store
from strategy.models import Canvas, CanvasVersion
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs({"canvas.version_kept": "kept a version of the canvas of"})
EVERY = timedelta(minutes=10)  # so often at most a canvas that is edited is kept by itself
KEEP_ALL, KEEP_HOURLY = timedelta(days=1), timedelta(days=7)  # then daily


def keep_version(canvas: Canvas, name: str = "", by: Any = None) -> CanvasVersion:
    """The cards as the shared document has them now. By itself (no name) the same state is kept once."""
    known = store.load(shared_sheet(canvas).pk)
    newest = canvas.versions.first()
    if not name and newest and newest.seq == known.seq:
        return newest
    return _keep(canvas, read_cards(known.doc).values(), known.seq, name, by)


def _keep(
    canvas: Canvas, cards: Iterable[CardData], seq: int, name: str = "", by: Any = None
) -> CanvasVersion:
    version = _version(canvas, cards, seq, name, by)
    version.save()
    return version


def _version(
    canvas: Canvas, cards: Iterable[CardData], seq: int, name: str = "", by: Any = None
) -> CanvasVersion:
    plain = [card.plain() for card in sorted(cards, key=lambda card: card.key)]
    return CanvasVersion(study=canvas.study, canvas=canvas, name=name, seq=seq, cards=plain, made_by=by)


def cards_now(canvas: Canvas) -> list[CardData]:
    return list(read_cards(store.load(shared_sheet(canvas).pk).doc).values())


def due_version(canvas: Canvas, before: store.Loaded) -> CanvasVersion | None:
    """Keeps the state that new edits start from, where it is not kept yet and the newest version is older
    than EVERY; None where none is due.

    So what people left in the evening is a version before the first letter of the next morning.
    """
    newest = canvas.versions.values_list("made_at", "seq").first()
    if newest is None and not before.seq:
        return None
    if newest and (newest[0] > timezone.now() - EVERY or newest[1] >= before.seq):
        return None
    return _version(canvas, read_cards(before.doc).values(), before.seq)


def keep_due(version: CanvasVersion) -> None:
    version.save()
    thin(version.canvas)


def thin(canvas: Canvas) -> int:
    """Deletes unnamed versions: of the last day all stay, of the last week the last of each hour, before that
    the last of each day. Returns how many were deleted."""
    now, seen, spare = timezone.now(), set(), []
    for pk, made_at in canvas.versions.filter(name="").values_list("pk", "made_at"):
        slot = _slot(made_at, now)
        if slot and slot in seen:
            spare.append(pk)
        seen.add(slot)
    canvas.versions.filter(pk__in=spare).delete()
    return len(spare)


def _slot(made_at: datetime, now: datetime) -> str:
    """Versions with the same slot are thinned to the newest; "" for a version that stays in any case."""
    if made_at > now - KEEP_ALL:
        return ""
    return f"{made_at:%Y-%m-%d %H}" if made_at > now - KEEP_HOURLY else f"{made_at:%Y-%m-%d}"


def name_version(access: StudyAccess, *, canvas: Canvas, name: str) -> CanvasVersion:
    access.require(Verb.EDIT_CANVAS)
    with transaction.atomic():
        version = keep_version(canvas, name.strip(), access.user)
        record(access, "canvas.version_kept", canvas, label=str(canvas.job), version=version.pk)
    return version


def version_label(canvas: Canvas) -> str:
    """What an export says of the state that it shows: "Board draft (change 212)", or the moment."""
    seq = shared_sheet(canvas).seq
    named = canvas.versions.filter(seq=seq).exclude(name="").first()
    when = f"{timezone.localtime():%d %B %Y, %H:%M}"
    return f"{named.name if named else when} (change {seq})"
