"""The board paper as slides (PPTX). Pure: real text, tables and shapes, all of which can be edited.

Every slide has a title of its own, drawn intervals are groups with a description, and text is placed by
its estimated height, so that long statements take another slide rather than run off this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

from jobs.papers.shapes import (
    FAINT,
    HEIGHT,
    INK,
    INSIDE,
    MARGIN,
    MUTED,
    TITLE_SLIDE,
    WIDTH,
    add_box,
    add_rule,
    add_run,
    colour_of,
    describe,
    file_of,
    lines_of,
    new_deck,
    new_slide,
    next_paragraph,
    number_slides,
)
from jobs.papers.tree import (
    Entry,
    Fact,
    Figure,
    JobPage,
    Line,
    Paper,
    Part,
    Row,
    Said,
    Table,
    Whisker,
    letter_of,
)

TOP = 1.35  # where the content begins, under the title
NOTE_SIZE, NOTE_LINE = 8, 0.14
ONE_LINE = 28  # signs of a fact in its usual size
HEAD_SIZE, TEXT_SIZE = 14, 12
SUMMED_WIDTH = 8.1


def write_slides(paper: Paper) -> bytes:
    deck = new_deck()
    _title(deck, paper)
    _summary(deck, paper)
    _ranking(deck, paper)
    _gated(deck, paper.ranking)
    for job in paper.jobs:
        _job(deck, job)
    for part in (paper.method, paper.limits):
        _part(deck, part)
    number_slides(deck, paper.title)
    return file_of(deck, f"{paper.title}: board paper")


# --- text -----------------------------------------------------------------------------------------------


def _figure(paragraph: Any, figure: Figure, *, size: float) -> None:
    add_run(paragraph, figure.text, size=size, bold=True)
    mark = add_run(paragraph, letter_of(figure.mark), size=size)
    mark._r.get_or_add_rPr().set("baseline", "30000")


def _line(paragraph: Any, line: Line, *, size: float) -> None:
    for part in line:
        if isinstance(part, str):
            add_run(paragraph, part, size=size)
        else:
            _figure(paragraph, part, size=size)


def _plain(line: Line) -> str:
    return "".join(part if isinstance(part, str) else part.text for part in line)


def _notes(slide: Any, notes: Sequence[str]) -> float:
    """The notes of the slide's numbers at its foot; returns where they begin."""
    height = sum(lines_of(note, INSIDE, NOTE_SIZE) for note in notes) * NOTE_LINE
    top = HEIGHT - 0.5 - height
    frame = add_box(slide, MARGIN, top, INSIDE, height)
    for place, note in enumerate(notes, 1):
        paragraph = next_paragraph(frame)
        add_run(paragraph, letter_of(place), size=NOTE_SIZE, colour=MUTED)._r.get_or_add_rPr().set(
            "baseline", "30000"
        )
        add_run(paragraph, f" {note}", size=NOTE_SIZE, colour=MUTED)
    return top


# --- drawings: groups of native shapes --------------------------------------------------------------------
def _whisker(slide: Any, it: Whisker, last: int, left: float, top: float, width: float) -> None:
    """`top`: the middle of the line."""
    group = slide.shapes.add_group_shape()
    describe(group, f"Rank {it.rank}; 90 % of simulated ranks: {it.low} to {it.high}, of {last}.")

    def x(rank: int) -> float:
        return left + 0.08 + (width - 0.16) * (rank - 1) / max(last - 1, 1)

    add_rule(group, left, top, left + width, top, FAINT, 0.75)
    add_rule(group, x(it.low), top, x(it.high), top, MUTED, 2)
    for end in (it.low, it.high):
        add_rule(group, x(end), top - 0.06, x(end), top + 0.06, MUTED, 2)
    dot = group.shapes.add_shape(
        MSO_SHAPE.OVAL, Inches(x(it.rank) - 0.06), Inches(top - 0.06), Inches(0.12), Inches(0.12)
    )
    dot.fill.solid()
    dot.fill.fore_color.rgb = colour_of(INK)
    dot.line.fill.background()
    dot.shadow.inherit = False


def _axis(slide: Any, last: int, left: float, top: float, width: float) -> None:
    """What the ends of a whisker's line mean, below it; `top`: the middle of the line."""
    for text, alignment in (("rank 1", PP_ALIGN.LEFT), (str(last) if last > 1 else "", PP_ALIGN.RIGHT)):
        paragraph = next_paragraph(add_box(slide, left, top + 0.08, width, 0.14))
        paragraph.alignment = alignment
        add_run(paragraph, text, size=NOTE_SIZE, colour=MUTED)


def _table(slide: Any, rows: int, widths: Sequence[float], top: float, heights: Sequence[float]) -> Any:
    frame = slide.shapes.add_table(
        rows, len(widths), Inches(MARGIN), Inches(top), Inches(sum(widths)), Inches(sum(heights))
    )
    table = frame.table
    table.horz_banding = False
    # "No style, table grid" keeps it readable in black and white
    frame._element.xpath(".//a:tableStyleId")[0].text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Inches(width)
    for row, height in zip(table.rows, heights, strict=True):
        row.height = Inches(height)
    return table


