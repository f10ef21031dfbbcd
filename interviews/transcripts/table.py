"""A table among transcripts, such as survey answers saved as .txt: told by its columns, and where it goes."""

import csv
from collections.abc import Sequence
from itertools import islice

from interviews.transcripts import zoom
from interviews.transcripts.model import TranscriptError
from interviews.transcripts.times import time_alone

PROBED = 50  # rows
LEAST = 3  # columns, and rows with the names of columns
WHERE_TO = (
    "Answers, reviews and tickets in words go to Verbatims, ratings to Priorities › Surveys, lists of people "
    "to Participants. If it is a conversation, export it as .vtt, .srt or .docx."
)


def refuse_tables(lines: Sequence[str], name: str) -> None:
    """Columns of times, names and words are a conversation: so chats are saved."""
    if any(_is_table(lines, delimiter) for delimiter in "\t;,|") and not zoom.find_heads(lines, len(lines)):
        raise TranscriptError(f"“{name}” is a table, not a transcript. {WHERE_TO}")


def _is_table(lines: Sequence[str], delimiter: str) -> bool:
    """Names above, and as many cells in nearly every row. After a comma of speech there is a space."""
    try:
        rows = list(islice(filter(any, csv.reader(lines, delimiter=delimiter)), PROBED))
    except csv.Error:
        return False
    if len(rows) < LEAST or len(rows[0]) < LEAST or not _are_names(rows[0]):
        return False
    fitting = sum(len(row) == len(rows[0]) for row in rows)
    return fitting * 10 >= len(rows) * 9 and not any(cell[:1] == " " for row in rows for cell in row)


def _are_names(cells: Sequence[str]) -> bool:
    filled = {cell.strip().casefold() for cell in cells}
    return "" not in filled and len(filled) == len(cells) and not any(map(time_alone, filled))
