"""What was known of a card's evidence when it was linked: the picture that later changes are told against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from strategy.grounds import kept_for
from strategy.models import Canvas, Card
from strategy.queries.grounds import pictures


def remember(canvas: Canvas, links: Mapping[int, Iterable[str]]) -> None:
    """Takes down how new links stand; `links` has every link of each card that was linked anew. What was
    known of the other links stays, so that a change behind them is not lost from sight."""
    if not links:
        return
    now = pictures(canvas, links)
    cards = list(Card.objects.filter(pk__in=links))
    for card in cards:
        card.seen = kept_for(sorted(links[card.pk]), card.seen, now.get(card.pk, {}))
    Card.objects.bulk_update(cards, ["seen"], batch_size=200)
