"""A canvas as slides (PPTX). Pure: cards are shapes with text, the grid is lines, all of it can be edited.

A canvas that fits, with what the interviews say above its cards, is one slide. Of a fuller one the evidence
gets slides of its own, and at need each phase. Nothing is cut: texts are placed by their estimated height.
"""

from __future__ import annotations

from jobs.papers.shapes import file_of, new_deck, number_slides
from strategy.papers.slides.actions import add_actions
from strategy.papers.slides.evidence import add_evidence, add_purpose
from strategy.papers.slides.phases import add_overview, add_phase
from strategy.papers.slides.whole import add_whole, fitting
from strategy.papers.tree import CREDIT, CanvasPaper


def write_slides(paper: CanvasPaper) -> bytes:
    deck = new_deck()
    add_purpose(deck, paper)
    rows = fitting(paper, strip=True)
    if rows is None:
        add_evidence(deck, paper)
        rows = fitting(paper, strip=False)
    if rows:
        add_whole(deck, paper, rows)
    else:
        add_overview(deck, paper)
        for place, column in enumerate(paper.columns):
            add_phase(deck, paper, place, column)
    add_actions(deck, paper)
    number_slides(deck, f"{paper.study}. Version: {paper.version}")
    deck.core_properties.comments = CREDIT
    return file_of(deck, f"{paper.title}: strategy canvas")
