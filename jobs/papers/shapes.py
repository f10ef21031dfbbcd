"""Shapes of slides (PPTX) that people can edit: real text, boxes and lines. Pure.

Text is placed by its estimated height, because only the program that shows a slide knows its fonts.
"""

from __future__ import annotations

import io
import unicodedata
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_CONNECTOR
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

from jobs.papers.tree import printable

INK, MUTED, FAINT = "1C2126", "59626C", "DCDFE3"
WIDTH, HEIGHT, MARGIN = 13.333, 7.5, 0.6  # inches
INSIDE = WIDTH - 2 * MARGIN
TITLE_ONLY, TITLE_SLIDE = 5, 0


def new_deck() -> Any:
    """The plain template, widened to 16:9 so that slides added later fit too."""
    deck = Presentation()
    wider = WIDTH / 10
    for layout in [deck.slide_master, *deck.slide_layouts]:
        for holder in layout.placeholders:
            holder.left, holder.width = int(holder.left * wider), int(holder.width * wider)
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    return deck


def file_of(deck: Any, title: str) -> bytes:
    deck.core_properties.title, deck.core_properties.language = printable(title), "en-GB"
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def new_slide(deck: Any, title: str) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    holder = slide.shapes.title
    holder.left, holder.top = Inches(MARGIN), Inches(0.35)
    holder.width, holder.height = Inches(INSIDE), Inches(0.95)
    frame = holder.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
    size = 26 if len(title) <= 64 else 20 if len(title) <= 130 else 14
    add_run(next_paragraph(frame), title, size=size, bold=True)
    frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    return slide


def colour_of(colour: str) -> RGBColor:
    return RGBColor.from_string(colour)  # type: ignore[no-untyped-call,no-any-return]


def add_box(slide: Any, left: float, top: float, width: float, height: float) -> Any:
    frame = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(height)).text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return frame


def next_paragraph(frame: Any) -> Any:
    """The empty paragraph that every frame begins with, else a new one."""
    last = frame.paragraphs[-1]
    return last if not last.runs else frame.add_paragraph()


def add_run(
    paragraph: Any,
    text: str,
    *,
    size: float,
    bold: bool = False,
    italic: bool = False,
    colour: str = INK,
    language: str = "en-GB",
) -> Any:
    run = paragraph.add_run()
    run.text = printable(text)
    run.font.size, run.font.bold, run.font.italic = Pt(size), bold, italic
    run.font.color.rgb = colour_of(colour)
    run._r.get_or_add_rPr().set("lang", language)
    return run


def lines_of(text: str, width: float, size: float) -> int:
    """How many lines a text takes, rather too many than too few. Words move to the next line as a whole."""
    per_line = max(10, int(width * 115 / size))
    return sum(_wrapped(piece, per_line) for piece in text.split("\n"))


def _wrapped(text: str, per_line: int) -> int:
    lines, used = 1, 0
    for word in text.split(" "):
        wide = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in word)
        if used and used + 1 + wide > per_line:
            lines, used = lines + 1, 0
        used += wide + (1 if used else 0)
        if used > per_line:  # one word, broken where the line ends
            lines, used = lines + (used - 1) // per_line, (used - 1) % per_line + 1
    return lines


def add_rule(group: Any, x1: float, y1: float, x2: float, y2: float, colour: str, width: float) -> None:
    ends = (Inches(each) for each in (x1, y1, x2, y2))
    line = group.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *ends)
    line.line.color.rgb, line.line.width = colour_of(colour), Pt(width)
    plain(line)


def plain(shape: Any) -> None:
    """Without the style of the template, which draws a shadow."""
    for style in shape._element.xpath("./p:style"):
        shape._element.remove(style)


def describe(shape: Any, text: str) -> None:
    shape._element.xpath("./*/p:cNvPr")[0].set("descr", text)


def number_slides(deck: Any, title: str) -> None:
    size = next((size for size in (9, 8, 7) if lines_of(title, INSIDE - 1, size) == 1), 6)
    for place, slide in enumerate(deck.slides, 1):
        frame = add_box(slide, MARGIN, HEIGHT - 0.35, INSIDE, 0.2)
        paragraph = next_paragraph(frame)
        paragraph.alignment = PP_ALIGN.RIGHT
        add_run(paragraph, f"{title} · {place} / {len(deck.slides)}", size=size, colour=MUTED)
