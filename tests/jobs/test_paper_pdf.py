"""The board paper as PDF: the page holds the numbers of the tree, tagged, and words never become code."""

from __future__ import annotations

import io
import re
from dataclasses import asdict, replace
from typing import Any

import pytest
from pypdf import PdfReader

from jobs.papers.content import board_paper
from jobs.papers.pdf import write_pdf
from jobs.papers.tree import Paper, Said, letter_of
from tests.jobs.test_paper_content import figures, material, standing

HOSTILE = [
    '#eval("1+1") $x^2$ *bold* _it_ `raw` @ref <label>',
    "#import \"@preview/x\" #read('/etc/passwd') \\ // gone /* gone */",
    "= Not a heading\n- not a list\n+ 1. neither",
    '"quotes" \'single\' #{ panic("boom") } [content] ]]) }',
    "<script>alert(1)</script> &amp; --- ... ~",
]


def a_paper(*quotes: str, statement: str = "", **changes: Any) -> Paper:
    said = [Said(text, "Anna", "8:32", against=place % 2 == 1) for place, text in enumerate(quotes)]
    return board_paper(material(standing(1, statement), standing(2), quotes={1: said}, **changes))


def read(paper: Paper) -> PdfReader:
    return PdfReader(io.BytesIO(write_pdf(paper, authors=["Ruth"])))


def text_of(reader: PdfReader) -> str:
    """Everything that can be selected, without spaces: lines break where the page ends."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_the_pages_hold_every_number_of_the_tree() -> None:
    paper = a_paper("It died on the way.")

    text = text_of(read(paper))

    numbers = [figure["text"] + letter_of(figure["mark"]) for figure in figures(asdict(paper))]
    notes = [
        note
        for part in (paper.summary, paper.ranking, *paper.jobs, paper.method, paper.limits)
        for note in part.notes
    ]
    assert [number for number in numbers if bare(number) not in text] == []
    assert [note for note in notes if bare(note) not in text] == []


def test_notes_stand_on_each_page_with_a_number_that_they_explain() -> None:
    """Also where quotes fill pages between the numbers of a job, and the ranking runs over several."""
    rows = [standing(rank, "get to work on time " * 14) for rank in range(1, 31)]
    gated = [standing(None, "sleep " * 40, gate="Heard in too few.") for _ in range(20)]
    quotes = [Said("said often " * 150, f"Anna {place}", "", against=False) for place in range(4)]
    paper = board_paper(material(*rows, *gated, quotes={1: quotes, 2: quotes}))

    reader = read(paper)

    heads = [mark for mark in reader.outline if not isinstance(mark, list)]
    begins = [reader.get_destination_page_number(head) or 0 for head in heads]
    parts = (paper.summary, paper.ranking, *paper.jobs, paper.method, paper.limits)
    pages = [bare(page.extract_text()) for page in reader.pages]
    assert len(begins) == len(parts) < len(pages) / 2
    for part, begin, end in zip(parts, begins, [*begins[1:], len(pages)], strict=True):
        marked = {(each["text"] + letter_of(each["mark"]), each["mark"]) for each in figures(asdict(part))}
        for page in pages[begin:end]:
            needed = {part.notes[mark - 1] for text, mark in marked if bare(text) in page}
            assert [note for note in needed if bare(note) not in page] == []


def test_a_note_stands_once_below_the_ranking_and_the_jobs_without_a_rank() -> None:
    paper = board_paper(material(standing(1), standing(2), standing(None, gate="Heard in too few.")))

    page = next(text for each in read(paper).pages if "Not ranked:" in (text := each.extract_text()))

    assert [bare(page).count(bare(note)) for note in paper.ranking.notes] == [1] * len(paper.ranking.notes)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_shown_letter_for_letter(words: str) -> None:
    paper = a_paper(words, words, statement=words, study=words, question=words, switch=words, frame=words)

    text = text_of(read(paper))

    assert text.count(bare(words)) >= 7


def test_the_document_is_tagged_titled_and_in_english() -> None:
    reader = read(a_paper("It died."))
    root: Any = reader.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]
    assert root["/Lang"] == "en-GB"
    assert (reader.metadata or {})["/Title"] == "The second car: board paper"
    assert b"pdfuaid" in root["/Metadata"].get_data()


@pytest.mark.parametrize(
    "words", ["Größe, Ärger, Maß", "Erdő, űr, Łódź, čeština", "Ελληνικά λόγια", "Русские слова"]
)
def test_scripts_of_europe_are_drawn_and_can_be_selected(words: str) -> None:
    reader = read(a_paper(words))

    assert bare(words) in text_of(reader)
    assert b"pdfuaid" in reader.trailer["/Root"]["/Metadata"].get_data()  # type: ignore[index]


def test_a_script_without_a_font_makes_a_paper_that_says_so() -> None:
    text = text_of(read(a_paper("𒀀𒀁 cuneiform 🛺")))

    assert "Charactersthatcouldnotbedrawn" in text
    assert "cuneiform" in text


def test_control_characters_do_not_stop_the_press() -> None:
    assert "bell" in text_of(read(a_paper("bell \x07 \x01 \ufffe here", statement="tab\tand\x0bfeed")))


def test_long_statements_and_quotes_are_never_cut() -> None:
    statement = " ".join(f"word{place}" for place in range(50))
    quote = " ".join(f"said{place}" for place in range(900))

    reader = read(a_paper(quote, statement=statement))

    text = text_of(reader)
    assert text.count(bare(statement)) >= 3
    assert set(quote.split()) <= set(re.findall(r"said\d+", text))  # notes stand between, where a page ends
    assert all(page.mediabox.width < 596 for page in reader.pages)


def test_two_hundred_jobs_fill_more_pages_under_the_same_heading() -> None:
    rows = [standing(rank, rank_low=max(1, rank - 3), rank_high=min(200, rank + 5)) for rank in range(1, 201)]

    reader = PdfReader(io.BytesIO(write_pdf(board_paper(material(*rows)), authors=[])))

    pages = [page.extract_text() for page in reader.pages]
    assert sum("Among the first 3" in page for page in pages) > 3
    assert "Get job 200 done" in " ".join(pages)


def test_the_same_paper_gives_the_same_bytes() -> None:
    paper = a_paper("It died.")

    assert write_pdf(paper, authors=["Ruth"]) == write_pdf(replace(paper), authors=["Ruth"])
