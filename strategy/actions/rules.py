"""What must hold before a card is agreed or an action goes on, in words for the person who tried."""

from __future__ import annotations

from strategy.models import Action, Card

NEEDS_EVIDENCE = "Link at least one piece of evidence first, or mark it as an assumption."
NEEDS_CHECK = (
    "Answer the self-determination check first: would the customer welcome this, knowing our intention?"
)
NOT_WELCOMED = "The check says that the customer would not welcome this. Change the action first."
NEEDS_MODE = "Say first whether it is proactive, before customers ask, or reactive, after they did."
NEEDS_CLOSING = "Close the loop: it asks for the result, the new expectation and the decision."
IS_CLOSED = "This loop is closed. Open it again, or begin the next one."
WITHOUT_EVIDENCE = (Action.Status.IDEA, Action.Status.STOPPED)
RUNNING_OR_LATER = (
    Action.Status.RUNNING,
    Action.Status.MEASURING,
    Action.Status.ADOPTED,
)


class StrategyRefused(Exception):
    """Why a card or an action may not go there yet, in words for the person who tried."""


def is_grounded(row: Card | Action) -> bool:
    """Evidence stands behind it, or it says itself that none does."""
    return row.is_assumption or row.elements.filter(deleted_at=None).exists() or _carries(row)


def _carries(row: Card | Action) -> bool:
    """A card may also be quoted from; and one that became an action rests on what the action rests on."""
    if not isinstance(row, Card):
        return False
    return row.quotes.exists() or row.actions.filter(is_assumption=True).exists()


def why_not(action: Action, status: str, *, grounded: bool) -> str:
    """What stands in the way of a status, in words; "" where nothing does. `grounded`, as is_grounded says:
    the page of an action asks that once for all statuses."""
    if action.closed_at:
        return IS_CLOSED
    if status not in WITHOUT_EVIDENCE and not grounded:
        return NEEDS_EVIDENCE
    return _why_not_running(action, status) if status in RUNNING_OR_LATER else ""


def _why_not_running(action: Action, status: str) -> str:
    if not action.mode:
        return NEEDS_MODE
    if action.welcomed is None:
        return NEEDS_CHECK
    if not action.welcomed:
        return NOT_WELCOMED
    return NEEDS_CLOSING if status == Action.Status.ADOPTED else ""
