"""Word documents, opened as the untrusted zip of XML that they are."""

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from interviews.transcripts.cues import has_timings
from interviews.transcripts.decode import normalised
from interviews.transcripts.model import Reading, TranscriptError, note_of_lines
from interviews.transcripts.teams import is_transcription_notice
from interviews.transcripts.text import holds_ai_notes, read_lines
from interviews.transcripts.vtt import read_cues
from studies.foreign import packed_kind

MAX_ENTRIES = 2_000
_MB = 1024 * 1024
MAX_UNPACKED_BYTES = 100 * _MB
MAX_RATIO = 200
_RATIO_MATTERS_FROM = 5 * _MB
MAX_PARAGRAPHS = 200_000

_BODY = "word/document.xml"
_HIDDEN = {"moveFrom", "del", "Fallback", "instrText", "delText"}
_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}


def read_docx(data: bytes, name: str) -> Reading:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            _refuse_unsafe(package, name)
            paragraphs, headings = _paragraphs(package, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise TranscriptError(
            f"“{name}” is an incomplete or damaged Word file. Download or export it again."
        ) from error
    reading = _reading(paragraphs, name)
    reading.dropped += note_of_lines("Headings", headings)
    return reading


def _refuse_unsafe(package: zipfile.ZipFile, name: str) -> None:
    entries = package.infolist()
    if len(entries) > MAX_ENTRIES:
        raise TranscriptError(
            f"“{name}” holds {len(entries):,} parts; a Word file has fewer than {MAX_ENTRIES:,}. Not opened."
        )
    unpacked = sum(entry.file_size for entry in entries)
    bomb = any(
        e.file_size > _RATIO_MATTERS_FROM and e.file_size > MAX_RATIO * max(1, e.compress_size)
        for e in entries
    )
    if unpacked > MAX_UNPACKED_BYTES or bomb:
        raise TranscriptError(
            f"“{name}” would unpack to {unpacked // _MB:,} MB (limit {MAX_UNPACKED_BYTES // _MB} MB, "
            f"{MAX_RATIO}-fold). Not opened. Save the transcript's text as a new document."
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise TranscriptError(f"“{name}” is protected with a password. Save it without one and import again.")
    _refuse_other_packages({entry.filename for entry in entries}, name)


def _refuse_other_packages(names: set[str], name: str) -> None:
    if _BODY in names:
        return
    raise TranscriptError(
        f"“{name}” is {packed_kind(names)}, not a Word document. Save the transcript as .docx, .txt or .vtt."
    )


def _paragraphs(package: zipfile.ZipFile, name: str) -> tuple[list[str], list[str]]:
    """(paragraphs, headings); a table row is one paragraph, its cells separated by tabs."""
    try:
        with package.open(_BODY) as body:
            found = list(_walk(body, name))
    except (ParseError, DefusedXmlException) as error:
        raise TranscriptError(
            f"“{name}” holds XML that is damaged or not allowed in a transcript ({type(error).__name__}). "
            "Open it in Word and save it again as .docx."
        ) from error
    headings = [text for text, heading in found if heading]
    if len(headings) * 2 > len(found) or holds_ai_notes(headings):
        return [text for text, _ in found], []
    return [text for text, heading in found if not heading or ":" in text], [
        h for h in headings if ":" not in h
    ]


def _walk(body: IO[bytes], name: str) -> Iterator[tuple[str, bool]]:
    walker = _Walker()
    for event, element in iterparse(body, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            walker.open(_local(element))
        elif (found := walker.close(_local(element), element)) is not None:
            yield found
            if walker.count > MAX_PARAGRAPHS:
                raise TranscriptError(
                    f"“{name}” has more than {MAX_PARAGRAPHS:,} paragraphs. Split it by session."
                )


class _Walker:
    """Collects paragraphs in reading order; deleted and moved-away text stays out."""

    def __init__(self) -> None:
        self.count = 0
        self.hidden = 0
        self.heading = False
        self.pieces: list[str] = []
        self.row: list[str] | None = None
        self.cell: list[str] = []

    def open(self, tag: str) -> None:
        if tag in _HIDDEN:
            self.hidden += 1
        elif tag == "tr" and self.row is None:
            self.row = []
        elif tag == "tc":
            self.cell = []
        elif tag == "p":
            self.pieces, self.heading = [], False

    def close(self, tag: str, element: Element) -> tuple[str, bool] | None:
        """A finished paragraph or table row, and whether it is a heading."""
        if tag in _HIDDEN:
            self.hidden -= 1
        elif tag == "pStyle":
            self.heading = _is_heading(element)
        elif not self.hidden and (tag == "t" or tag in _BREAKS):
            self.pieces.append(_characters(tag, element))
        elif tag in ("p", "tc", "tr"):
            element.clear()
            return self._close_block(tag)
        return None

    def _close_block(self, tag: str) -> tuple[str, bool] | None:
        if tag == "p":
            return self._close_paragraph()
        if self.row is None:
            return None
        if tag == "tc":
            self.row.append(" ".join(" ".join(text.split()) for text in self.cell if text.strip()))
            return None
        text, self.row = "\t".join(self.row), None
        self.count += 1
        return text, False

    def _close_paragraph(self) -> tuple[str, bool] | None:
        text, self.pieces = "".join(self.pieces), []
        if self.row is not None:
            self.cell.append(text)
            return None
        self.count += 1
        return text, self.heading


def _characters(tag: str, element: Element) -> str:
    """w:tab also defines tab stops in paragraph properties; those carry a position."""
    if tag == "t":
        return element.text or ""
    is_tab_stop = tag == "tab" and any(key.endswith("}pos") for key in element.attrib)
    return "" if is_tab_stop else _BREAKS[tag]


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _is_heading(element: Element) -> bool:
    style = next((value for key, value in element.attrib.items() if key.endswith("}val")), "").casefold()
    return style.startswith(
        ("heading", "berschrift", "überschrift", "titre", "title", "titel", "subtitle", "untertitel")
    )


def _reading(paragraphs: list[str], name: str) -> Reading:
    text, notes = normalised("\n\n".join(paragraphs))
    lines = text.split("\n")
    if has_timings(text):
        reading = read_cues(
            "\n".join(line for line in lines if not is_transcription_notice(line)), name, "Word"
        )
    else:
        reading = read_lines(lines, name, "Word")
        reading.format = _named(reading.format, lines)
    reading.dropped += notes
    return reading


def _named(form: str, lines: list[str]) -> str:
    return "Word (Teams)" if any(is_transcription_notice(line) for line in lines) else form
