"""The workbook, read back: every sheet, no formulas, no addresses, nobody who withdrew consent."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from openpyxl import load_workbook

from interviews.models import Element
from jobs.actions import priorities
from jobs.models import Survey
from jobs.papers.tree import Sheet
from jobs.papers.workbook import LONGEST, write_workbook
from jobs.queries.papers import material_of
from jobs.queries.workbook import sheets_of
from studies.access import StudyAccess
from studies.roles import Role
from tests.jobs.test_priorities import held_by

SHEETS = [
    "Ranking",
    "Criteria",
    "Ratings",
    "Evidence",
    "Groups",
    "Interviews × jobs",
    "Weights and goals",
    "Surveys",
    "Sources and method",
]


def book_of(access: StudyAccess) -> Any:
    material = material_of(access.study, priorities.ranking(access), None, top=5)
    return load_workbook(io.BytesIO(write_workbook(sheets_of(access.study, material), title="Numbers")))


def rows(book: Any, title: str) -> list[tuple[Any, ...]]:
    """Without the note and the heading."""
    return [tuple(cell.value for cell in row) for row in book[title].iter_rows(min_row=3)]


def every_text(book: Any) -> str:
    return " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)


def test_all_that_the_ranking_stands_on_is_there(owner: StudyAccess, as_role: Any) -> None:
    job, reviewer = held_by(owner, 3, verbatim="We were late"), as_role(Role.REVIEWER)
    priorities.rate(reviewer, job=job, criterion="business", value=3, reason="Large")

    book = book_of(owner)

    assert book.sheetnames == SHEETS
    [ranked] = rows(book, "Ranking")
    assert ranked[:4] == (1, "Job of 3", 1, 1)
    assert ranked[7:9] == (3, 3)
    assert ranked[15] is None
    assert (book["Ranking"]["J3"].number_format, book["Ranking"]["I3"].number_format) == (
        "#,##0.00",
        "General",
    )
    [rated] = rows(book, "Ratings")
    assert rated[:5] == ("Job of 3", "Business potential", reviewer.user.first_name, 3, "Large")
    assert (book["Ratings"]["F3"].is_date, book["Ratings"]["D3"].value) == (True, 3)
    assert {row[:2] for row in rows(book, "Interviews × jobs")} == {("Job of 3", 3)}
    assert [row[4] for row in rows(book, "Criteria") if row[1] == "Strategic fit"] == [None]
    assert len(rows(book, "Groups")) == 3


def test_every_criterion_says_what_it_was_counted_from(owner: StudyAccess) -> None:
    job = held_by(owner, 4)
    for criterion, value in (("importance", 5), ("satisfaction", 1), ("fit", 2)):
        priorities.rate(owner, job=job, criterion=criterion, value=value)

    counted = {row[1]: row[5:] for row in rows(book_of(owner), "Criteria")}

    assert counted == {
        "Heard in": (4, "interviews"),
        "Opportunity": (1, "colleagues"),
        "Struggle": (4, "interviews"),
        "Business potential": (None, "colleagues"),
        "Strategic fit": (1, "colleagues"),
        "Feasibility": (None, "colleagues"),
    }


def test_each_sheet_has_a_frozen_heading_and_a_filter(owner: StudyAccess) -> None:
    held_by(owner, 3)
    for sheet in book_of(owner):
        assert (sheet.freeze_panes, sheet.auto_filter.ref[:3]) == ("A3", "A2:")
        assert re.search(r"\b20\d\d-\d\d-\d\d\.$|^n = 3 interviews, 20", sheet["A1"].value)
        assert sheet["A2"].font.bold


@pytest.mark.parametrize("words", ["=1+1", "@SUM(A1)", "+49 30", "-2", "\t=cmd", "  =HYPERLINK(1)"])
def test_words_never_become_formulas(words: str) -> None:
    sheet = Sheet("Words", words, (("Words", 20),), [(words,)])

    book = load_workbook(io.BytesIO(write_workbook([sheet], title="x")))

    cell = book["Words"]["A3"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (words, "s", True)


def test_characters_and_lengths_that_no_cell_holds_do_not_break_the_file() -> None:
    sheet = Sheet(
        "Words",
        "note",
        (("Words", 20),),
        [("bell \x07 here",), ("x" * (LONGEST + 9),), ("😀 ű",), (float("inf"),)],
    )

    book = load_workbook(io.BytesIO(write_workbook([sheet], title="x")))

    found = [row[0].value for row in book["Words"].iter_rows(min_row=3)]
    assert found[0] == "bell \ufffd here"
    assert (len(found[1]), found[1][-11:]) == (LONGEST, "characters)")
    assert found[2:] == ["😀 ű", None]


def test_nobody_who_withdrew_consent_is_quoted_or_named(owner: StudyAccess) -> None:
    job = held_by(owner, 3, verbatim="We were late")
    member = job.members.select_related("interview__participant")[0]
    gone = member.interview.participant
    gone.consent, gone.pseudonym = "withdrawn", "Zacharias"
    gone.save()
    Element.objects.filter(interview=member.interview).update(verbatim="Take this out")
    member.statement = "Take this out too"
    member.save()

    book = book_of(owner)

    text = every_text(book)
    assert ("Zacharias" in text, "Take this out" in text) == (False, False)
    assert rows(book, "Ranking")[0][7:9] == (3, 3)
    assert rows(book, "Interviews × jobs")[0][-1] == 1


def test_addresses_and_secrets_stay_inside(owner: StudyAccess) -> None:
    job = held_by(owner, 3)
    owner.user.first_name, owner.user.username = "", "ruth@example.org"
    owner.user.save()
    priorities.rate(owner, job=job, criterion="fit", value=2)
    survey = Survey.objects.create(study=owner.study, name="Importance", state="open")

    text = every_text(book_of(owner))

    assert ("@" in text, survey.token in text) == (False, False)
    assert rows(book_of(owner), "Ratings")[0][2] == "A colleague"


def test_respondents_are_counted_apart_by_segment(owner: StudyAccess) -> None:
    job = held_by(owner, 3)
    survey = Survey.objects.create(study=owner.study, name="Importance", state="closed")
    survey.items.create(study=owner.study, job=job, key="a", wording={"en": "Be on time"})
    for place, (segment, imp) in enumerate([("City", 5), ("City", 4), ("", 2)]):
        survey.responses.create(
            study=owner.study, respondent=f"r{place}", segment=segment, answers={"a": {"imp": imp}}
        )

    assert rows(book_of(owner), "Surveys") == [
        ("Job of 3", None, 1, 2, 0, None),
        ("Job of 3", "City", 2, 4.5, 0, None),
    ]
