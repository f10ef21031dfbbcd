"""The labelled job statements: 25 known jobs of households that decide about heating and renovation.

Who wrote them and how: one author, a language model working for this project, wrote every line for it in the
voices of 42 invented people, person by person and without templates. The German lines were written in German
and are nobody's translation. Nobody was interviewed, and nothing was tuned on the set before it was whole.
The labels say what the author meant: no second person has sorted the statements, so that how far two people
would agree is unknown. Label "" marks the outliers, jobs that only this person has.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_suffix(".json")


@dataclass(frozen=True)
class Labelled:
    """`dimension` and `level` are values of the models' choices; an outlier carries its own."""

    key: str
    text: str
    interview: str
    label: str
    language: str
    dimension: str
    level: str


def labelled() -> list[Labelled]:
    """All statements in the order of the file, which goes person by person."""
    data = json.loads(FILE.read_text(encoding="utf-8"))
    return [_labelled(number, row, data["jobs"]) for number, row in enumerate(data["statements"], 1)]


def _labelled(number: int, row: dict[str, str], jobs: dict[str, dict[str, str]]) -> Labelled:
    kind = jobs.get(row["job"], row)
    return Labelled(
        key=f"s{number:03}",
        text=row["text"],
        interview=row["person"],
        label=row["job"],
        language=row["language"],
        dimension=kind["dimension"],
        level=kind["level"],
    )
