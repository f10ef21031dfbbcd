"""Wake-ups for whoever keeps a page of a study up to date. They say "look again" and carry nothing else.

The database is the truth: a wake-up that is lost costs a moment, never a change.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

_listeners: list[Callable[[int], None]] = []


def tell(study_id: int) -> None:
    """Wakes every listener of this process once the caller's transaction is committed."""
    transaction.on_commit(lambda: _tell_now(study_id))


def _tell_now(study_id: int) -> None:
    for listener in _listeners:
        listener(study_id)


def on_news(listener: Callable[[int], None]) -> None:
    """`listener` is called with a study's id, in whichever thread committed, and must return at once."""
    _listeners.append(listener)
