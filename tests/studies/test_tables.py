"""Tables that people upload: every dialect in, hostile files refused in words, bad rows told one by one."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from studies.tables import MOST_COLUMNS, Table, TableError, open_filled, open_table


def table(data: bytes | str, name: str = "answers.csv") -> Table:
    return open_table(io.BytesIO(data.encode() if isinstance(data, str) else data), name)


def texts(found: Table) -> list[tuple[str, ...]]:
    return [tuple(row.cells.values()) for row in found.rows()]


def refusal(data: bytes | str, name: str = "answers.csv") -> str:
    with pytest.raises(TableError) as caught:
        list(table(data, name).rows())
    return str(caught.value)


def workbook(*rows: list[Any], title: str = "Answers") -> bytes:
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def made_ole(*parts: str) -> bytes:
    """As Office wrote files before 2007: a list of parts by name, somewhere in it."""
    names = (part.encode("utf-16-le").ljust(64, b"\0") for part in ("Root Entry", *parts))
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x01" * 6000 + b"".join(names)


# --- CSV ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_dialect_reads_the_same(delimiter: str, encoding: str, newline: str) -> None:
    lines = ["Text|Größe", "“Zu klein, oder?”; ja|klein", "Passt|groß"]
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator=newline)
    writer.writerows([line.split("|") for line in lines])

    found = table(file.getvalue().encode(encoding))

    assert found.head == ("Text", "Größe")
    assert texts(found) == [("“Zu klein, oder?”; ja", "klein"), ("Passt", "groß")]


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252"), ("utf-16", "UTF-16")],
)
def test_the_encoding_is_told_as_it_is_also_where_the_sample_ends_within_a_letter(
    encoding: str, named: str
) -> None:
    data = ("text,who\na" + "ß" * 40_000 + ",A\n").encode(encoding)

    assert table(data).notes == (f"{named}, columns parted by comma",)


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    found = table('text,stars\n"two\nlines",1\n\nlast,2\n')

    assert [(row.number, row.cells["text"]) for row in found.rows()] == [(2, "two\nlines"), (4, "last")]


def test_lines_in_two_encodings_are_both_read() -> None:
    found = table(b"text,who\n" + "über,A\n".encode() + "früh,B\n".encode("cp1252"))

    assert texts(found) == [("über", "A"), ("früh", "B")]


def test_bytes_that_are_no_text_are_told_by_their_row() -> None:
    found = table(b"text,who\nfine,A\nbad \x81\x8d,B\n")

    assert [(row.number, row.error) for row in found.rows()] == [
        (2, ""),
        (3, "holds bytes that are no text in UTF-8 or Windows-1252"),
    ]


def test_a_row_with_too_many_cells_is_told_and_a_short_one_is_filled() -> None:
    found = table("text,who\na,b,c\nd\ne,f,,\ng,h\ni,j\n")

    assert [(row.number, row.error, tuple(row.cells.values())) for row in found.rows()] == [
        (2, "has 3 cells, but there are 2 columns", ()),
        (3, "", ("d", "")),
        (4, "", ("e", "f")),
        (5, "", ("g", "h")),
        (6, "", ("i", "j")),
    ]


def test_one_column_keeps_its_commas() -> None:
    assert texts(table("What, if anything, is bad?\nIt is late, again\nNo\n")) == [
        ("It is late, again",),
        ("No",),
    ]


ABOVE = [["Umfrage 2026"], ["Stand:", "3. Mai"], []]
ANSWERS = [["Nr.", "Antwort", "Datum", "Ort"], ["1", "Zu teuer, leider", "3.5.2026", "Köln"]]
BELOW = [*ANSWERS, ["2", "Geht so", "", ""], ["3", "Gut", "4.5.2026", "Ulm"]]


@pytest.mark.parametrize("filled_up", [True, False])
def test_a_title_above_a_csv_is_left_out_and_told(filled_up: bool) -> None:
    rows = [row + [""] * (4 - len(row)) * filled_up for row in [*ABOVE, *BELOW]]

    found = table("\n".join(";".join(row) for row in rows))

    assert found.head == ("Nr.", "Antwort", "Datum", "Ort")
    assert [row.number for row in found.rows()] == [5, 6, 7]
    assert found.notes[-1] == "names of columns in row 4, what stands above is left out"


SURVEYMONKEY = [
    [
        "Respondent ID",
        "Date",
        "How important is it to you to",
        "",
        "How satisfied are you today?",
        "",
        "Where?",
    ],
    ["", "", "arrive dry", "be on time", "arrive dry", "be on time", "Response"],
    ["11", "05/02/2026 10:11", "5", "3", "2", "", "At home"],
    ["12", "05/02/2026 11:02", "4", "4", "", "1", "Nowhere"],
]
QUALTRICS = [
    ["ResponseId", "Finished", "Q2_1", "Q2_2"],
    ["Response ID", "Finished", "How important is it? - Arrive dry", "How important is it? - Be on time"],
    ['{"ImportId":"_recordId"}', '{"ImportId":"finished"}', '{"ImportId":"QID2_1"}', '{"ImportId":"QID2_2"}'],
    ["R_1", "1", "5", "3"],
]


@pytest.mark.parametrize("data", ["xlsx", "csv"])
def test_groups_above_the_names_of_columns_are_joined_with_them_and_told(data: str) -> None:
    rows = workbook(*SURVEYMONKEY) if data == "xlsx" else "\n".join(";".join(row) for row in SURVEYMONKEY)
    found = table(rows, f"survey.{data}")

    assert found.head == (
        "Respondent ID",
        "Date",
        "How important is it to you to › arrive dry",
        "How important is it to you to › be on time",
        "How satisfied are you today? › arrive dry",
        "How satisfied are you today? › be on time",
        "Where?",
    )
    assert [row.number for row in found.rows()] == [3, 4]
    assert found.notes[-1] == "names of columns joined from rows 1 and 2"


def test_merged_cells_below_a_title_are_joined_with_the_names_of_columns() -> None:
    found = table(workbook(["Umfrage 2026"], ["Kunde", None, "Antwort", None], *BELOW), "a.xlsx")

    assert found.head == ("Kunde › Nr.", "Kunde › Antwort", "Antwort › Datum", "Antwort › Ort")
    assert [row.number for row in found.rows()] == [4, 5, 6]
    assert found.notes[-1] == "names of columns joined from rows 2 and 3, what stands above is left out"


def test_one_heading_above_all_columns_is_a_title() -> None:
    found = table(workbook(["Stand:", "3. Mai", None, None], *BELOW), "a.xlsx")

    assert found.head == ("Nr.", "Antwort", "Datum", "Ort")
    assert found.notes[-1] == "names of columns in row 2, what stands above is left out"


def test_qualtrics_questions_are_joined_with_their_ids_and_its_third_row_is_left_out() -> None:
    found = table(workbook(*QUALTRICS), "qualtrics.xlsx")

    assert found.head == (
        "Response ID",
        "Finished",
        "Q2_1 › How important is it? - Arrive dry",
        "Q2_2 › How important is it? - Be on time",
    )
    assert texts(found) == [("R_1", "1", "5", "3")]
    assert found.notes[-1] == (
        "names of columns joined from rows 1 and 2, row 3 holds Qualtrics’ own ids and is left out"
    )


def test_labels_below_the_names_of_columns_of_numbers_are_joined_with_them() -> None:
    found = table("CASE,A1,A2\nNumber,Arrive dry,Be on time\n1,5,-9\n2,4,3\n3,4,\n")

    assert found.head == ("CASE › Number", "A1 › Arrive dry", "A2 › Be on time")
    assert len(texts(found)) == 3


@pytest.mark.parametrize(
    "rows",
    [
        "id,text,,stars\n1,gut,schlecht,2\n2,gut,gut,2\n3,nein,,1\n",  # a column without a name
        "imp__a,sat__a\ndon’t know,don’t know\n5,3\n4,3\n",
        "who,said,where\nA,gut,Ulm\nB,gut,Ulm\n",
    ],
)
def test_a_first_row_of_answers_is_no_second_row_of_names(rows: str) -> None:
    assert len(texts(table(rows))) == rows.count("\n") - 1


def test_a_first_row_that_is_half_empty_stays_the_head_of_a_narrow_table() -> None:
    assert table("Antwort;\nGut;1\nSchlecht;2\n").head == ("Antwort",)


def test_excels_own_first_line_names_the_delimiter() -> None:
    found = table("sep=;\ntext;who\na, b;c\n")

    assert (found.head, texts(found)) == (("text", "who"), [("a, b", "c")])


def test_names_of_columns_are_plain_and_differ() -> None:
    found = table("\ufeff Imp\u00a0 score ,,text,TEXT\n1,2,3,4\n")

    assert found.head == ("Imp score", "Column 2", "text", "TEXT (2)")


def test_formulas_nul_and_emoji_are_only_text() -> None:
    found = table(b'text,who\n"=cmd|\' /C calc\'!A0",A\n"nul\x00 gone",B\n' + "🚲👨‍👩‍👧‍👦,C\n".encode())

    assert texts(found) == [("=cmd|' /C calc'!A0", "A"), ("nul gone", "B"), ("🚲👨‍👩‍👧‍👦", "C")]


def test_ten_thousand_characters_are_one_cell() -> None:
    assert texts(table(f"text,who\n{'a' * 10_000},B\n")) == [("a" * 10_000, "B")]


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_file() -> None:
    told = refusal('text,who\n"open,A\n' + "x,y\n" * 50_000)

    assert "from row 2 on" in told
    assert "never closed" in told


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<!DOCTYPE html><table><tr><td>Antwort</td></tr></table>", "is a web page, whatever its name"),
        (b"\xef\xbb\xbf{\\rtf1 Antwort\\par Gut}", "is a text document (RTF)"),
        (b"WEBVTT\n\n00:00.000 --> 00:01.000\nGut\n", "Import it with the interviews"),
        (b"", "is empty"),
        (b"  \n ", "is empty"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (made_ole("Workbook"), "is an old Excel workbook (.xls). Save it as .xlsx or CSV."),
        (
            made_ole("DataSpaces", "EncryptedPackage"),
            "is locked with a password. Open it, take the password off",
        ),
        (
            made_ole("WordDocument", "Workbook"),
            "is an old Word document (.doc). If a table stands in it, save that",
        ),
        (made_ole("__properties_version1.0"), "is an e-mail of Outlook (.msg)"),
        (made_ole("PowerPoint Document"), "is an old PowerPoint presentation (.ppt)"),
        (made_ole("Contents"), "is an old Office file"),
        (b"\x1f\x8b\x08" + b"\0" * 60, "gzip"),
        (b"\x7fELF" + bytes(range(256)) * 4, "not readable as a table"),
        (b"a" * 1_000_001, "this is no table"),
        (",".join(f"c{n}" for n in range(MOST_COLUMNS + 1)).encode(), "201 columns"),
    ],
)
def test_what_is_no_table_is_refused_in_words(data: bytes, words: str) -> None:
    assert words in refusal(data)


def test_a_head_without_rows_is_a_table_without_rows() -> None:
    assert texts(table("text,who\n")) == []
    with pytest.raises(TableError, match="names of columns, but no rows below them"):
        open_filled(io.BytesIO(b"text,who\n\n"), "reviews.csv")


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40)), max_size=8))
def test_what_a_spreadsheet_writes_comes_back(rows: list[tuple[str, str]]) -> None:
    from studies.tables import tidy

    rows = [(tidy(a), tidy(b)) for a, b in rows]
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows([("text", "who"), *rows])

    assert texts(table(file.getvalue())) == [row for row in rows if any(row)]


@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_or_a_refusal(data: bytes) -> None:
    for name in ("answers.csv", "answers.jsonl"):
        with contextlib.suppress(TableError):
            assert all(row.error or set(row.cells) for row in table(data, name).rows())


# --- JSON lines --------------------------------------------------------------------------------------
def test_json_lines_flatten_objects_and_tell_bad_lines() -> None:
    lines = [
        json.dumps({"text": "Broke", "by": {"name": "Ada", "tags": ["a", "b"]}, "stars": 2, "paid": True}),
        "{not json",
        "[1, 2]",
        "",
        json.dumps({"text": None, "by": {"name": "Bo"}, "new": 1}),
        '{"text": "half \\ud83d pair", "stars": NaN}',
    ]
    found = table("\n".join(lines), "t.jsonl")

    assert found.head == ("text", "by.name", "by.tags", "stars", "paid", "new")
    assert [(row.number, row.error) for row in found.rows()] == [
        (1, ""),
        (2, "is not a JSON object"),
        (3, "is not a JSON object"),
        (5, ""),
        (6, "is not a JSON object"),
    ]
    assert texts(found)[0] == ("Broke", "Ada", "a; b", "2", "yes", "")


def test_a_json_list_and_deep_nests_are_refused_in_words() -> None:
    deep = "{" + '"a":{' * 5000 + "}" * 5001

    assert "one object a line" in refusal('[{"text": "a"}]', "t.json")
    assert "one object a line" in refusal(deep, "t.jsonl")


# --- XLSX --------------------------------------------------------------------------------------------
def test_a_workbook_reads_like_a_csv() -> None:
    data = workbook(
        [None], ["Text\u00a0", "Stars", "On"], ["Great 🚲", 5.0, date(2026, 5, 1)], ["=1+1", None, True]
    )
    found = table(data, "t.xlsx")

    assert found.head == ("Text", "Stars", "On")
    assert [(row.number, tuple(row.cells.values())) for row in found.rows()] == [
        (3, ("Great 🚲", "5", "2026-05-01")),
        (4, ("", "", "yes")),
    ]


def test_hidden_sheets_are_not_read() -> None:
    book = Workbook()
    book.active.append(["secret"])
    book.active.sheet_state = "hidden"
    book.create_sheet("Open").append(["text"])
    file = io.BytesIO()
    book.save(file)

    assert table(file.getvalue(), "t.xlsx").head == ("text",)


def test_a_workbook_says_which_sheet_is_read_and_that_there_are_others() -> None:
    """A cover sheet before the answers is no table."""
    book = Workbook()
    book.active.title = "Cover"
    book.active.append(["Customers 2026"])
    answers = book.create_sheet("Answers")
    answers.append(["text"])
    answers.append(["Great"])
    file = io.BytesIO()
    book.save(file)

    with pytest.raises(TableError, match="no rows below them") as told:
        open_filled(file, "t.xlsx")
    assert str(told.value).endswith("(sheet “Cover”, the first of 2 that can be seen).")
    assert table(workbook(["text"], ["Great"]), "t.xlsx").notes == ("sheet “Answers”",)


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    file = io.BytesIO(workbook(["text"], ["a"]))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet9.xml", b"0" * (64 * 1024 * 1024))

    assert "unpacks to" in refusal(file.getvalue(), "bomb.xlsx")


@pytest.mark.timeout(60)
def test_a_hundred_thousand_cell_formats_are_refused_and_not_read() -> None:
    """Packed they are 300 kB; reading them took half a minute."""
    formats = b"".join(b'<xf numFmtId="%d" fontId="0" fillId="0" borderId="0"/>' % n for n in range(100_000))
    heavy = _repacked(
        workbook(["text"], ["a"]),
        "xl/styles.xml",
        lambda xml: xml.replace(b"</cellXfs>", formats + b"</cellXfs>"),
    )

    assert "too many cell formats" in refusal(heavy, "formats.xlsx")


def test_the_list_of_texts_is_bounded_whatever_it_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.BytesIO(workbook(["text"], ["a"]))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/words.xml", b"<?xml version='1.0'?><sst>" + b"0" * 2_000)
    monkeypatch.setattr("studies.tables.workbook.MOST_WORDS", 1_000)

    assert "unpacks to" in refusal(file.getvalue(), "words.xlsx")


def test_entities_in_a_workbook_are_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')

    assert "definitions" in refusal(packed.getvalue(), "t.xlsx")


def test_other_packed_files_and_damaged_workbooks_are_refused() -> None:
    whole = workbook(["text"], ["a"])

    assert "damaged" in refusal(whole[: len(whole) // 2], "t.xlsx")


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ("word/document.xml", "a Word document"),
        ("project.qde", "a project of another coding tool (REFI-QDA)"),
        ("content.xml", "an OpenDocument file"),
        ("Index/Document.iwa", "a document of Pages, Numbers or Keynote"),
        ("photo.jpg", "a zip archive"),
    ],
)
def test_what_else_is_packed_is_called_what_it_is(part: str, kind: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(part, "<x/>")

    assert f"is {kind}, not an Excel workbook." in refusal(packed.getvalue(), "reviews.xlsx")


def _repacked(whole: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info.filename, change(data) if info.filename == part else data)
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.timeout(60)
def test_a_row_that_is_numbered_beyond_every_sheet_is_refused_and_not_counted_up_to() -> None:
    far = _repacked(workbook(["text"], ["a"]), SHEET, lambda xml: xml.replace(b'r="2"', b'r="999999999999"'))

    assert "numbers its rows beyond 1,048,576" in refusal(far, "far.xlsx")


def test_a_text_that_the_workbook_does_not_hold_is_damage() -> None:
    lost = _repacked(
        workbook(["text"], ["a"]),
        SHEET,
        lambda xml: xml.replace(b't="inlineStr"><is><t>a</t></is>', b't="s"><v>99</v>'),
    )

    assert "damaged" in refusal(lost, "lost.xlsx")


@pytest.mark.parametrize("part", ["xl/workbook.xml", SHEET])
def test_bytes_that_do_not_unpack_are_damage(part: str) -> None:
    whole = bytearray(workbook(["text"], ["a"]))
    with zipfile.ZipFile(io.BytesIO(whole)) as packed:
        start = packed.getinfo(part).header_offset + 30 + len(part)
    whole[start : start + 40] = b"\xff" * 40

    assert "damaged" in refusal(bytes(whole), "torn.xlsx")


def test_a_head_of_half_a_million_names_is_refused_before_the_names_are_compared() -> None:
    assert "499,999 columns; at most 200" in refusal("a," * 499_998 + "a\nb", "wide.csv")
