"""What must hold before a card is agreed or an action goes on, in words for the person who tried."""

from __future__ import annotations

from strategy.models import Action, Card

NEEDS_EVIDENCE = "Link at least one piece of evidence first, or mark it as an assumption."
NEEDS_CHECK = (
    "Answer the self-determination check first: would the customer welcome this, knowing our intention?"
)
RUNNING_OR_LATER = (
    Action.Status.RUNNING,
    Action.Status.MEASURING,
    Action.Status.ADOPTED,
)


class StrategyRefused(Exception):
    """Why a card or an action may not go there yet, in words for the person who tried."""


def is_grounded(row: Card | Action) -> bool:
    """Evidence stands behind it, or it says itself that none does."""
    return row.is_assumption or row.elements.filter(deleted_at=None).exists() or _is_quoted(row)


def _is_quoted(row: Card | Action) -> bool:
    return isinstance(row, Card) and row.quotes.exists()
