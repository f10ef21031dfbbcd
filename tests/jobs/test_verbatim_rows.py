"""A row becomes a verbatim, or says why not."""

from __future__ import annotations

from datetime import date

import pytest

from jobs.verbatim_rows import Refused, Said, guess, key_of, read, taken, wordless
from studies.tables import Row

MAPPING = {"text": "Review", "segment": "Plan", "date": "Day", "order": "day"}


def row(text: str = "Fine", plan: str = "A", day: str = "") -> Row:
    return Row(2, {"Review": text, "Plan": plan, "Day": day})


def test_a_row_becomes_a_verbatim() -> None:
    said = read(row("Fine  bike", " A  b ", "31.12.2025"), MAPPING)

    assert said == Said(2, "Fine  bike", key_of("fine bike"), "A b", date(2025, 12, 31))


@pytest.mark.parametrize(
    ("day", "order", "meant"),
    [
        ("3/4/2026", "day", date(2026, 4, 3)),
        ("3/4/2026", "month", date(2026, 3, 4)),
        ("2026-04-03", "", date(2026, 4, 3)),
        ("3.4.2026", "", date(2026, 4, 3)),
        ("4/4/2026", "", date(2026, 4, 4)),
        ("31/12/2026", "", date(2026, 12, 31)),
    ],
)
def test_a_date_with_two_meanings_needs_somebodys_word(day: str, order: str, meant: date) -> None:
    said = read(row(day=day), MAPPING | {"order": order})
    undecided = read(row(day="3/4/2026"), MAPPING | {"order": ""})

    assert isinstance(said, Said)
    assert said.said_on == meant
    assert str(undecided) == (
        "Row 2, column “Day”: “3/4/2026” has two meanings: say whether the day or the month comes first"
    )


def test_an_empty_text_is_no_verbatim_and_no_error() -> None:
    assert read(row(""), MAPPING) is None


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (Row(7, {}, "has 3 cells, but there are 2 columns"), "Row 7: has 3 cells, but there are 2 columns"),
        (row("a" * 10_001), "Row 2, column “Review”: 10,001 characters; at most 10,000 are read"),
        (row(day="32.12.2025"), "Row 2, column “Day”: “32.12.2025” is no date"),
        (
            row(day="12/31/2025"),
            "Row 2, column “Day”: “12/31/2025” is no date with the day first, but one with the month first",
        ),
        (
            row(day="45781.5"),
            "Row 2, column “Day”: “45781.5” is how Excel counts days: format it as a date and save it again",
        ),
    ],
)
def test_what_cannot_be_read_says_why(found: Row, reason: str) -> None:
    refused = read(found, MAPPING)

    assert isinstance(refused, Refused)
    assert str(refused) == reason


def test_a_row_with_a_wrong_date_only_is_taken_without_it_where_somebody_said_so() -> None:
    refused = read(row("Fine", "A", "never"), MAPPING)

    assert isinstance(refused, Refused)
    assert taken(refused, MAPPING) is None
    assert taken(refused, MAPPING | {"faulty": "keep"}) == Said(2, "Fine", key_of("fine"), "A", None)
    assert taken(Refused(2, "Review", "too long"), MAPPING | {"faulty": "keep"}) is None


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["5", "4", "3,5", "-1"], True),
        (["A-1042", "TICKET7", "de", ""], True),
        (["2026-05-01", "12:30"], True),
        (["expensive", "price", "5"], False),
        (["很好", "좋아요"], False),
        (["Zu teuer.", "7"], False),
        ([], False),
        (["", ""], False),
        (["4"] * 19 + ["fine", ""], True),
    ],
)
def test_numbers_and_codes_are_no_words(texts: list[str], expected: bool) -> None:
    assert wordless(texts) == expected


def test_ten_thousand_characters_are_read() -> None:
    assert isinstance(read(row("a" * 10_000), MAPPING), Said)


def test_columns_are_guessed_by_name_and_by_length() -> None:
    rows = [Row(2, {"id": "1", "Antwort": "Sehr gut", "Datum": "12/31/2026", "Land": "DE"})]
    unnamed = [Row(2, {"a": "1", "b": "a long sentence that somebody wrote"})]

    assert guess(("id", "Antwort", "Datum", "Land"), rows) == {
        "text": "Antwort",
        "segment": "Land",
        "date": "Datum",
    }
    assert guess(("a", "b"), unnamed) == {"text": "b", "segment": "", "date": ""}


@pytest.mark.parametrize(
    ("head", "guessed"),
    [
        (("Kundennr.", "Freitext", "Kundengruppe", "Kaufdatum"), ("Freitext", "Kundengruppe", "Kaufdatum")),
        (("Produktbewertung", "Land", "Warengruppe"), ("Produktbewertung", "Land", "")),
        (("candidate", "remark"), ("remark", "", "")),
    ],
)
def test_the_last_part_of_a_german_word_says_what_it_is(
    head: tuple[str, ...], guessed: tuple[str, ...]
) -> None:
    row = dict.fromkeys(head, "12.05.2026") | {"remark": "a long sentence that somebody wrote"}

    found = guess(head, [Row(2, row)])

    assert (found["text"], found["segment"], found["date"]) == guessed


@pytest.mark.parametrize("name", ["Timestamp", "Zeitstempel"])
def test_the_first_column_of_google_forms_is_the_date(name: str) -> None:
    assert guess((name, "Comment"), [Row(2, {name: "5/31/2026 9:12:01", "Comment": "Great"})])["date"] == name


def test_a_column_of_numbers_is_not_taken_for_the_words() -> None:
    rows = [Row(2, {"Bewertung": "4", "Was fehlt?": "Ein Schloss"})]

    assert guess(("Bewertung", "Was fehlt?"), rows)["text"] == "Was fehlt?"


def test_a_column_without_dates_is_no_date() -> None:
    assert guess(("text", "time"), [Row(2, {"text": "a", "time": "soon"})])["date"] == ""
