"""The slides, read back: titles, every number with its note, native tables and described drawings."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.util import Inches

from jobs.papers.content import board_paper
from jobs.papers.slides import write_slides
from jobs.papers.tree import Paper, Said, letter_of, printable
from tests.jobs.test_paper_content import figures, material, standing
from tests.jobs.test_paper_pdf import HOSTILE, a_paper, bare


def read(paper: Paper) -> Any:
    return Presentation(io.BytesIO(write_slides(paper)))


def texts(slide: Any) -> Iterator[str]:
    for shape in slide.shapes:
        if shape.has_text_frame:
            yield shape.text_frame.text
        if shape.has_table:
            yield from (cell.text_frame.text for row in shape.table.rows for cell in row.cells)


def text_of(deck: Any) -> str:
    return bare(" ".join(text for slide in deck.slides for text in texts(slide)))


def groups(deck: Any) -> list[Any]:
    return [s for slide in deck.slides for s in slide.shapes if s.shape_type == MSO_SHAPE_TYPE.GROUP]


def test_the_slides_hold_the_numbers_and_notes_of_the_tree() -> None:
    paper = a_paper("It died on the way.")

    text = text_of(read(paper))

    told = asdict(paper)
    told["jobs"] = [job | {"bars": []} for job in told["jobs"]]  # drawn in the PDF only
    assert [f for f in figures(told) if bare(f["text"] + letter_of(f["mark"])) not in text] == []
    for part in (paper.summary, paper.ranking, *paper.jobs, paper.method, paper.limits):
        assert [note for note in part.notes if bare(note) not in text] == []


def test_what_is_not_ranked_and_not_known_is_on_the_slides_too() -> None:
    rows = [standing(1), standing(None, "Fly", gate="Needs more evidence: 2 interviews hold this job.")]

    deck = read(board_paper(material(*rows)))

    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    ranking, gated, job = (list(texts(deck.slides[place])) for place in (2, 3, 4))
    assert titles[3:5] == ["Not ranked: more evidence is needed", "1  Get job 1 done"]
    assert any(text.endswith("90 % known") for text in ranking)
    assert "Fly\nHeard in 7 of 12 interviews (32 to 81 %)a. Needs more evidence: 2 interviews" in " ".join(
        gated
    )
    assert [text for text in gated if "n = " in text and "\n" in text] == []  # one note, the one it needs
    assert any(text.endswith("Not known and left out, never counted as zero: strategic fit.") for text in job)


def test_each_slide_has_a_title_of_its_own() -> None:
    rows = [standing(rank) for rank in range(1, 30)]

    titles = [slide.shapes.title.text_frame.text for slide in read(board_paper(material(*rows))).slides]

    assert titles[:3] == ["The second car", "Summary", "The ranking"]
    assert len(set(titles)) == len(titles)
    assert all(titles)


def test_intervals_are_groups_of_shapes_with_a_description() -> None:
    drawn = groups(read(a_paper("It died.")))

    described = {shape._element.xpath("./*/p:cNvPr")[0].get("descr") for shape in drawn}
    assert "Rank 1; 90 % of simulated ranks: 1 to 4, of 4." in described
    assert all(len(shape.shapes) == 5 for shape in drawn)


def test_the_ranking_is_a_table_that_can_be_edited() -> None:
    deck = read(a_paper())

    [table] = [shape.table for shape in deck.slides[2].shapes if shape.has_table]
    assert [cell.text_frame.text for cell in table.rows[0].cells][:2] == ["Rank", "Job"]
    assert len(table.rows) == 3


@pytest.mark.parametrize("words", [*HOSTILE, "bell \x07 and null-like \x01"])
def test_hostile_words_stay_words(words: str) -> None:
    text = text_of(read(a_paper(words, statement=words, study=words, question=words)))

    assert bare(printable(words)) in text


def test_long_words_take_more_room_and_are_never_cut() -> None:
    statement = " ".join(f"word{place}" for place in range(45))
    quote = " ".join(f"said{place}" for place in range(120))

    deck = read(a_paper(quote, statement=statement))

    text = text_of(deck)
    assert text.count(bare(statement)) >= 3
    assert bare(quote) in text


def test_nothing_stands_beyond_the_edge_of_a_slide() -> None:
    rows = [
        standing(rank, rank_low=1, rank_high=60, statement="A long statement " * 12) for rank in range(1, 61)
    ]

    deck = read(board_paper(material(*rows)))

    wrong = [
        (slide.slide_id, shape.name)
        for slide in deck.slides
        for shape in slide.shapes
        if shape.left < 0
        or shape.left + shape.width > deck.slide_width + Inches(0.01)
        or shape.top + shape.height > deck.slide_height + Inches(0.01)
    ]
    assert wrong == []


def test_many_facts_under_a_long_reason_end_above_the_notes() -> None:
    worth = {"worth.0": 1000, "worth.1": 25000, "worth.2": 90000, "values.fit": 0.5, "raters.fit": 2}
    asked = {"source": "survey", "respondents.City": 20, "directional": True, "contributions.fit": 5.0}
    rows = [standing(1, **worth, **asked), standing(2, "Bring each of the children where it has to be " * 5)]

    slide = read(board_paper(material(*rows))).slides[3]

    [facts] = [shape for shape in slide.shapes if shape.has_table]
    [notes] = [
        shape for shape in slide.shapes if shape.has_text_frame and shape.text_frame.text[:6] == "a Poin"
    ]
    letters = [
        max(run.font.size for cell in row.cells for run in cell.text_frame.paragraphs[0].runs)
        for row in facts.table.rows
    ]
    tall = sum(
        max(row.height, 1.2 * size + Inches(0.06))
        for row, size in zip(facts.table.rows, letters, strict=True)
    )
    assert len(letters) == 9
    assert facts.top + tall <= notes.top


def test_quotes_carry_their_language() -> None:
    said = Said("Das Auto war kaputt.", "Anna", "8:32", against=False, language="de")

    deck = read(board_paper(material(standing(1), quotes={1: [said]})))

    runs = [
        run._r.rPr.get("lang")
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_text_frame
        for paragraph in shape.text_frame.paragraphs
        for run in paragraph.runs
        if "kaputt" in run.text
    ]
    assert runs == ["de"]
