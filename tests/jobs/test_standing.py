"""One number reads alike on a page, in a table, in a chart and on paper."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.template.defaultfilters import floatformat

from jobs.standing import Standing, rounded


@pytest.mark.parametrize("value", [6.25, 6.35, 0.05, 2.675, 66.5, -1.25, 7.0, 1e30])
@pytest.mark.parametrize("places", [0, 1])
def test_halves_go_up_as_in_templates(value: float, places: int) -> None:
    """Two respondents make quarters: 6.25 stood as 6.3 in the ranking and as 6.2 in the table below it."""
    assert str(rounded(value, places)) == floatformat(value, places)


def test_whatever_number_an_archive_holds_can_be_rounded() -> None:
    assert (rounded(1e308), rounded(-1e308, 0)) == (Decimal("1e308"), Decimal("-1e308"))


def test_a_standing_rounds_so() -> None:
    row = Standing(1, "Arrive dry", 1, {"opportunity": 6.25, "score": 66.5})

    assert (row.opportunity, row.score) == ("6.3", "67")
