"""Forms about verbatims: a file, its columns, filters of a group, and the job that a group speaks to."""

from __future__ import annotations

from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.db.models import QuerySet

from interviews.forms.participants import DayOrderField
from jobs.forms.jobs import JobChoice, offer
from jobs.models import Evidence, Job, Verbatim, VerbatimSource
from jobs.queries import verbatims
from jobs.verbatim_rows import KEEP, LEAVE
from studies.access import StudyAccess
from studies.tables import Table
from studies.tables.dates import DayOrder, day_order

DATES_READ = 2_000  # rows in which a date is looked for that tells whether the day or the month comes first
WORKBOOK_MOST = 10 * 1024 * 1024  # bytes; a workbook is read many times more slowly than a CSV


class UploadForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text="CSV, Excel workbook (.xlsx) or JSON lines, one answer, review or ticket a row.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.jsonl,.ndjson,.json"}),
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
    )
    name = forms.CharField(
        max_length=120,
        required=False,
        label="Name of the source",
        help_text="As it stands beside numbers: “reviews 2026”. Empty: the name of the file.",
    )
    kind = forms.ChoiceField(choices=VerbatimSource.Kind.choices, label="What it holds")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most, book = (size // 1024 // 1024 for size in (settings.UPLOAD_MAX_BYTES, WORKBOOK_MOST))
        limits = f"At most {most} MB" + (f", a workbook at most {book} MB." if book < most else ".")
        self.fields["file"].help_text += f" {limits}"

    def clean_file(self) -> Any:
        file, most = self.cleaned_data["file"], settings.UPLOAD_MAX_BYTES
        if file.size > most:
            raise forms.ValidationError(
                _too_large(file, most) + " Divide the file, or ask for a higher limit."
            )
        if file.name.casefold().endswith(".xlsx") and file.size > WORKBOOK_MOST:
            raise forms.ValidationError(
                _too_large(file, WORKBOOK_MOST, "a workbook")
                + f" Save it as CSV, which may have {most // 1024 // 1024} MB."
            )
        return file

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].replace("\0", "").split())

    def source_name(self) -> str:
        stem = self.cleaned_data["file"].name.rsplit(".", 1)[0]
        return self.cleaned_data["name"] or " ".join(stem.replace("_", " ").split())[:120] or "Verbatims"


def _too_large(file: Any, most: int, what: str = "a file") -> str:
    size = f"{file.size / 1024 / 1024:.0f} MB"
    return f"“{file.name}” has {size}; {what} may have {most // 1024 // 1024} MB."


class ColumnsForm(forms.Form):
    """Which column is what. The file must be open while the form is validated: its dates are read.

    The source's mapping may hold a date that needs a word, found when all rows were looked at. `here` are
    columns of the file that are sources already.
    """

    text = forms.ChoiceField(label="The words", help_text="What the customer wrote.")
    segment = forms.ChoiceField(
        required=False, label="Segment", help_text="A product, a plan, a country: to filter by."
    )
    date = forms.ChoiceField(required=False, label="Date")
    order = DayOrderField()

    def __init__(self, table: Table, *args: Any, source: VerbatimSource, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table, self.earlier, self.days = table, source.mapping, DayOrder()
        self.here = verbatims.columns_here(source.study, source.digest, table.head)
        columns = [(name, name) for name in table.head]
        for name, field in self.fields.items():
            if name in ("segment", "date"):
                field.choices = [("", "No column"), *columns]  # type: ignore[attr-defined]
        fresh = [(name, name) for name in table.head if name not in self.here]
        self.fields["text"].choices = fresh  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        chosen = [self.cleaned_data.get(name) for name in ("text", "segment", "date")]
        named = [name for name in chosen if name]
        if len(set(named)) < len(named):
            raise forms.ValidationError("One column is chosen twice: each can be one thing only.")
        if date := self.cleaned_data.get("date"):
            self.days = day_order(self._dates(date), self.cleaned_data.get("order", ""))
        return self.cleaned_data | {"order": self.days.order}

    def _dates(self, column: str) -> list[str]:
        doubted = [self.earlier.get("doubted", "")] if self.earlier.get("date") == column else []
        return [row.cells.get(column, "") for row in islice(self.table.rows(), DATES_READ)] + doubted

    def choice(self) -> str:
        """The columns in one line: a word on rows counts only for the columns that were seen."""
        return urlencode([(name, self.cleaned_data.get(name, "")) for name in self.base_fields])

    def decided(self) -> dict[str, str]:
        """The columns, and the word on rows that cannot be read in full."""
        word = self.data.get("faulty") if self.data.get("seen") == self.choice() else ""
        return self.cleaned_data | {"faulty": word if word in (KEEP, LEAVE) else ""}


class WordsFilterForm(forms.Form):
    """Filters of a list of verbatims. A value that makes no sense is no filter."""

    segment = forms.ChoiceField(required=False)
    word = forms.CharField(required=False, max_length=60)

    def __init__(self, found: QuerySet[Verbatim], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.segments = verbatims.segments_of(found)
        self.fields["segment"].choices = [("", ""), *self.segments]  # type: ignore[attr-defined]

    def filters(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in ("segment", "word")}


class LinkForm(forms.Form):
    """The generalised job that a group speaks for or against."""

    job = JobChoice(None, error_messages={"required": "Choose a job."})
    polarity = forms.ChoiceField(choices=Evidence.Polarity.choices)

    def __init__(self, access: StudyAccess, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "job", access.study.jobs.filter(scope=Job.Scope.GENERALISED))
