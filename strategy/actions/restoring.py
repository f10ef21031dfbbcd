"""Going back to a kept version: an ordinary change of the shared document, with what others do meanwhile."""

from __future__ import annotations

from django.db import transaction

from strategy import document
from strategy.actions.cards import edited, locked_sheet
from strategy.actions.rules import StrategyRefused
from strategy.actions.versions import keep_version
from strategy.comparison import compare, without
from strategy.models import Canvas, CanvasVersion
from strategy.queries.versions import cards_of
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs(
    {
        "canvas.version_restored": "took the whole canvas back to an earlier version:",
        "canvas.card_restored": "took one card back to an earlier version on the canvas of",
    }
)
LED = "While a workshop runs, only its facilitator takes the whole canvas back."


def restore_version(
    access: StudyAccess, *, version: CanvasVersion, undone: CanvasVersion | None = None
) -> CanvasVersion:
    """The whole canvas as it was; returns the version that undoes it. Raises StrategyRefused while somebody
    else leads a workshop.

    `undone`: the version that was gone back to by mistake; what people have written since then stays.
    """
    access.require(Verb.EDIT_CANVAS)
    canvas: Canvas = version.canvas
    if canvas.workshops.filter(ended_at=None).exclude(facilitator=access.user).exists():
        raise StrategyRefused(LED)
    with transaction.atomic():
        locked_sheet(canvas)  # first: nothing is written between the version that undoes this and the change
        before = keep_version(canvas, by=access.user)
        with edited(access, canvas) as doc:
            cards = cards_of(version)
            if undone:
                cards = without(compare(cards, cards_of(undone)), document.read_cards(doc).values())
            document.make_like(doc, cards)
        record(access, "canvas.version_restored", canvas, label=str(canvas.job), version=version.pk)
    return before


def restore_card_of(access: StudyAccess, *, version: CanvasVersion, key: str) -> CanvasVersion:
    """One card as it was, also one that is gone, or that was not there then; returns what undoes it.
    Raises StrategyRefused where a lock forbids it."""
    access.require(Verb.EDIT_CANVAS)
    canvas: Canvas = version.canvas
    then = {card["key"]: card for card in version.cards}.get(key)
    with transaction.atomic():
        locked_sheet(canvas)  # first: nothing is written between the version that undoes this and the change
        before = keep_version(canvas, by=access.user)
        with edited(access, canvas) as doc:
            if then:
                document.put_card(doc, document.from_plain(then))
            else:
                document.drop_card(doc, key)
        record(access, "canvas.card_restored", canvas, label=str(canvas.job), version=version.pk)
    return before
