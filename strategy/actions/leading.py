"""What only the facilitator may change, and how: locked, saved, and told to all open pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied
from django.db import transaction

from strategy.actions.rules import StrategyRefused
from strategy.models import Canvas, Workshop
from strategy.seats import Seat
from studies.access import StudyAccess
from studies.news import tell


@contextmanager
def leading(seat: Seat) -> Iterator[tuple[StudyAccess, Workshop]]:
    """Locks the workshop that this seat leads, and saves it at the end of the block.

    Raises PermissionDenied for anybody but the facilitator, and StrategyRefused where the workshop has ended
    meanwhile.
    """
    if seat.access is None or not seat.leads:
        raise PermissionDenied("Only the facilitator of the workshop may do that.")
    with transaction.atomic():
        workshop = locked_workshop(seat.canvas)
        if workshop is None or workshop.facilitator_id != seat.access.user.pk:
            raise StrategyRefused("This workshop has ended, or somebody else leads it now.")
        yield seat.access, workshop
        workshop.save()
        tell(workshop.study_id)


def locked_workshop(canvas: Canvas) -> Workshop | None:
    """The running workshop for the rest of the transaction: dots, drafts and settings wait for each other."""
    running = Workshop.objects.select_for_update().filter(canvas=canvas, ended_at=None).first()
    if running:
        running.canvas, running.study = canvas, canvas.study
    return running
