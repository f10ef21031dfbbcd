"""Markdown: its marks removed, a YAML head kept as data, headings left out, quoted lines told apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from interviews.transcripts.cues import has_timings
from interviews.transcripts.model import Reading, Utterance, note_of_lines
from interviews.transcripts.text import read_lines
from interviews.transcripts.vtt import read_cues
from studies.counting import counted

QUOTED = "Quoted words"
NOTES = "Notes"

_ATTRIBUTES = re.compile(r"\{:[^}\n]{0,200}\}")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(.*?)\s*#*\s*|\s*<h([1-6])[^>]*>(.*?)</h\2>\s*", re.IGNORECASE)
_RULE = re.compile(r"\s{0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|={3,})")
_IMAGE = re.compile(r"!\[[^\]]{0,300}\]\([^)]{0,2000}\)")
_LINK = re.compile(r"(?<!!)\[([^\[\]]{1,500})\]\((?:[^()\s]|\([^()\s]*\)){0,2000}(?:\s\"[^\"]*\")?\)")
_STRONG = re.compile(
    r"\*\*(?=\S)((?:[^*]|\*(?!\*)){1,4000}?)(?<=\S)\*\*|__(?=\S)((?:[^_]|_(?!_)){1,4000}?)(?<=\S)__"
)
_EMPHASIS = re.compile(r"(?<![\w*\\])([*_])(?=[^\s*_])([^*_\n]{1,2000}?)(?<=[^\s\\])\1(?![\w*])")
_TAG = re.compile(
    r"</?(?:p|div|span|em|strong|b|i|u|br|a|small|sub|sup)(?:\s[^<>]{0,300})?/?>", re.IGNORECASE
)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!>~|])")
_QUOTE = re.compile(r"\s{0,3}>\s?")
_BULLET_BEFORE_NAME = re.compile(r"\s*[-*+]\s+(?=\*\*|__)")
_SIGNS = re.compile(r"^\*\*[^*\n]{1,60}:?\*\*:?|\{:\s*[.#]|^#{1,6} \S", re.MULTILINE)
_YAML_ITEM = re.compile(r"([\w-]{1,60}):\s*(.*)")


@dataclass(slots=True)
class _Page:
    lines: list[str] = field(default_factory=list)
    quoted: set[int] = field(default_factory=set)
    headings: list[str] = field(default_factory=list)
    images: int = 0


def looks_like_markdown(text: str, extension: str) -> bool:
    return extension in {"md", "markdown", "mdown"} or len(_SIGNS.findall(text[:20_000])) >= 3


def read_markdown(text: str, name: str) -> Reading:
    head, body = split_yaml_head(text)
    page = _page(_without_comments(body))
    reading = _reading(page, name)
    reading.meta = reading.meta | head
    reading.dropped += note_of_lines("Headings", page.headings)
    if page.images:
        reading.dropped.append(counted(page.images, "image"))
    return reading


def _reading(page: _Page, name: str) -> Reading:
    text = "\n".join(page.lines)
    if has_timings(text):
        return read_cues(text, name, "Markdown with cues")
    reading = read_lines(page.lines, name, "Markdown")
    speakerless = not any(utterance.speaker for utterance in reading.utterances)
    return _notes(page) if speakerless and page.quoted else reading


def _notes(page: _Page) -> Reading:
    """Field notes: what the participant said stands in quotes, the rest is the note-taker's."""
    utterances: list[Utterance] = []
    open_kind = ""
    for at, line in enumerate(page.lines):
        kind = (QUOTED if at in page.quoted else NOTES) if line.strip() else ""
        if kind and kind == open_kind:
            last = utterances[-1]
            utterances[-1] = Utterance(kind, f"{last.text}\n{line}")
        elif kind:
            utterances.append(Utterance(kind, line))
        open_kind = kind
    quotes = sum(u.speaker == QUOTED for u in utterances)
    return Reading("Markdown (notes with quotes)", utterances, meta={"quotes": quotes})


def _page(body: str) -> _Page:
    page = _Page()
    for raw in _without_links(body).split("\n"):
        heading = _HEADING.fullmatch(raw) if "#" in raw or "<h" in raw.lower() else None
        if heading:
            page.headings.append(_bare(heading[1] or heading[3] or ""))
            page.lines.append("")
        elif _RULE.fullmatch(raw) and len(raw) < 200:
            page.lines.append("")
        else:
            _take_line(page, raw)
    return page


def _without_comments(body: str) -> str:
    """By splitting, because a pattern would search to the end for each comment that is never closed."""
    first, *parts = body.split("<!--")
    closed = (part.partition("-->") for part in parts)
    return first + "".join(after if mark else f"<!--{inside}" for inside, mark, after in closed)


def _without_links(body: str) -> str:
    """The words of a link may run over a line end."""
    return _LINK.sub(lambda link: " ".join(link[1].split()), body) if "](" in body else body


def _take_line(page: _Page, raw: str) -> None:
    quote = _QUOTE.match(raw)
    line = raw[quote.end() :] if quote else raw
    without_images, images = _IMAGE.subn("", line) if "![" in line else (line, 0)
    page.images += images
    if quote:
        page.quoted.add(len(page.lines))
    page.lines.append(_bare(without_images))


def _bare(line: str) -> str:
    line = _BULLET_BEFORE_NAME.sub("", line)
    line = _ATTRIBUTES.sub("", line) if "{:" in line else line
    line = _EMPHASIS.sub(r"\2", _STRONG.sub(r"\1\2", line)) if "*" in line or "_" in line else line
    line = _TAG.sub("", line) if "<" in line else line
    line = line.replace("`", "")
    line = _ESCAPE.sub(r"\1", line) if "\\" in line else line
    return line.rstrip(" \t\\")


def split_yaml_head(text: str) -> tuple[dict[str, object], str]:
    """Scalars and plain lists are enough for session data; anything deeper stays text under its key."""
    lines = text.lstrip("\n").split("\n")
    end = next((at for at, line in enumerate(lines[1:200], 1) if line.rstrip() in ("---", "...")), None)
    if lines[0].rstrip() != "---" or end is None or not all(map(_is_yaml, lines[1:end])):
        return {}, text
    return _yaml_items(lines[1:end]), "\n".join(lines[end + 1 :])


def _is_yaml(line: str) -> bool:
    return (
        not line.strip()
        or line.lstrip().startswith(("- ", "#"))
        or line[0] == " "
        or bool(_YAML_ITEM.fullmatch(line))
    )


def _yaml_items(lines: Sequence[str]) -> dict[str, object]:
    items: dict[str, object] = {}
    listed: list[str] = []
    for line in lines:
        match = _YAML_ITEM.fullmatch(line.rstrip())
        if match and not match[2]:
            items[match[1]] = listed = []
        elif match:
            items[match[1]] = _unquoted(match[2])
        elif line.lstrip().startswith("- "):
            listed.append(_unquoted(line.lstrip()[2:]))
    return items


def _unquoted(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
