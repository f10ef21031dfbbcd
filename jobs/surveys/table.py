"""Survey answers in a table of somebody else: what its columns are, which cells are no answers.

The convention `imp__<step.outcome>` and `sat__<step.outcome>` is recognised by itself, `with__` and
`without__` for Kano pairs in the same way; everything else a person maps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.crypto import salted_hmac

from jobs import languages
from jobs.surveys.texts import KANO, TEXTS
from studies.tables import JOINT, Row

MOST_ROWS = 20_000
ERRORS_KEPT = 50
IMP, SAT, WITH, WITHOUT = "imp", "sat", "with", "without"
RESPONDENT, SEGMENT = "respondent", "segment"
PARTS = (IMP, SAT, WITH, WITHOUT)
CONVENTION = re.compile(r"(?i)^(imp|sat|with|without)(?:ortance|isfaction)?__\s*(\S.*)$")
HEADINGS = {
    RESPONDENT: {"respondent", "respondent id", "response id", "responseid", "id", "antwort id", "antwort-id"}
    | {"participant", "teilnehmer", "email", "e-mail", "email address", "e-mail address", "e-mail-adresse"},
    SEGMENT: {"segment", "group", "gruppe", "cohort", "kohorte"},
}
ASKED = {IMP: ("important", "importance", "wichtig"), SAT: ("satisf", "zufrieden")}
BEFORE_STATEMENTS = (JOINT, " - ", " [", ": ")  # of several: two rows, Qualtrics, Google Forms, by hand
BLANK = {"", "-", "–", "none"}
# A number with words: “5 - very important”, “(5) sehr wichtig”, “very important (5)”; one number only
LABELLED = re.compile(
    r"[(\[]?([0-9]{1,3})(?:[)\]]\s*|\s*[-–—=:.]\s*|\s+)([^\W\d_]\D*)|"
    r"([^\W\d_]\D*?)\s*(?:[-–—=:]\s*|[(\[])([0-9]{1,3})[)\]]?"
)
LABELS_KEPT = 12
MOST_WORDS = 20  # different answers in words; more are no scale
NO_ANSWER = 0  # what a word of a scale stands for, besides 1 to 5
LONGEST_LABEL = 200  # characters; longer cells are no answers of a scale
LONGEST_SEGMENT = 80
# Of Kano’s questionnaire as it is commonly printed, in the order of KANO
KANO_USUAL = (
    ("i like it that way", "das würde mich sehr freuen"),
    ("it must be that way", "i expect it to be that way"),
    ("i am neutral", "i'm neutral"),
    ("i can live with it that way", "i can tolerate it", "das könnte ich eventuell in kauf nehmen"),
    ("i dislike it that way", "das würde mich sehr stören"),
)
KANO_WORDS = (
    {word: word for word in KANO}
    | {str(place): word for place, word in enumerate(KANO, 1)}
    | {texts[word].casefold(): word for texts in TEXTS.values() for word in KANO}
    | {word.replace("_", sign): word for word in KANO for sign in " -"}
    | {usual: word for word, several in zip(KANO, KANO_USUAL, strict=True) for usual in several}
)


Scale = Mapping[str, int]  # word of the file -> what a person said that it stands for


@dataclass(frozen=True)
class Column:
    """What a column is: its part of an answer, and the item that it is about."""

    what: str = ""
    item: str = ""


def guessed(name: str) -> Column:
    """By the convention, by its heading, or by its question; "" for what a person has to say."""
    parts = name.split(JOINT)
    if found := next(filter(None, map(CONVENTION.match, parts)), None):
        return Column(found[1].lower(), found[2].strip())
    plain = {part.casefold().replace("_", " ").strip() for part in parts}
    if what := next((what for what, names in HEADINGS.items() if plain & names), ""):
        return Column(what)
    return next(_asked(name), Column())


def _asked(name: str) -> Iterator[Column]:
    """What a question about several statements asks for, and the statement."""
    for sign in BEFORE_STATEMENTS:
        question, _, item = name.rpartition(sign)
        for what, words in ASKED.items():
            if any(word in question.casefold() for word in words):
                yield Column(what, item.strip(" ]"))


def same_words(name: str) -> str:
    """The form in which two texts are the same: case, punctuation and a leading “to” do not count."""
    plain = re.sub(r"[\W_]+", " ", name.casefold()).strip()
    return re.sub(r"^q\d+ ", "", plain).removeprefix("to ")


def suggestion(item: str, known: Mapping[str, int]) -> int | None:
    """The job whose words are those of the item, or of its outcome after the step; a person confirms."""
    ends = (item, *(item.rpartition(sign)[2] for sign in (".", *BEFORE_STATEMENTS)))
    return next((known[same] for end in ends if (same := same_words(end)) in known), None)


@dataclass(frozen=True)
class Trouble:
    row: int
    column: str
    words: str


@dataclass
class Checked:
    """`answers`: respondent -> (segment, item -> part -> value), the last row of each respondent."""

    answers: dict[str, tuple[str, dict[str, dict[str, int | str]]]] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)  # the first of them
    rows: int = 0
    faulty: int = 0
    off_scale: int = (
        0  # of these, rows with a number outside 1 to 5: perhaps the whole file has another scale
    )
    repeated: int = 0
    empty: int = 0
    coded: int = 0  # ids that looked like somebody's name or address
    labels: dict[str, int] = field(default_factory=dict)  # ratings written with words, and how they are read
    words: dict[str, str] = field(default_factory=dict)  # ratings in words alone: looked up by, as written

    @property
    def scale_words(self) -> list[str]:
        """What a person can be asked about; nothing where it is no scale."""
        return list(self.words.values()) if len(self.words) <= MOST_WORDS else []


class TooManyRows(Exception):
    """The table is longer than a survey may be."""


def check(
    rows: Iterable[Row],
    columns: Mapping[str, Column],
    *,
    prefix: str,
    scale: Scale | None = None,
    at_most: int = MOST_ROWS,
) -> Checked:
    """Reads every row, sound or not. `prefix` begins the keys of respondents that have no id in the table."""
    found = Checked()
    for row in rows:
        if found.rows == at_most:
            raise TooManyRows
        found.rows += 1
        troubles = [Trouble(row.number, "", f"This row {row.error}.")] if row.error else []
        answers: dict[str, dict[str, int | str]] = {}
        if not troubles:
            _keep_words(found, row, columns)
            troubles = list(_read_cells(row, columns, scale or {}, answers))
        if troubles:
            found.faulty += 1
            found.off_scale += any(_off_scale(row.cells.get(name, "")) for name in _scaled(columns))
            found.troubles += troubles[: max(0, ERRORS_KEPT - len(found.troubles))]
        else:
            _keep(found, row, columns, answers, prefix)
    return found


def _keep(
    found: Checked,
    row: Row,
    columns: Mapping[str, Column],
    answers: dict[str, dict[str, int | str]],
    prefix: str,
) -> None:
    if not answers:
        found.empty += 1
        return
    who = _cell_of(row, columns, RESPONDENT)
    key = respondent_key(who) if who else f"{prefix}-{row.number}"
    found.coded += bool(who) and key != who
    found.repeated += key in found.answers
    _keep_labels(found, row, columns)
    found.answers[key] = (_cell_of(row, columns, SEGMENT), answers)


def _keep_words(found: Checked, row: Row, columns: Mapping[str, Column]) -> None:
    for text in (row.cells[name] for name in _scaled(columns)):
        if len(found.words) <= MOST_WORDS and _is_words(text):
            found.words.setdefault(as_word(text), text)


def as_word(text: str) -> str:
    """The form in which a word of a scale is the same in every cell."""
    return " ".join(text.casefold().split())


def _is_words(text: str) -> bool:
    is_short = len(text) <= LONGEST_LABEL and any(map(str.isalpha, text))
    return is_short and _number(text) is None and not _is_unanswered(text)


def _keep_labels(found: Checked, row: Row, columns: Mapping[str, Column]) -> None:
    for text in (row.cells[name] for name in _scaled(columns)):
        if len(found.labels) < LABELS_KEPT and _labelled(text) and (value := _rating(text, {})):
            found.labels.setdefault(text, value)


def _cell_of(row: Row, columns: Mapping[str, Column], what: str) -> str:
    return next((row.cells[name] for name, column in columns.items() if column.what == what), "")


def respondent_key(text: str) -> str:
    """Ids stay as they are; what looks like a name or an address becomes a code, the same one each time.

    The code needs the installation's secret: whoever has a list of addresses cannot find out who is who.
    """
    if re.fullmatch(r"[\w.:/#-]{1,64}", text) and re.search(r"\d", text):
        return text
    return f"r-{salted_hmac('survey respondent', text.casefold(), algorithm='sha256').hexdigest()[:16]}"


def _read_cells(
    row: Row, columns: Mapping[str, Column], scale: Scale, answers: dict[str, dict[str, int | str]]
) -> Iterator[Trouble]:
    """Fills `answers` and yields what is wrong with the row."""
    for name, column in columns.items():
        text = row.cells[name]
        if column.what == SEGMENT and len(text) > LONGEST_SEGMENT:
            yield Trouble(row.number, name, f"The segment is longer than {LONGEST_SEGMENT} characters.")
        if column.what not in PARTS or _is_unanswered(text):
            continue
        value = _rating(text, scale) if column.what in (IMP, SAT) else _kano(text)
        if value == NO_ANSWER:
            continue
        if value is None:
            yield Trouble(row.number, name, _why(text, column.what))
        else:
            answers.setdefault(column.item, {})[column.what] = value


def _rating(text: str, scale: Scale) -> int | None:
    if _is_words(text):
        return scale.get(as_word(text))
    number = _number(text)
    return int(number) if number in (1, 2, 3, 4, 5) else None


def _kano(text: str) -> str | None:
    """By the words where they stand beside a number: tools do not number the answers alike."""
    _, label = _labelled(text) or (0, text)
    return KANO_WORDS.get(label.casefold().replace("’", "'"))


def _number(text: str) -> float | None:
    """Also with a decimal comma or with words beside it; nothing that only Python would take for a number."""
    if labelled := _labelled(text):
        return float(labelled[0])
    return float(text.replace(",", ".")) if re.fullmatch(r"[+-]?[0-9]{1,9}([.,][0-9]{1,9})?", text) else None


def _labelled(text: str) -> tuple[int, str] | None:
    """The number and the words beside it."""
    if len(text) > LONGEST_LABEL or not (found := LABELLED.fullmatch(text)):
        return None
    return int(found[1] or found[4]), found[2] or found[3]


def _is_unanswered(text: str) -> bool:
    """Also “99 = don’t know”, whatever its number."""
    _, label = _labelled(text) or (0, text)
    said = " ".join(languages.words(label.replace("’", "'")))
    return text.casefold() in BLANK or said in languages.NO_ANSWER


def _scaled(columns: Mapping[str, Column]) -> list[str]:
    return [name for name, column in columns.items() if column.what in (IMP, SAT)]


def _off_scale(text: str) -> bool:
    number = _number(text)
    return number is not None and not _is_unanswered(text) and not 1 <= number <= 5


def _why(text: str, what: str) -> str:
    shown = f"“{text[:40]}{'…' if len(text) > 40 else ''}”"
    if what in (WITH, WITHOUT):
        return f"{shown} is none of the five Kano answers: {', '.join(KANO)}, or 1 to 5 in this order."
    if _off_scale(text):
        return f"{shown} is outside the scale from 1 to 5."
    if _number(text) is None:
        return f"{shown} is words, not a number from 1 to 5."
    return f"{shown} is no whole number; ratings are 1, 2, 3, 4 or 5."


def contradictions(columns: Mapping[str, Column]) -> list[str]:
    """What makes a mapping impossible, in words."""
    seen: dict[tuple[str, str], str] = {}
    wrong = []
    for name, column in columns.items():
        key = (column.what, column.item)
        if column.what and key in seen:
            wrong.append(f"“{seen[key]}” and “{name}” say the same: choose one of them.")
        seen.setdefault(key, name)
    if not any(column.what in PARTS for column in columns.values()):
        wrong.append("No column holds importance, satisfaction or a Kano answer yet.")
    return wrong


def items_of(columns: Mapping[str, Column]) -> Sequence[str]:
    """The items in the order of the table, each once."""
    return list(dict.fromkeys(column.item for column in columns.values() if column.what in PARTS))
