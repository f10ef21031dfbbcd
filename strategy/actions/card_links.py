"""The links of cards as rows. `name` is the field of a card that holds one sort of them, as in LINKS."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from strategy.models import Card
from studies.models import Study


def links_of(name: str, cards: Iterable[Card]) -> dict[int, set[int]]:
    """Card -> ids of its links; cards without any are left out. Cards that are not stored yet have none."""
    stored = [card.pk for card in cards if card.pk]
    if not stored:
        return {}
    through = getattr(Card, name).through
    other = getattr(Card, name).field.m2m_reverse_name()
    found: dict[int, set[int]] = {}
    for card, pk in through.objects.filter(card_id__in=stored).values_list("card_id", other):
        found.setdefault(card, set()).add(pk)
    return found


def within_reach(study: Study, name: str, ids: set[int]) -> set[int]:
    """Those of this study, also from the trash: that its evidence is gone is what a card must say."""
    rows = getattr(Card, name).field.related_model._base_manager.filter(study=study, pk__in=ids)
    return set(rows.values_list("pk", flat=True)) if ids else set()


def tie(card: Card, name: str, *, gone: set[int], new: set[int]) -> None:
    """By rows: a link to what lies in the trash is there and may go, whatever managers hide."""
    field: Any = Card._meta.get_field(name)
    rows = field.remote_field.through.objects.filter(card=card)
    rows.filter(**{f"{field.m2m_reverse_field_name()}__in": gone}).delete()
    getattr(card, name).add(*new)
