"""Who wants to hear that people coded: apps above this one register, as kinds of run do."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from studies.access import StudyAccess

LISTENERS: list[Callable[[StudyAccess], None]] = []


def tell(access: StudyAccess) -> None:
    """Once the change is stored, and only then."""
    for listener in LISTENERS:
        transaction.on_commit(lambda listener=listener: listener(access))  # type: ignore[misc]
