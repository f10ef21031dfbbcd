"""Erasing words from the shared documents of a study, and from what the documents remember."""

from __future__ import annotations

from collections.abc import Callable

from strategy.actions.projection import project
from strategy.actions.sheets import changing
from strategy.document import change_card, read_cards
from strategy.live import store
from studies.models import Study


def forget_words(study: Study, replaced: Callable[[str], str], within: Callable[[bytes], bool]) -> None:
    """Inside the caller's transaction. A document keeps deleted words, and so does its log: both are folded
    into what there is now, where `within` finds the words in them."""
    for sheet in study.sheets.order_by("pk"):
        with changing(sheet) as doc:
            for key, card in read_cards(doc).items():
                if replaced(card.text) != card.text:
                    change_card(doc, key, text=replaced(card.text))
        project(sheet.pk)
        if within(store.load(sheet.pk).doc.get_update()):
            store.forget_past(sheet.pk)
