"""One door for every file: refuse what is no transcript, find the dialect by content, return the draft."""

import hashlib
import re

from interviews.transcripts.asides import set_apart
from interviews.transcripts.assemble import draft_from
from interviews.transcripts.cues import has_timings, refuse_floods
from interviews.transcripts.decode import decoded, normalised, refuse_foreign
from interviews.transcripts.docx import read_docx
from interviews.transcripts.markdown import looks_like_markdown, read_markdown
from interviews.transcripts.model import (
    MAX_PACKED_BYTES,
    MAX_TEXT_BYTES,
    Draft,
    Reading,
    TranscriptError,
)
from interviews.transcripts.srt import read_sbv, read_srt
from interviews.transcripts.table import WHERE_TO, refuse_tables
from interviews.transcripts.text import read_lines
from interviews.transcripts.vtt import read_cues, read_vtt
from studies.foreign import LOCKED, OLD_WORD, OLE, old_office_kind

_MARKUP = re.compile(r"\s*(?:<!doctype\b|<html\b|<\?xml\b|<svg\b|<tt\b)", re.IGNORECASE)
_TIMED_EXTENSIONS = {"vtt", "srt", "sbv"}
_OTHER_EXTENSIONS = {
    "json": "JSON",
    "xml": "XML",
    "html": "a web page",
    "htm": "a web page",
}


def read_transcript(data: bytes, filename: str) -> Draft:
    """Raises TranscriptError with a message for the person who chose the file; nothing is ever half-read."""
    name = shown_name(filename)
    _refuse_size(data, name, packed=data[:4] == b"PK\x03\x04" or b"%PDF-" in data[:1024])
    refuse_foreign(data, name)
    reading = _read(data, name)
    return draft_from(set_apart(reading), name, hashlib.sha256(data).hexdigest())


def shown_name(filename: str) -> str:
    base = re.split(r"[/\\]", filename)[-1]
    printable = "".join(char for char in base if char.isprintable())
    return printable[:100] or "The file"


def _refuse_size(data: bytes, name: str, *, packed: bool) -> None:
    if not data.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise TranscriptError(f"“{name}” is empty. Check that the export or download has finished.")
    limit = MAX_PACKED_BYTES if packed else MAX_TEXT_BYTES
    if len(data) > limit:
        raise TranscriptError(
            f"“{name}” is {len(data) / 1024 / 1024:.1f} MB; at most {limit // 1024 // 1024} MB can be "
            "imported as one transcript (three hours of speech are about 0.3 MB of text). "
            "Check that it is not a recording, or split it."
        )


def _read(data: bytes, name: str) -> Reading:
    if data[:2] == b"PK":
        return read_docx(data, name)
    if b"%PDF-" in data[:1024]:
        from interviews.transcripts.pdf import read_pdf  # half a second of imports that few files need

        return read_pdf(data, name)
    _refuse_other_documents(data, name)
    raw, encoding, doubts = decoded(data, name)
    text, removed = normalised(raw)
    reading = _read_text(text, name)
    reading.meta = {"encoding": encoding} | reading.meta
    reading.warnings[:0] = doubts
    reading.dropped += removed
    return reading


def _refuse_other_documents(data: bytes, name: str) -> None:
    if data.startswith(OLE):
        raise TranscriptError(f"“{name}” is {_of_office(old_office_kind(data))}.")
    if data[:5] == b"{\\rtf":
        raise TranscriptError(
            f"“{name}” is Rich Text (RTF). Save it as .docx or plain text and import again."
        )


def _of_office(kind: str) -> str:
    if kind == LOCKED:
        return kind
    advice = (
        "Save it as .docx and import again" if kind == OLD_WORD else "Bring the transcript as .docx or .txt"
    )
    return f"{kind}. {advice}"


def _read_text(text: str, name: str) -> Reading:
    extension = name.rpartition(".")[2].lower()
    _refuse_other_text(text, name, extension)
    refuse_floods(text, name)
    if re.match(r"\s*WEBVTT(?:\s|$)", text) or (extension == "vtt" and has_timings(text)):
        return read_vtt(text.lstrip(), name)
    if has_timings(text):
        return _read_timed(text, name, extension)
    if extension in _TIMED_EXTENSIONS:
        raise TranscriptError(
            f"“{name}” is named .{extension} but has no readable cue, "
            "no line like 00:00:01.000 --> 00:00:04.000. "
            "Export it again; if it is plain text, rename it to .txt."
        )
    if looks_like_markdown(text, extension):
        return read_markdown(text, name)
    lines = text.split("\n")
    refuse_tables(lines, name)
    return read_lines(lines, name, "Plain text")


def _read_timed(text: str, name: str, extension: str) -> Reading:
    if looks_like_markdown(text, extension):
        return read_markdown(text, name)
    if "-->" not in text:
        return read_sbv(text, name)
    return (
        read_srt(text, name)
        if extension == "srt" or re.search(r"\d,\d{3}\s*-->", text)
        else read_cues(text, name, "Text with cues")
    )


def _refuse_other_text(text: str, name: str, extension: str) -> None:
    if extension in ("csv", "tsv"):
        raise TranscriptError(f"“{name}” is a table, not a transcript. {WHERE_TO}")
    kind = _OTHER_EXTENSIONS.get(extension) or ("a web page or XML" if _MARKUP.match(text[:200]) else "")
    if kind:
        raise TranscriptError(
            f"“{name}” is {kind}, which is not read as a transcript. Export .vtt, .srt, .txt or .docx, "
            "or copy the conversation into a text file."
        )
