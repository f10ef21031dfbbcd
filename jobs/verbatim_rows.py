"""From a row of an uploaded table to a verbatim, or to the reason why it is none. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from studies.tables import JOINT, Row
from studies.tables.dates import in_doubt, meanings

LONGEST_TEXT = 10_000  # characters
LONGEST_SEGMENT = 80
PARTS = ("text", "segment", "date")  # what a column can be
KEEP, LEAVE = "keep", "leave"  # what a person decided on rows that cannot be read in full

_NAMES = {
    "text": "text review comment answer verbatim feedback message body description opinion reason "
    "bewertung kommentar antwort nachricht beschreibung rückmeldung grund",
    "segment": "segment group product category plan channel country type customer model "
    "gruppe produkt kategorie kanal land kunde modell",
    "date": "date day on at created when time timestamp submitted datum tag zeit zeitstempel erstellt am",
}
# German writes words as one, the last says what it is: “Kundengruppe”, “Kaufdatum”
_ENDS = {
    "text": ("bewertung", "kommentar", "antwort", "nachricht", "beschreibung", "rückmeldung", "freitext"),
    "segment": ("gruppe", "kategorie", "kanal", "produkt", "modell"),
    "date": ("datum", "zeitpunkt"),
}
_WORD = re.compile(r"[^\W\d_]{3,}|[\u3040-\u9fff\uac00-\ud7af]")  # scripts without spaces need one letter


@dataclass(frozen=True)
class Said:
    """`key` is the same for texts that differ in capitals and spaces only."""

    row: int
    text: str
    key: str
    segment: str
    said_on: date | None


@dataclass(frozen=True)
class Refused:
    """`undated` is what can be read of a row in which only the date is wrong."""

    row: int
    column: str
    reason: str
    value: str = ""
    undated: Said | None = None

    def __str__(self) -> str:
        where = f", column “{self.column}”" if self.column else ""
        return f"Row {self.row:,}{where}: {self.reason}"


def read(row: Row, mapping: Mapping[str, str]) -> Said | Refused | None:
    """None for a row without a text. `mapping` names the column of each part, and the order of dates."""
    if row.error:
        return Refused(row.number, "", row.error)
    text = row.cells[mapping["text"]]
    if not text:
        return None
    if len(text) > LONGEST_TEXT:
        reason = f"{len(text):,} characters; at most {LONGEST_TEXT:,} are read"
        return Refused(row.number, mapping["text"], reason)
    told, order = row.cells.get(mapping.get("date", ""), ""), mapping.get("order", "")
    segment = " ".join(row.cells.get(mapping.get("segment", ""), "").split())[:LONGEST_SEGMENT]
    said = Said(row.number, text, key_of(text), segment, _date(told, order))
    if told and said.said_on is None:
        return Refused(row.number, mapping["date"], _no_date(told, order), told[:80], said)
    return said


def _date(told: str, order: str) -> date | None:
    """None, too, for a date with two meanings as long as nobody said its order."""
    found = meanings(told)
    return found.get(order) if order or in_doubt(told) else next(iter(found.values()), None)


def taken(found: Said | Refused | None, mapping: Mapping[str, str]) -> Said | None:
    """What is stored of a row: without its date only where a person decided so."""
    if isinstance(found, Refused):
        return found.undated if mapping.get("faulty") == KEEP else None
    return found


def _no_date(told: str, order: str) -> str:
    if in_doubt(told):
        return f"“{told[:30]}” has two meanings: say whether the day or the month comes first"
    if other := next(iter(meanings(told)), ""):
        return f"“{told[:30]}” is no date with the {order} first, but one with the {other} first"
    if re.fullmatch(r"[34]\d{4}(\.\d+)?", told):
        return f"“{told[:30]}” is how Excel counts days: format it as a date and save it again"
    return f"“{told[:30]}” is no date"


def wordless(texts: Iterable[str]) -> bool:
    """Whether these are numbers or codes, such as “4”, “A-1042”, but for one in ten."""
    found = [bool(_WORD.search(text)) and not _is_code(text) for text in texts if text]
    return bool(found) and sum(found) * 10 <= len(found)


def _is_code(text: str) -> bool:
    """One word that holds a digit."""
    return len(text.split()) == 1 and any(letter.isdigit() for letter in text)


def key_of(text: str) -> str:
    plain = " ".join(text.casefold().split())
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def digest_of_column(file: str, column: str) -> str:
    """From the digest of a file: a survey's file has one source for each of its open questions."""
    return hashlib.sha256(f"{file} {column}".encode()).hexdigest()


def guess(head: Sequence[str], rows: Iterable[Row]) -> dict[str, str]:
    """Which column is what: by its name, and the text else by its length; "" where nothing speaks for one.
    Columns of numbers and codes hold no words, whatever their name."""
    sample = [row.cells for row in rows if not row.error]
    found = {part: _by_name(head, part) for part in PARTS}
    worded = [name for name in head if not wordless(cells[name] for cells in sample)] or head
    found["text"] = _by_name(worded, "text") or max(worded, key=lambda name: _length(sample, name))
    for part in ("segment", "date"):
        if found[part] == found["text"]:
            found[part] = ""
    dates = [cells[found["date"]] for cells in sample if found["date"] and cells[found["date"]]]
    if not any(map(meanings, dates)):
        found["date"] = ""
    return found


def _by_name(head: Sequence[str], part: str) -> str:
    """A name that is such a word, else one that holds it, else one of whose words ends like one."""
    known = set(_NAMES[part].split())
    parts = {name: re.findall(r"[^\W_]+", name.rpartition(JOINT)[2].casefold()) for name in head}
    exact = (name for name in head if len(parts[name]) == 1 and parts[name][0] in known)
    holding = (name for name in head if known & set(parts[name]))
    ending = (name for name in head if any(word.endswith(_ENDS[part]) for word in parts[name]))
    return next(exact, next(holding, next(ending, "")))


def _length(sample: Sequence[Mapping[str, str]], name: str) -> float:
    lengths = [len(cells[name]) for cells in sample if cells[name]]
    return fmean(lengths) if lengths else 0.0
