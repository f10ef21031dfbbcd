"""Tables of survey answers as people have them, and as nobody should."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.surveys.table import (
    NO_ANSWER,
    Checked,
    Column,
    TooManyRows,
    Trouble,
    check,
    contradictions,
    guessed,
    items_of,
    respondent_key,
    suggestion,
)
from studies.tables import Row, open_table

HEAD = "respondent;segment;imp__ride.arrive dry;sat__ride.arrive dry;with__ride.arrive dry\n"


def read(text: str, encoding: str = "utf-8", **more: Any) -> Checked:
    table = open_table(io.BytesIO(text.encode(encoding)), "answers.csv")
    return check(table.rows(), {name: guessed(name) for name in table.head}, prefix="f", **more)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_dialect_reads_the_same(encoding: str, separator: str, ending: str) -> None:
    text = (HEAD + "7;Städter;5;2,0;like\n8;Dörfler;4.0;Weiß nicht;n/a\n").replace(";", separator)

    found = read(text.replace("\n", ending), encoding)

    item = "ride.arrive dry"
    assert found.answers == {
        "7": ("Städter", {item: {"imp": 5, "sat": 2, "with": "like"}}),
        "8": ("Dörfler", {item: {"imp": 4}}),
    }
    assert (found.rows, found.faulty, found.troubles) == (2, 0, [])


def test_no_break_spaces_in_headings_do_not_hide_the_convention() -> None:
    found = read("imp__arrive\N{NO-BREAK SPACE}dry,\N{NO-BREAK SPACE}sat__arrive dry\n5,1\n")

    assert found.answers == {"f-2": ("", {"arrive dry": {"imp": 5, "sat": 1}})}


def test_rows_of_another_scale_are_counted_apart_from_other_errors() -> None:
    found = read("imp__a,sat__a\n8,10\n5,x\n9,5\n4,2\n")

    assert (len(found.answers), found.faulty, found.off_scale) == (1, 3, 2)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("6", "“6” is outside the scale from 1 to 5."),
        ("0", "“0” is outside the scale from 1 to 5."),
        ("-3", "“-3” is outside the scale from 1 to 5."),
        ("4,5", "“4,5” is no whole number; ratings are 1, 2, 3, 4 or 5."),
        ("7 - very important", "“7 - very important” is outside the scale from 1 to 5."),
        ("4 to 5", "“4 to 5” is words, not a number from 1 to 5."),
        ("very important", "“very important” is words, not a number from 1 to 5."),
        ("=1+1", "“=1+1” is words, not a number from 1 to 5."),
        ("1e0", "“1e0” is words, not a number from 1 to 5."),
        ("٣", "“٣” is words, not a number from 1 to 5."),
        ("inf", "“inf” is words, not a number from 1 to 5."),
    ],
)
def test_what_is_no_rating_is_said_with_its_row_and_column(cell: str, words: str) -> None:
    found = read(f"imp__a;sat__a\n5;5\n{cell};3\n")

    assert found.troubles == [Trouble(3, "imp__a", words)]
    assert (found.rows, found.faulty, len(found.answers)) == (2, 1, 1)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("5 - very important", 5),
        ("1 = überhaupt nicht wichtig", 1),
        ("2. Rather not", 2),
        ("(3) teils/teils", 3),
        ("4 important", 4),
        ("Very important (5)", 5),
        ("sehr zufrieden: 5", 5),
    ],
)
def test_a_number_with_words_beside_it_is_read_and_told(cell: str, value: int) -> None:
    found = read(f"imp__a\n{cell}\n4\n")

    assert found.answers["f-2"] == ("", {"a": {"imp": value}})
    assert (found.labels, found.faulty) == ({cell: value}, 0)


def test_a_scale_in_words_is_read_as_a_person_says_it() -> None:
    table = "imp__a;sat__a\nSehr wichtig;3\nnicht  WICHTIG;2\nweder noch;1\n4;kein Urteil\n"
    scale = {"sehr wichtig": 5, "nicht wichtig": 1, "kein urteil": NO_ANSWER}

    unsaid, said = read(table), read(table, scale=scale)

    assert unsaid.scale_words == ["Sehr wichtig", "nicht  WICHTIG", "weder noch", "kein Urteil"]
    assert (unsaid.faulty, said.faulty, said.troubles[0].row) == (4, 1, 4)
    assert [given["a"] for _, given in said.answers.values()] == [
        {"imp": 5, "sat": 3},
        {"imp": 1, "sat": 2},
        {"imp": 4},
    ]


def test_a_number_is_never_read_as_another_one() -> None:
    assert read("imp__a\n5\n7\n", scale={"5": 1, "7": 5}).answers == {"f-2": ("", {"a": {"imp": 5}})}


def test_sentences_are_no_scale() -> None:
    found = read("imp__a\n" + "".join(f"Because {letter}\n" for letter in "abcdefghijklmnopqrstuvwxyz"))

    assert (found.scale_words, found.faulty) == ([], 26)


def test_what_says_that_there_is_no_answer_is_none() -> None:
    cells = ("99 - don’t know", "5 = keine Angabe", "weiß nicht", "Prefer not to say", "K. A.", "n/a")
    found = read("imp__a\n" + "\n".join(cells) + "\n")

    assert (found.empty, found.faulty, found.answers) == (6, 0, {})


def test_kano_answers_are_known_as_they_are_commonly_printed() -> None:
    cells = ("1 - I like it that way", "It must be that way", "I am neutral", "I can live with it that way")
    found = read("with__a\n" + "\n".join((*cells, "1 = Das würde mich sehr stören")) + "\n")

    given = [answers["a"]["with"] for _, answers in found.answers.values()]
    assert given == ["like", "must_be", "neutral", "live_with", "dislike"]


def test_a_kano_answer_may_be_a_word_a_number_or_a_sentence_of_our_page() -> None:
    cells = ("like", "2", "I do not mind", "live with", "Das würde mich stören")
    found = read("with__a\n" + "\n".join(cells) + "\nlove\n")

    given = [answers["a"]["with"] for _, answers in found.answers.values()]
    assert given == ["like", "must_be", "neutral", "live_with", "dislike"]
    assert "none of the five Kano answers" in found.troubles[0].words


def test_the_same_respondent_twice_is_counted_and_the_last_row_holds() -> None:
    found = read(HEAD + "7;;5;1;\n8;;;;\n7;;3;3;\n")

    assert (found.repeated, found.empty, found.rows) == (1, 1, 3)
    assert found.answers == {"7": ("", {"ride.arrive dry": {"imp": 3, "sat": 3}})}


def test_ids_that_name_somebody_become_codes_and_stay_the_same_person() -> None:
    found = read(HEAD + "Ruth@example.org;;5;1;\nruth@example.org;;4;1;\nRuth Meyer;;4;1;\nR-17;;1;1;\n")

    assert (found.coded, found.repeated, "R-17" in found.answers) == (3, 1, True)
    assert not any("ruth" in key.casefold() for key in found.answers)
    assert respondent_key("0b5f1c9e-77aa-4f0e-9c55-0a3c9d1f2e11").startswith("0b5f")


def test_the_code_of_an_address_cannot_be_found_out_from_a_list_of_addresses(settings: Any) -> None:
    here = respondent_key("ruth@example.org")
    settings.SECRET_KEY = "the secret of another installation"

    assert here != respondent_key("ruth@example.org")
    assert here != f"r-{hashlib.sha256(b'ruth@example.org').hexdigest()[:16]}"


def test_a_row_that_does_not_fit_the_head_is_an_error_of_that_row() -> None:
    found = read("imp__a,sat__a\n5,1,3\n4,2\n")

    assert (found.faulty, found.troubles[0].row) == (1, 2)
    assert list(found.answers) == ["f-3"]


def test_too_many_rows_are_refused_and_many_errors_are_counted_but_not_all_kept() -> None:
    with pytest.raises(TooManyRows):
        read("imp__a\n" + "5\n" * 11, at_most=10)
    found = read("imp__a\n" + "9\n" * 80)
    assert (found.faulty, len(found.troubles)) == (80, 50)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("imp__step.outcome", Column("imp", "step.outcome")),
        ("SAT__ Arrive dry", Column("sat", "Arrive dry")),
        ("importance__x", Column("imp", "x")),
        ("Respondent_ID", Column("respondent")),
        ("Segment", Column("segment")),
        ("E-Mail", Column("respondent")),
        ("ResponseId", Column("respondent")),
        ("important", Column()),
        ("imp__", Column()),
        ("How important is it? › Arrive dry", Column("imp", "Arrive dry")),
        ("Q2_1 › Wie zufrieden sind Sie? - Trocken ankommen", Column("sat", "Trocken ankommen")),
        ("How satisfied are you today? [Arrive dry]", Column("sat", "Arrive dry")),
        ("Wichtigkeit: Trocken ankommen", Column("imp", "Trocken ankommen")),
        ("Q7 › sat__ride.arrive dry", Column("sat", "ride.arrive dry")),
        ("How important is rain?", Column()),
    ],
)
def test_columns_are_recognised_by_their_names(name: str, column: Column) -> None:
    assert guessed(name) == column


def test_a_job_is_suggested_for_equal_words_only() -> None:
    known = {"arrive dry": 7}

    assert [
        suggestion(item, known) for item in ("Arrive  dry!", "ride.to arrive dry", "q3 to arrive dry")
    ] == [
        7,
        7,
        7,
    ]
    assert suggestion("Q2_1 › What of these? - Arrive dry", known) == 7
    assert suggestion("arrive", known) is None


def test_a_mapping_that_says_one_thing_twice_or_nothing_is_impossible() -> None:
    assert contradictions({"a": Column(), "b": Column("respondent")}) == [
        "No column holds importance, satisfaction or a Kano answer yet."
    ]
    twice = {"a": Column("imp", "x"), "b": Column("imp", "x"), "c": Column("sat", "x")}
    assert contradictions(twice) == ["“a” and “b” say the same: choose one of them."]
    assert items_of(twice | {"d": Column("imp", "y")}) == ["x", "y"]


@given(st.lists(st.text(max_size=12), min_size=1, max_size=5))
def test_whatever_stands_in_a_cell_it_is_an_answer_a_gap_or_an_error(cells: list[str]) -> None:
    rows = [Row(number, {"imp__a": cell}) for number, cell in enumerate(cells, 2)]

    found = check(rows, {"imp__a": guessed("imp__a")}, prefix="f")

    assert found.rows == len(found.answers) + found.empty + found.faulty
