"""The shared documents behind a canvas: an append-only log is the truth, a snapshot its beginning."""

from __future__ import annotations

from django.db import models

from strategy.models.canvases import Canvas
from studies.models import StudyOwned


class Sheet(StudyOwned):
    """One document. `seat` is empty for the canvas that all see; a sheet with a seat holds what this one
    person writes silently, and nobody else is ever sent a byte of it.

    `seq` counts updates; the row lock of whoever writes makes the order of numbers the order of commits.
    """

    canvas = models.ForeignKey(Canvas, models.CASCADE, related_name="sheets")
    seat = models.CharField(max_length=24, blank=True)  # seats.Seat.key
    seq = models.PositiveBigIntegerField(default=0)
    projected_seq = models.PositiveBigIntegerField(default=0)  # rows of cards show updates up to here
    forgotten = models.BooleanField(default=False)  # deleted words were erased: see store.forget_past()
    hidden = models.PositiveIntegerField(default=0)  # cards on a sheet with a seat, as last counted

    class Meta:
        constraints = [models.UniqueConstraint(fields=["canvas", "seat"], name="one_sheet_per_seat")]


class SheetUpdate(models.Model):
    """What one browser sent at once, as Yjs encodes it."""

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="updates")
    seq = models.PositiveBigIntegerField()
    seat = models.CharField(max_length=24, blank=True)  # who sent it; empty: the server
    data = models.BinaryField()
    bad = models.BooleanField(default=False)  # cannot be applied: set aside, so that the rest can be read
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["sheet", "seq"], name="one_update_per_seq")]


class SheetSnapshot(models.Model):
    """Everything up to `seq` in one piece; the updates before it are gone."""

    sheet = models.OneToOneField(Sheet, models.CASCADE, primary_key=True, related_name="snapshot")
    seq = models.PositiveBigIntegerField()
    data = models.BinaryField()  # zlib
