"""What was known of a card's evidence when it was linked: the picture that later changes are told against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from strategy.grounds import kept_for
from strategy.models import Canvas, Card
from strategy.queries.grounds import pictures


def remember(canvas: Canvas, links: Mapping[int, Iterable[str]]) -> None:
    """Remembers how the evidence behind newly linked cards stands now. `links`: card -> all of its links.

    What was remembered of older links stays, so that a change behind them is still told.
    """
    if not links:
        return
    now = pictures(canvas, links)
    cards = list(Card.objects.filter(pk__in=links))
    for card in cards:
        card.seen = kept_for(sorted(links[card.pk]), card.seen, now.get(card.pk, {}))
    Card.objects.bulk_update(cards, ["seen"], batch_size=200)
