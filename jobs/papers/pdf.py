"""The board paper as a tagged PDF (PDF/UA-1). Pure: the typesetter gets data, never markup."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path

import typst

from jobs.papers.tree import Paper

TEMPLATE = Path(__file__).with_name("board.typ")
# The first is part of the typesetter; the others are taken where the machine has them, script by script
FONTS = ["Libertinus Serif", "Noto Serif", "Noto Sans", "DejaVu Serif", "DejaVu Sans"]


def write_pdf(paper: Paper, *, authors: list[str]) -> bytes:
    """The same paper gives the same bytes. Where no font has a character: tagged, but not PDF/UA."""
    try:
        return _compile(paper, authors, unreadable=False)
    except typst.TypstError as refusal:
        if "could not be displayed" not in str(refusal):
            raise
        return _compile(paper, authors, unreadable=True)


def _compile(paper: Paper, authors: list[str], *, unreadable: bool) -> bytes:
    made = date.fromisoformat(paper.made_on)
    data = {
        "paper": asdict(paper),
        "authors": authors,
        "day": {"year": made.year, "month": made.month, "day": made.day},
        "fonts": FONTS,
        "unreadable": unreadable,
    }
    return bytes(
        typst.compile(
            TEMPLATE.read_bytes(),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=[] if unreadable else ["ua-1"],
            timestamp=0,
        )
    )
