"""Reading a table of participants: what becomes of rows, columns and mistakes."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook

from interviews.roster import RosterError, decode, read_roster, text_of


def test_a_spreadsheet_paste_with_a_heading_fills_every_field() -> None:
    heading = "Code\tGroup\tTags\tConsent\tConsent\N{NO-BREAK SPACE}date\tNotes"
    text = heading + "\r\nInes\tSwitchers\ta; b, a\tJa\t31.03.2026\tcalls late\r\n"

    found = read_roster(text)

    row = found.rows[0]
    assert (row.pseudonym, row.segment, row.tags, row.consent) == ("Ines", "Switchers", ["a", "b"], "given")
    assert (row.consent_on, row.note, row.errors) == (date(2026, 3, 31), "calls late", [])
    assert dict(found.mapping)["Code"] == "pseudonym"


def test_rows_without_a_heading_are_read_in_the_order_of_our_columns() -> None:
    found = read_roster("Ines;Switchers\nBo;Returners")

    assert [(row.line, row.pseudonym, row.segment) for row in found.rows] == [
        (1, "Ines", "Switchers"),
        (2, "Bo", "Returners"),
    ]
    assert found.mapping == [("column 1", "pseudonym"), ("column 2", "segment")]


@pytest.mark.parametrize(
    "above",
    [
        "Participants, wave 2",
        "Participants, wave 2\n\nExported 2026-11-02",
        "Participant;;Consent;",  # merged cells
        "sep=;",
    ],
)
def test_a_title_or_merged_cells_above_the_heading_are_left_out_and_told(above: str) -> None:
    found = read_roster(f"{above}\nCode;Segment;Consent;Consent date\nInes;City;given;2026-03-31")

    assert [(row.pseudonym, row.segment, row.consent_on) for row in found.rows] == [
        ("Ines", "City", date(2026, 3, 31))
    ]
    assert found.above == [at for at, line in enumerate(above.split("\n"), 1) if line]


def test_names_of_columns_may_have_marks_and_underlines() -> None:
    found = read_roster("participant_id *,consent_date:\nInes,2026-03-31")

    assert [field for _, field in found.mapping] == ["pseudonym", "consent_on"]


@pytest.mark.parametrize(
    ("cells", "order", "read", "doubt"),
    [
        (["3/4/2026", "5/14/2026"], "", [date(2026, 3, 4), date(2026, 5, 14)], ""),
        (["3/4/2026", "14/5/2026"], "", [date(2026, 4, 3), date(2026, 5, 14)], ""),
        (["3/4/2026", "5/14/2026"], "day", [date(2026, 3, 4), date(2026, 5, 14)], ""),
        (["3/4/2026", "2026-05-14"], "", [None, date(2026, 5, 14)], "3/4/2026"),
        (["3/4/2026", "2026-05-14"], "month", [date(2026, 3, 4), date(2026, 5, 14)], "3/4/2026"),
        (["3/4/2026", "2026-05-14"], "day", [date(2026, 4, 3), date(2026, 5, 14)], "3/4/2026"),
    ],
)
def test_the_order_of_day_and_month_is_told_by_the_column_or_by_a_person(
    cells: list[str], order: str, read: list[date | None], doubt: str
) -> None:
    text = "\n".join(f"P{number},{cell}" for number, cell in enumerate(cells))

    found = read_roster(f"pseudonym,date\n{text}", order=order)

    assert [row.consent_on for row in found.rows] == read
    assert (found.days.doubt, found.days.is_open) == (doubt, bool(doubt) and not order)


def test_a_column_that_contradicts_itself_is_asked_about_and_the_others_are_told() -> None:
    text = "pseudonym,date\nInes,14/5/2026\nBo,5/14/2026\nCy,3/4/2026"

    assert read_roster(text).days.is_open
    assert [row.errors for row in read_roster(text, order="day").rows] == [
        [],
        ["Date “5/14/2026” is none with the day first."],
        [],
    ]


def test_our_own_word_wins_over_a_synonym_and_the_other_column_is_ignored() -> None:
    found = read_roster("name,pseudonym\nErika Muster,P1\n")

    assert [row.pseudonym for row in found.rows] == ["P1"]
    assert found.ignored == ["name"]


def test_thirty_columns_too_many_are_ignored_and_listed() -> None:
    more = [f"q{number}" for number in range(30)]

    found = read_roster(",".join(["pseudonym", *more, "segment"]) + "\n" + ",".join(["Ines", *more, "City"]))

    assert found.ignored == more
    assert [(row.pseudonym, row.segment, row.errors) for row in found.rows] == [("Ines", "City", [])]


def test_a_row_with_thirty_cells_too_many_says_so_and_spares_the_others() -> None:
    found = read_roster("pseudonym,segment\nInes,City" + ",x" * 30 + "\nBo,Village")

    assert found.rows[0].errors == ["30 filled cells beyond the last column: is a comma unquoted?"]
    assert [row.pseudonym for row in found.sound] == ["Bo"]


def test_a_table_far_too_wide_is_refused_with_the_line_and_the_known_columns() -> None:
    with pytest.raises(RosterError, match="Line 2 has 72 columns; 40 are the limit"):
        read_roster("pseudonym,segment\nInes,City" + ",x" * 70)


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("", "No pseudonym."),
        ("Bo", "The pseudonym “Bo” is already in this study."),
        ("Ines", "The pseudonym “Ines” is already in line 2."),
        ("x" * 61, "The pseudonym is longer than 60 characters."),
    ],
)
def test_a_pseudonym_that_cannot_be_taken_is_told_beside_its_row(line: str, error: str) -> None:
    found = read_roster(f"pseudonym,segment\nInes,City\n{line},City", taken=["BO"])

    assert found.rows[1].errors == [error]


@pytest.mark.parametrize(
    ("columns", "cells", "error"),
    [
        ("consent", "perhaps", "Consent “perhaps” is none of: none, given, withdrawn."),
        ("consent_on", "last May", "Date “last May” is not written as 2026-03-31."),
        ("segment", "x" * 81, "The segment is longer than 80 characters."),
        ("tags", "x" * 41, "A tag is longer than 40 characters."),
    ],
)
def test_a_bad_cell_is_told_beside_its_row(columns: str, cells: str, error: str) -> None:
    assert read_roster(f"pseudonym,{columns}\nInes,{cells}").rows[0].errors == [error]


@pytest.mark.parametrize("text", ["", "\n\n", " , \n"])
def test_an_empty_table_is_refused(text: str) -> None:
    with pytest.raises(RosterError, match="no row"):
        read_roster(text)


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(RosterError, match=r"more than 2,000 rows"):
        read_roster("\n".join(f"P{number}" for number in range(2002)))


def test_a_table_without_pseudonyms_is_refused() -> None:
    with pytest.raises(RosterError, match="No column is called"):
        read_roster("segment,tags\nCity,a")


def test_quoted_cells_may_hold_commas_and_line_breaks() -> None:
    found = read_roster('pseudonym,note\n"Ines","a, b\nc"\nBo,')

    assert [(row.line, row.pseudonym, row.note) for row in found.rows] == [
        (2, "Ines", "a, b\nc"),
        (3, "Bo", ""),
    ]


@pytest.mark.parametrize(
    "data",
    ["Jürgen".encode(), "Jürgen".encode("utf-8-sig"), "Jürgen".encode("utf-16"), "Jürgen".encode("cp1252")],
)
def test_every_encoding_that_spreadsheets_write_is_read(data: bytes) -> None:
    assert decode(data) == "Jürgen"


def test_a_workbook_is_read_with_its_dates_and_numbers_of_rows() -> None:
    book, file = Workbook(), BytesIO()
    sheet = book.worksheets[0]
    for row in (
        ["Our people"],
        [],
        ["Code", "Note", "Date"],
        ["Ines", "a,\tb\nc", date(2026, 3, 4)],
        [],
        ["Bo"],
    ):
        sheet.append(row)
    book.save(file)

    found = read_roster(text_of(file, "people.xlsx"))

    assert [(row.line, row.pseudonym, row.note, row.consent_on, row.errors) for row in found.rows] == [
        (4, "Ines", "a,\tb\nc", date(2026, 3, 4), []),
        (6, "Bo", "", None, []),
    ]
    assert (found.above, found.days.doubt) == ([1], "")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"PK\x03\x04\x14\0\0\0", "damaged or locked"),
        (b"\x89PNG\r\n", "is an image"),
        (b"WEBVTT\n\n", "is a transcript. Import it with the interviews"),
        (b"\0\1\2\3", "This is not a text file"),
        (b"", "is empty"),
    ],
)
def test_a_file_that_holds_no_table_says_what_it_is(data: bytes, told: str) -> None:
    with pytest.raises(RosterError, match=told):
        text_of(BytesIO(data), "people")


def test_rows_that_nothing_names_are_marked() -> None:
    assert not read_roster("Vorname;Ort\nErika;Ulm").headed
    assert read_roster("Name;Ort\nErika;Ulm").headed
