"""The table twin of a chart."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from jobs.charts.parts import Cell, Chart, Head, Row

register = template.Library()


@register.simple_tag
def twin_rows(chart: Chart, slug: str) -> SafeString:
    """{% twin_rows chart slug %}: escaped here, as a template's own loop is slow for thousands of cells."""
    rows = (
        "".join(_cell(chart, slug, row, head, cell, names) for head, cell, names in cells)
        for row, cells in chart.table
    )
    return mark_safe("".join(f"<tr>{cells}</tr>" for cells in rows))


def _cell(chart: Chart, slug: str, row: Row, head: Head, cell: Cell, names: bool) -> str:
    if names:
        return f'<th scope="row">{_link(chart, slug, row, cell)}</th>'
    words = f'<span class="missing">{escape(chart.missing)}</span>' if cell is None else escape(cell)
    kind, words = (' class="n"', words.replace("-", "−")) if head.number else ("", words)
    return f'<td{kind} data-label="{escape(head.label)}">{words}</td>'


def _link(chart: Chart, slug: str, row: Row, cell: Cell) -> str:
    if row.opens is None:
        return escape(cell)
    return f'<a href="{escape(_address(chart.opens, slug, row.opens))}">{escape(cell)}</a>'


@lru_cache(maxsize=4096)
def _address(name: str, slug: str, opens: Any) -> str:
    """Kept: finding it anew takes half of the time of a cell."""
    return reverse(name, args=[slug, opens])
