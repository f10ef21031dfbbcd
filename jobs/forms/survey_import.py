"""Uploading a table of survey answers, and saying what its columns are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from jobs.forms.surveys import generalised
from jobs.surveys.table import (
    LONGEST_LABEL,
    MOST_WORDS,
    PARTS,
    Column,
    as_word,
    contradictions,
    guessed,
    same_words,
    suggestion,
)
from studies.access import StudyAccess

WHAT = [
    ("", "leave out"),
    ("imp", "importance, 1 to 5"),
    ("sat", "satisfaction, 1 to 5"),
    ("with", "Kano: with it"),
    ("without", "Kano: without it"),
    ("respondent", "respondent’s id"),
    ("segment", "segment"),
]
STANDS_FOR = {
    "": "not said yet",
    "5": "5, the most",
    "4": "4",
    "3": "3",
    "2": "2",
    "1": "1, the least",
    "0": "no answer",
}
UNLINKED = "its own words, not ranked"


class UploadForm(forms.Form):
    file = forms.FileField(
        label="CSV or XLSX, the names of the columns above the answers", allow_empty_file=True
    )


class ColumnsForm(forms.Form):
    """Two choices a column: what it holds, and about which job. Jobs come from the opened study."""

    def __init__(self, access: StudyAccess, head: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        jobs = {str(pk): text for pk, text in generalised(access).values_list("pk", "statement")}
        known = {same_words(text): int(pk) for pk, text in jobs.items()}
        for number, name in enumerate(head):
            guess = guessed(name)
            job = suggestion(guess.item or name, known)
            self.fields[f"what-{number}"] = forms.ChoiceField(
                choices=WHAT, required=False, initial=guess.what, widget=_select(f"What “{name}” holds")
            )
            self.fields[f"job-{number}"] = forms.ChoiceField(
                choices=[("", UNLINKED), *jobs.items()],
                required=False,
                initial=str(job or ""),
                widget=_select(f"Job of “{name}”"),
            )
        self.head = head

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            for words in contradictions(self.columns()):
                self.add_error(None, words)
        return given

    def columns(self) -> dict[str, Column]:
        """Columns that hold something. Columns of one job are one item, under the first one’s words."""
        names: dict[str, str] = {}
        found = {}
        for number, name in enumerate(self.head):
            what, job = (self.cleaned_data.get(f"{field}-{number}", "") for field in ("what", "job"))
            own = guessed(name).item or name
            item = names.setdefault(job or own, own) if what in PARTS else ""
            if what:
                found[name] = Column(what, item)
        return found

    def jobs(self) -> dict[str, int | None]:
        """Item -> generalised job."""
        columns = self.columns()
        linked: dict[str, int | None] = {}
        for number, name in enumerate(self.head):
            if name in columns and columns[name].item:
                job = self.cleaned_data[f"job-{number}"]
                linked[columns[name].item] = int(job) if job else linked.get(columns[name].item)
        return linked

    def rows(self, samples: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
        """For the template: each column with its first values."""
        return [
            {
                "name": name,
                "samples": samples.get(name, []),
                "what": self[f"what-{number}"],
                "job": self[f"job-{number}"],
            }
            for number, name in enumerate(self.head)
        ]


def scale_of(data: QueryDict) -> dict[str, int]:
    """What a person said that the words of a scale stand for, each `word` with its `stands`."""
    words = (word.replace("\0", "")[:LONGEST_LABEL] for word in data.getlist("word")[:MOST_WORDS])
    said = zip(words, data.getlist("stands"), strict=False)
    return {as_word(word): int(value) for word, value in said if value in STANDS_FOR and value}


def _select(label: str) -> forms.Select:
    return forms.Select(attrs={"class": "form-select form-select-sm", "aria-label": label})
