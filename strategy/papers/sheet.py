"""A canvas as a vector PDF, A1 to A4, and as a picture. Pure: the typesetter gets data, never markup."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import typst

from jobs.papers.pdf import FONTS
from strategy.papers.tree import CREDIT, ETHIC, CanvasPaper, CardLine, Lane

TEMPLATE = Path(__file__).with_name("canvas.typ")
TEXT = {"a4": 7.5, "a3": 8.5, "a2": 11, "a1": 14.5}  # points; a larger sheet hangs further away
PICTURE_TEXT = 9
TO_ONE_SHEET = (1.7, 1.5, 1.3, 1.15, 1, 0.9, 0.8)  # times the usual size
SMALLEST = 6.5  # points that are still read
MAY_BE_ONE = 80  # cards; more of them fill a sheet anyhow
LARGEST_PICTURE = 150  # cards that are drawn with all their dots; more of them, and the file grows too large
IN_A_ROW = 5  # cards of a cell
STAYS_TOGETHER = 1200  # letters of a cell: a row of this height fits on each sheet
FINE, COARSE = 144, 96  # dots an inch


def write_pdf(paper: CanvasPaper, *, sheet: str, authors: list[str]) -> bytes:
    """The same canvas gives the same bytes. Where no font has a character: tagged, but not PDF/UA."""
    text = _largest_text(paper, sheet)
    make = partial(_compile, paper, sheet, text, authors)
    try:
        return bytes(make(unreadable=False, pdf_standards=["ua-1"]))
    except typst.TypstError as refusal:
        if not _lacks_a_letter(refusal):
            raise
        return bytes(make(unreadable=True, pdf_standards=[]))


def _largest_text(paper: CanvasPaper, sheet: str) -> float:
    """A canvas that leaves room on its sheet is set larger, one that nearly fits a little smaller; a full one
    goes on over further pages."""
    if sum(1 for _ in paper.cards()) > MAY_BE_ONE:
        return TEXT[sheet]
    sizes = (TEXT[sheet] * factor for factor in TO_ONE_SHEET)
    found = (size for size in sizes if size >= SMALLEST and _pages(paper, sheet, size) == 1)
    return next(found, TEXT[sheet])


def _pages(paper: CanvasPaper, sheet: str, text: float) -> int:
    inputs = _inputs(paper, sheet, text, [], unreadable=True)
    told = typst.query(TEMPLATE.read_bytes(), "<pages>", field="value", one=True, sys_inputs=inputs)
    return int(json.loads(told))


def write_png(paper: CanvasPaper, *, authors: list[str]) -> bytes:
    """One picture, as long as it needs to be."""
    cards = sum(1 for _ in paper.cards())
    make = partial(_compile, paper, "picture", PICTURE_TEXT, authors)
    dots = FINE if cards <= LARGEST_PICTURE else COARSE
    return bytes(make(unreadable=_has_unreadable(make), format="png", ppi=dots))


def _has_unreadable(make: Any) -> bool:
    """Only the making of a PDF says that a letter cannot be drawn."""
    try:
        make(unreadable=False, pdf_standards=["ua-1"])
    except typst.TypstError as refusal:
        if not _lacks_a_letter(refusal):
            raise
        return True
    return False


def _lacks_a_letter(refusal: typst.TypstError) -> bool:
    return "could not be displayed" in str(refusal)


def _compile(
    paper: CanvasPaper, sheet: str, text: float, authors: list[str], *, unreadable: bool, **options: Any
) -> Any:
    inputs = _inputs(paper, sheet, text, authors, unreadable=unreadable)
    return typst.compile(TEMPLATE.read_bytes(), sys_inputs=inputs, timestamp=0, **options)


def _inputs(
    paper: CanvasPaper, sheet: str, text: float, authors: list[str], *, unreadable: bool
) -> dict[str, str]:
    made = paper.made_on
    data = {
        "paper": _plain(paper),
        "sheet": sheet,
        "text": text,
        "authors": authors,
        "day": {"year": made.year, "month": made.month, "day": made.day},
        "fonts": FONTS,
        "credit": CREDIT,
        "ethic": ETHIC,
        "unreadable": unreadable,
    }
    return {"data": json.dumps(data, ensure_ascii=False)}


def _plain(paper: CanvasPaper) -> dict[str, Any]:
    """With what cards say of themselves."""
    lanes = [part for lane in paper.lanes for part in _parts(lane)]
    return asdict(paper) | {"made_on": paper.made_on.isoformat(), "lanes": lanes}


def _parts(lane: Lane) -> Iterator[dict[str, Any]]:
    """A long lane in several rows, each of which bears its name: on the next page one sees where one is."""
    longest = max(map(len, lane.cells), default=0)
    for start in range(0, max(longest, 1), IN_A_ROW):
        cells = [[_card(card) for card in cell[start : start + IN_A_ROW]] for cell in lane.cells]
        name = f"{lane.name}, continued" if start else lane.name
        letters = max(sum(len(card["text"]) for card in cell) for cell in cells)
        yield {"name": name, "cells": cells, "breaks": letters > STAYS_TOGETHER}


def _card(card: CardLine) -> dict[str, Any]:
    return asdict(card) | {"facts": card.facts, "from_right": card.from_right}
