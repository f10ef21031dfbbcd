"""Bytes to characters: what the file is by its first bytes, which encoding, and one kind of newline."""

import codecs
import re

from interviews.transcripts.model import TranscriptError
from studies.counting import counted

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "an image (PNG)"),
    (b"\xff\xd8\xff", "an image (JPEG)"),
    (b"GIF8", "an image (GIF)"),
    (b"BM", "an image (BMP)"),
    (b"II*\x00", "an image (TIFF)"),
    (b"MM\x00*", "an image (TIFF)"),
    (b"ID3", "a sound file (MP3)"),
    (b"\xff\xfb", "a sound file (MP3)"),
    (b"OggS", "a sound file (Ogg)"),
    (b"fLaC", "a sound file (FLAC)"),
    (b"\x1aE\xdf\xa3", "a video (Matroska or WebM)"),
    (b"\x1f\x8b", "a compressed archive (gzip)"),
    (b"7z\xbc\xaf", "a compressed archive (7z)"),
    (b"Rar!", "a compressed archive (RAR)"),
    (b"SQLite format 3\x00", "a database (SQLite)"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
)
_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNSTORABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
_SAMPLE = 65_536


def refuse_foreign(data: bytes, name: str) -> None:
    """Pictures, recordings and the like, whatever the file is called."""
    kind = _kind_of(data)
    if kind:
        raise TranscriptError(
            f"“{name}” is {kind}, not a transcript. "
            "Choose the transcript itself: .vtt, .srt, .txt, .md, .docx or .pdf."
        )


def _kind_of(data: bytes) -> str:
    if data[:4] == b"RIFF":
        return "an image (WebP)" if data[8:12] == b"WEBP" else "a sound or video file (RIFF)"
    if data[4:8] == b"ftyp":
        return "a video or sound file (MP4)"
    if data[:2] == b"BM" and b"\x00" not in data[:32]:
        return ""  # words may begin with BM, a bitmap's head cannot be without zeros
    return next((kind for signature, kind in _SIGNATURES if data.startswith(signature)), "")


def decoded(data: bytes, name: str) -> tuple[str, str, list[str]]:
    """(text, encoding, warnings); the text still has its own newlines."""
    encoding = _by_bom(data) or _by_zeros(data)
    if encoding:
        return _strictly(data, encoding, name), encoding.removesuffix("-sig"), []
    try:
        return data.decode("utf-8"), "utf-8", []
    except UnicodeDecodeError as error:
        return _by_codepage(data, name, error.start)


def _by_bom(data: bytes) -> str:
    return next((encoding for bom, encoding in _BOMS if data.startswith(bom)), "")


def _by_zeros(data: bytes) -> str:
    """UTF-16 and UTF-32 without a mark: the zero bytes of Latin text stand in fixed columns."""
    sample = data[: _SAMPLE & ~3]
    if sample.count(0) * 5 < len(sample):
        return ""
    columns = [sample[i::4].count(0) * 8 > len(sample) for i in range(4)]
    patterns = {
        (False, True, True, True): "utf-32-le",
        (True, True, True, False): "utf-32-be",
        (False, True, False, True): "utf-16-le",
        (True, False, True, False): "utf-16-be",
    }
    return patterns.get((columns[0], columns[1], columns[2], columns[3]), "")


def _strictly(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise TranscriptError(
            f"“{name}” says it is {encoding.removesuffix('-sig').upper()}, "
            f"but byte {error.start + 1:,} does not fit. The file may be cut off; save it again as UTF-8."
        ) from error


def _by_codepage(data: bytes, name: str, position: int) -> tuple[str, str, list[str]]:
    try:
        text = data.decode("windows-1252")
    except UnicodeDecodeError as error:
        raise _unreadable(name, position) from error
    if len(_UNSTORABLE.findall(text[:_SAMPLE])) * 50 > len(text[:_SAMPLE]):
        raise _unreadable(name, position)
    line = data.count(b"\n", 0, position) + 1
    return (
        text,
        "windows-1252",
        [
            (
                f"Not UTF-8 (line {line:,}): read as Windows-1252. "
                "Check accents and quotation marks before you import."
            )
        ],
    )


def _unreadable(name: str, position: int) -> TranscriptError:
    return TranscriptError(
        f"“{name}” is not readable as text (byte {position + 1:,} fits neither UTF-8 nor Windows-1252). "
        "Open it in its own program and save it as UTF-8 text."
    )


def one_newline(text: str) -> str:
    return _NEWLINES.sub("\n", text)


def storable(text: str) -> tuple[str, int]:
    """Without byte-order marks, NUL and other control characters that no database or XML export can hold."""
    without_marks = text.replace("\ufeff", "")
    return _UNSTORABLE.subn("", without_marks)


def normalised(text: str) -> tuple[str, list[str]]:
    clean, removed = storable(one_newline(text))
    return clean, [f"{counted(removed, 'control character')} removed"] if removed else []
