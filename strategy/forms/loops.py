"""Forms about readings and loops: they validate, actions write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from strategy.models import Action
from strategy.reading_table import FIRST_YEAR, LARGEST, LONGEST_NOTE, Found, read_file, read_pasted
from studies.tables import TableError

LARGEST_FILE = 1024 * 1024
LONGEST_PASTE = 200_000


DECISIONS = [
    (Action.Decision.KEEP.value, "Keep: it stays as it is"),
    (Action.Decision.ADAPT.value, "Adapt: it goes on, changed"),
    (Action.Decision.STOP.value, "Stop: it ends here"),
]


def _text(longest: int, *, required: bool = True, **more: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "form-control"})
    return forms.CharField(max_length=longest, required=required, **{"widget": widget} | more)


def _day(*, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")
    return forms.DateField(required=required, widget=widget)


class ReadingForm(forms.Form):
    on = _day()
    value = forms.FloatField(
        min_value=-LARGEST,
        max_value=LARGEST,
        widget=forms.NumberInput(attrs={"step": "any", "class": "form-control"}),
    )
    note = _text(LONGEST_NOTE, required=False)

    def clean_on(self) -> Any:
        on = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise forms.ValidationError("A reading cannot lie in the future.")
        if on.year < FIRST_YEAR:
            raise forms.ValidationError(f"Write a day from {FIRST_YEAR} on.")
        return on


class ImportForm(forms.Form):
    """Readings from the clipboard or from a file; `found` holds them once the form is valid."""

    text = forms.CharField(
        required=False,
        max_length=LONGEST_PASTE,
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control", "placeholder": "2026-11-03; 4.5"}),
    )
    file = forms.FileField(required=False, widget=forms.FileInput(attrs={"class": "form-control"}))
    replace = forms.BooleanField(required=False)
    found: Found

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return data
        if not data["file"] and not data["text"].strip():
            raise forms.ValidationError("Paste readings, or choose a file.")
        try:
            self.found = self._read(data)
        except TableError as error:
            raise forms.ValidationError(str(error)) from error
        if self.found.errors:
            raise forms.ValidationError(list(self.found.errors))
        return data

    def _read(self, data: dict[str, Any]) -> Found:
        today, file = timezone.localdate(), data["file"]
        if not file:
            return read_pasted(data["text"], today=today)
        if file.size > LARGEST_FILE:
            raise TableError(f"“{file.name}” is larger than 1 MB. Send the days and values only.")
        return read_file(file.file, file.name, today=today)


class CloseForm(forms.Form):
    """What a loop leaves behind: the first three are asked for."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    result = _text(
        4000,
        label="What happened?",
        widget=forms.Textarea(attrs={"rows": 3, "data-grow": "", "class": "form-control"}),
        error_messages={"required": "Write down what happened."},
    )
    expectation_after = _text(
        200,
        label="What do customers expect now?",
        error_messages={"required": "Write down what customers expect now."},
    )
    decision = forms.ChoiceField(
        label="What becomes of the change?",
        choices=DECISIONS,
        error_messages={"required": "Choose keep, adapt or stop."},
    )
    next_change = _text(200, required=False, label="Which small change comes next?")


class NextForm(forms.Form):
    """The next loop, filled in from the one before."""

    title = _text(160, label="What shall somebody do?")
    change = _text(300, required=False, label="We believe")
    due_on = _day(required=False)