def _cell(table: Any, row: int, column: int, *, right: bool = False) -> Any:
    cell = table.cell(row, column)
    cell.margin_left = cell.margin_right = Inches(0.06)
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = cell.text_frame.paragraphs[0]
    if right:
        paragraph.alignment = PP_ALIGN.RIGHT
    return paragraph


# --- the slides -------------------------------------------------------------------------------------------
def _title(deck: Any, paper: Paper) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_SLIDE])
    slide.placeholders[1]._element.getparent().remove(slide.placeholders[1]._element)
    holder = slide.shapes.title
    holder.left, holder.top, holder.width, holder.height = (
        Inches(each) for each in (MARGIN, 1.5, INSIDE, 1.2)
    )
    add_run(next_paragraph(holder.text_frame), paper.title, size=40, bold=True)
    holder.text_frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    frame = add_box(slide, MARGIN, 2.9, INSIDE, 3.2)
    if paper.question:
        add_run(next_paragraph(frame), paper.question, size=20, italic=True)
    for text in ("", paper.standing, paper.dates):
        add_run(next_paragraph(frame), text or " ", size=16, colour=MUTED)


def _summary(deck: Any, paper: Paper) -> None:
    slide = new_slide(deck, paper.summary.title)
    top = TOP
    for place, entry in enumerate(paper.summary.entries):
        height = _entry_height(entry, SUMMED_WIDTH)
        _entry(add_box(slide, MARGIN, top, SUMMED_WIDTH, height), entry)
        if entry.head and place <= len(paper.ranking.rows[:3]):
            row = paper.ranking.rows[place - 1]
            across = (paper.ranking.last, MARGIN + SUMMED_WIDTH + 0.4, top + 0.3, 3.6)
            _whisker(slide, row.whisker, *across)
            _axis(slide, *across)
        top += height + 0.1
    _notes(slide, paper.summary.notes)


def _entry(frame: Any, entry: Entry) -> None:
    if entry.head:
        add_run(next_paragraph(frame), entry.head, size=HEAD_SIZE, bold=True)
    _line(next_paragraph(frame), entry.text, size=TEXT_SIZE)


def _entry_height(entry: Entry, width: float) -> float:
    head = lines_of(entry.head, width, HEAD_SIZE) * HEAD_SIZE if entry.head else 0
    return 1.15 * (head + lines_of(_plain(entry.text), width, TEXT_SIZE) * TEXT_SIZE) / 72 + 0.1


WIDTHS = (1.35, 4.45, 2.25, 1.1, 1.1, 1.88)
HEADS = (
    "Rank",
    "Job",
    "90 % of simulated ranks, 1\u00a0to\u00a0{last}",
    "Among the first 3",
    "Score",
    "Heard in",
)
STATEMENT_COLUMN, DRAWN_COLUMN = 1, 2
HEAD_HEIGHT = 0.4


def _ranking(deck: Any, paper: Paper) -> None:
    room = HEIGHT - TOP - HEAD_HEIGHT - 0.6 - len(paper.ranking.notes) * NOTE_LINE
    for place, rows in enumerate(_pages(paper.ranking.rows, room)):
        slide = new_slide(deck, "The ranking" if not place else f"The ranking, continued ({place + 1})")
        heights = [HEAD_HEIGHT, *(_height(row) for row in rows)]
        table = _table(slide, len(rows) + 1, WIDTHS, TOP, heights)
        for column, head in enumerate(HEADS):
            text = head.format(last=paper.ranking.last)
            add_run(_cell(table, 0, column, right=column > DRAWN_COLUMN), text, size=10, colour=MUTED)
        for number, row in enumerate(rows, 1):
            _ranked(table, number, row)
        _whiskers(slide, rows, heights, paper.ranking.last)
        _notes(slide, paper.ranking.notes)


def _height(row: Row) -> float:
    return max(0.43, lines_of(row.statement, WIDTHS[STATEMENT_COLUMN], 12) * 0.2 + 0.06)


def _pages(rows: Iterable[Row], room: float) -> Iterable[list[Row]]:
    page: list[Row] = []
    for row in rows:
        if page and sum(map(_height, [*page, row])) > room:
            yield page
            page = []
        page.append(row)
    if page:
        yield page


def _ranked(table: Any, number: int, row: Row) -> None:
    _figure(_cell(table, number, 0), row.place, size=12)
    add_run(_cell(table, number, 1), row.statement, size=12)
    _cell(table, number, DRAWN_COLUMN)
    _figure(_cell(table, number, 3, right=True), row.top3, size=11)
    for column, figure, more in ((4, row.score, row.known), (5, row.heard, row.interval)):
        paragraph = _cell(table, number, column, right=True)
        _figure(paragraph, figure, size=10)
        paragraph.add_line_break()
        add_run(paragraph, more, size=8, colour=MUTED)


