"""PDFs with a text layer: page frames removed, lines put together again."""

import re
import time
from collections import Counter
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from interviews.transcripts.cues import has_timings
from interviews.transcripts.decode import normalised
from interviews.transcripts.model import (
    MAX_PDF_PAGES,
    MAX_PDF_SECONDS,
    Reading,
    TranscriptError,
    note_of_lines,
)
from interviews.transcripts.text import read_lines
from interviews.transcripts.vtt import read_cues
from studies.counting import counted

_PAGE_NUMBER = re.compile(
    r"(?:(?:page|seite|p\.|s\.)\s*)?[-–]?\s*\d{1,4}\s*[-–]?(?:\s*(?:/|of|von|sur|de)\s*\d{1,4})?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\s*\d{1,5}\s*")
_MARGIN_RUN = 3
_DAMAGE = (
    PyPdfError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    RecursionError,
    OverflowError,
    OSError,
)


class _TooSlow(Exception):
    pass


def read_pdf(data: bytes, name: str) -> Reading:
    pages, frame = _without_frames(_pages(data, name))
    text, notes = normalised("\n".join("\n".join(page) for page in pages))
    if not text.strip():
        raise TranscriptError(
            f"“{name}” has {counted(len(pages), 'page')} but no text: it is probably a scan. "
            "Run text recognition (OCR) over it first, or import the text as .txt or .docx."
        )
    if has_timings(text):
        reading = read_cues(text, name, "PDF with cues")
    else:
        reading = read_lines(text.split("\n"), name, "PDF", wrapped=True)
    reading.meta["pages"] = len(pages)
    reading.dropped += frame + notes
    return reading


def _pages(data: bytes, name: str) -> list[list[str]]:
    try:
        reader = PdfReader(BytesIO(data))
        _refuse_locked_and_long(reader, name)
        return _extracted(reader)
    except _TooSlow as error:
        raise TranscriptError(
            f"“{name}” took longer than {MAX_PDF_SECONDS:.0f} s to read and was stopped. "
            "Save its text as .txt or .docx."
        ) from error
    except TranscriptError:
        raise
    except _DAMAGE as error:
        raise TranscriptError(
            f"“{name}” is an incomplete or damaged PDF ({type(error).__name__}). "
            "Export it again, or import its text as .txt."
        ) from error


def _refuse_locked_and_long(reader: PdfReader, name: str) -> None:
    if reader.is_encrypted and not reader.decrypt(""):
        raise TranscriptError(f"“{name}” is protected with a password. Save it without one and import again.")
    if len(reader.pages) > MAX_PDF_PAGES:
        raise TranscriptError(
            f"“{name}” has {len(reader.pages):,} pages; "
            f"at most {MAX_PDF_PAGES} can be read. Split it by session."
        )


def _extracted(reader: PdfReader) -> list[list[str]]:
    deadline = time.monotonic() + MAX_PDF_SECONDS

    def watch(*_: object) -> None:
        if time.monotonic() > deadline:
            raise _TooSlow

    pages = []
    for page in reader.pages:
        watch()
        pages.append(_lines(page.extract_text(visitor_operand_before=watch)))
    return pages


def _lines(text: str) -> list[str]:
    """Some writers put a tab where the space belongs."""
    return (text.replace("\t", " ") if text.count("\t") > text.count(" ") else text).split("\n")


def _without_frames(pages: list[list[str]]) -> tuple[list[list[str]], list[str]]:
    repeated = _running_lines(pages)
    kept, removed = [], []
    for page in pages:
        lines, numbers = _without_margin_numbers(page)
        lines, edges = _without_edges(lines, repeated)
        kept.append(lines)
        removed += edges + ([f"{numbers[0].strip()}–{numbers[-1].strip()}"] if numbers else [])
    return kept, note_of_lines("Page numbers, line numbers and running heads", removed)


def _masked(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split()))


def _running_lines(pages: list[list[str]]) -> frozenset[str]:
    """The same first or last line, numbers aside, on most of at least three pages; "Dan: …" is none."""
    edges: Counter[str] = Counter()
    for page in pages:
        full = [line for line in page if line.strip()]
        edges.update({_masked(line) for line in full[:1] + full[-1:]})
    return frozenset(
        line
        for line, n in edges.items()
        if len(pages) >= 3 and n * 5 >= len(pages) * 3 and ":" not in line and len(line) > 1
    )


def _without_margin_numbers(page: list[str]) -> tuple[list[str], list[str]]:
    """Line or paragraph numbers of the margin, which extraction puts behind the page's words."""
    end = len(page)
    while end and not page[end - 1].strip():
        end -= 1
    start = end
    while start and _NUMBER.fullmatch(page[start - 1]) and _descends(page, start, end):
        start -= 1
    return (page[:start], page[start:end]) if end - start >= _MARGIN_RUN else (page, [])


def _descends(page: list[str], start: int, end: int) -> bool:
    return start == end or int(page[start - 1]) + 1 == int(page[start])


def _without_edges(lines: list[str], repeated: frozenset[str]) -> tuple[list[str], list[str]]:
    full = [at for at, line in enumerate(lines) if line.strip()]
    edges = {
        at
        for at in full[:1] + full[-1:]
        if _PAGE_NUMBER.fullmatch(lines[at].strip()) or _masked(lines[at]) in repeated
    }
    return [line for at, line in enumerate(lines) if at not in edges], [
        lines[at].strip() for at in sorted(edges)
    ]
