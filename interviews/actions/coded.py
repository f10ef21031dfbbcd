"""Tells apps above this one that somebody coded. They register a listener, as they register kinds of run."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from studies.access import StudyAccess

LISTENERS: list[Callable[[StudyAccess], None]] = []


def tell(access: StudyAccess) -> None:
    """Calls every listener once the transaction of the caller is committed."""
    for listener in LISTENERS:
        transaction.on_commit(lambda listener=listener: listener(access))  # type: ignore[misc]