def _gated(deck: Any, ranking: Table) -> None:
    """With the notes that these jobs need, marked anew: the others stand below the ranking."""
    marks = {mark: new for new, mark in enumerate(sorted({job.heard.mark for job in ranking.gated}), 1)}
    heard = (Figure(job.heard.text, marks[job.heard.mark]) for job in ranking.gated)
    entries = tuple(
        Entry(job.statement, ("Heard in ", figure, f". {job.reason}"))
        for job, figure in zip(ranking.gated, heard, strict=True)
    )
    notes = tuple(ranking.notes[mark - 1] for mark in marks)
    _part(deck, Part("Not ranked: more evidence is needed", entries, notes))


def _whiskers(slide: Any, rows: Sequence[Row], heights: Sequence[float], last: int) -> None:
    left = MARGIN + sum(WIDTHS[:DRAWN_COLUMN]) + 0.1
    top = TOP + heights[0]
    for row, height in zip(rows, heights[1:], strict=True):
        _whisker(slide, row.whisker, last, left, top + height / 2, WIDTHS[DRAWN_COLUMN] - 0.2)
        top += height


def _job(deck: Any, job: JobPage) -> None:
    slide = new_slide(deck, f"{job.rank}  {job.statement}")
    foot = _notes(slide, job.notes)
    top = _why(slide, job) + 0.2
    _whisker(slide, job.whisker, job.last, MARGIN, top, 5.2)
    _axis(slide, job.last, MARGIN, top, 5.2)
    _facts(slide, job.facts, top + 0.27, foot)
    if job.quotes:
        _quotes(slide, job.quotes, 6.3, top - 0.1, foot)


def _why(slide: Any, job: JobPage) -> float:
    """Why it stands there and what is not known of it; returns where that ends."""
    tall = lines_of(_plain(job.why), INSIDE, 14) * 0.25
    missing = lines_of(job.missing, INSIDE, 11) * 0.2 if job.missing else 0
    frame = add_box(slide, MARGIN, TOP, INSIDE, tall + missing)
    _line(next_paragraph(frame), job.why, size=14)
    if job.missing:
        add_run(next_paragraph(frame), job.missing, size=11, colour=MUTED)
    return TOP + tall + missing


def _facts(slide: Any, facts: Sequence[Fact], top: float, foot: float) -> None:
    """Closer together and smaller where many facts would reach the notes."""
    height = min(0.3, (foot - 0.1 - top) / max(len(facts), 1))
    size = max(NOTE_SIZE, min(12, int((height - 0.06) * 60)))  # a line is 1.2 times as tall as its letters
    table = _table(slide, len(facts), (1.9, 3.6), top, [height] * len(facts))
    table.first_row, table.first_col = False, True
    for row, fact in enumerate(facts):
        add_run(_cell(table, row, 0), fact.label, size=min(size, 11), colour=MUTED)
        value = _cell(table, row, 1)
        _figure(value, fact.value, size=size if len(fact.value.text) < ONE_LINE else min(size, 10))
        if fact.more:
            add_run(value, f"  {fact.more}", size=min(size, 10), colour=MUTED)


def _quotes(slide: Any, quotes: Sequence[Said], left: float, top: float, foot: float) -> None:
    """As large as all of them fit; a quote is never cut."""
    width = WIDTH - MARGIN - left
    size = next((size for size in (16, 14, 12, 10, 8) if _tall(quotes, width, size) <= foot - top), 7)
    frame = add_box(slide, left, top, width, min(_tall(quotes, width, size), foot - top))
    for quote in quotes:
        paragraph = next_paragraph(frame)
        add_run(paragraph, f"“{quote.text}”", size=size, italic=True, language=quote.language)
        told = f"{quote.who}, {quote.time} into the interview" if quote.time else quote.who
        paragraph = next_paragraph(frame)
        paragraph.space_after = Pt(size * 0.7)
        add_run(
            paragraph,
            told + (". Speaks against the job." if quote.against else ""),
            size=max(size - 4, 7),
            colour=MUTED,
        )


def _tall(quotes: Sequence[Said], width: float, size: float) -> float:
    return sum((lines_of(quote.text, width, size) + 1.6) * size * 1.25 / 72 for quote in quotes)


def _part(deck: Any, part: Part) -> None:
    """Entries one after the other, on as many slides as they take; the notes on each."""
    room = HEIGHT - TOP - 0.6 - sum(lines_of(note, INSIDE, NOTE_SIZE) for note in part.notes) * NOTE_LINE
    slide, top = None, 0.0
    for entry in part.entries:
        height = _entry_height(entry, INSIDE)
        if slide is None or top + height > TOP + room:
            slide, top = new_slide(deck, part.title if slide is None else f"{part.title}, continued"), TOP
            _notes(slide, part.notes)
        _entry(add_box(slide, MARGIN, top, INSIDE, height), entry)
        top += height
