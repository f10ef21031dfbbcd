"""Readings from tables: what people paste, and what their spreadsheets save."""

from __future__ import annotations

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.reading_table import MOST_ROWS, Found, read_file, read_pasted
from studies.tables import TableError

TODAY = date(2026, 11, 26)


def values(found: Found) -> list[tuple[str, float, str]]:
    assert found.errors == ()
    return [(each.on.isoformat(), each.value, each.note) for each in found.readings]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-03;4.5;first",
        "2026-11-03\t4,5\tfirst",
        "2026-11-03, 4.5, first",
        "3.11.2026;4,5;first",
        "03.11.2026\t4.5 %\tfirst",
        "date;value;note\n2026-11-03;4.5;first",
        "Wert,Datum,Bemerkung\n4.5,2026-11-03,first",
        "2026-11-03T00:00:00;4.5;first",
    ],
)
def test_however_it_is_written_it_is_the_same_reading(text: str) -> None:
    assert values(read_pasted(text, today=TODAY)) == [("2026-11-03", 4.5, "first")]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("3/11/2026;4", "is no day"),
        ("2026-02-30;4", "is not in the calendar"),
        ("2026-11-27;4", "lies in the future"),
        ("1066-10-14;4", "is too long ago"),
        ("2026-11-03;", "there is no value"),
        ("2026-11-03;four", "is no number"),
        ("2026-11-03;1,234", "could be two numbers. Write 1234 or 1.234."),
        ("2026-11-03;1e9", "is no number"),
        ("2026-11-03;1" + "0" * 20, "beyond all measure"),
        ("2026-11-03;4;" + "x" * 201, "the note has 201 characters"),
        ("2026-11-01;5", "stands in row 1 already"),
    ],
)
def test_a_row_that_is_no_reading_says_why_and_nothing_is_taken(row: str, why: str) -> None:
    found = read_pasted(f"2026-11-01;4\n{row}", today=TODAY)

    assert (found.readings, len(found.errors)) == ((), 1)
    assert found.errors[0].startswith("Row 2: ")
    assert why in found.errors[0]


def test_rows_are_counted_as_the_file_counts_them() -> None:
    found = read_pasted("date;value\n2026-11-01;4\n\n2026-11-02;x", today=TODAY)

    assert found.errors == ("Row 4: “x” is no number.",)


def test_many_errors_are_told_in_few_lines() -> None:
    found = read_pasted("\n".join("2026-11-01;x" for _ in range(50)), today=TODAY)

    assert (len(found.errors), found.errors[-1]) == (21, "And 30 more rows.")


def test_what_is_no_table_of_readings_is_refused() -> None:
    with pytest.raises(TableError, match="a day and a value"):
        read_pasted("hello", today=TODAY)
    with pytest.raises(TableError, match="a PDF"):
        read_file(io.BytesIO(b"%PDF-1.7"), "kpi.pdf", today=TODAY)
    day = date(1990, 1, 1).toordinal()
    many = "\n".join(f"{date.fromordinal(day + number).isoformat()};1" for number in range(MOST_ROWS + 2))
    with pytest.raises(TableError, match="more than 2,000"):
        read_pasted(many, today=TODAY)


@given(st.text(max_size=200))
def test_nothing_that_is_pasted_breaks_it(text: str) -> None:
    try:
        found = read_pasted(text, today=TODAY)
    except TableError:
        return
    assert bool(found.readings) != bool(found.errors)
