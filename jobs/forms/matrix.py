"""Forms of the matrix and of the saturation curve: the state of a view, in its address."""

from __future__ import annotations

from typing import Any

from django import forms

from jobs.forms.jobs import offer
from jobs.queries.matrix import ORDERS
from jobs.queries.saturation import BASE, RUN, THRESHOLD
from studies.access import StudyAccess


class MatrixForm(forms.Form):
    """A value that makes no sense is the usual order."""

    order = forms.ChoiceField(
        required=False, choices=list(ORDERS.items()), widget=forms.Select(attrs={"class": "form-select"})
    )
    by: Any = forms.ModelChoiceField(None, required=False, widget=forms.HiddenInput)
    side = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, access: StudyAccess, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "by", access.study.interviews.all())

    def chosen(self) -> dict[str, Any]:
        """For `matrix`."""
        self.is_valid()
        given = self.cleaned_data
        by = given.get("by")
        return {"order": given.get("order") or "often", "by": by and by.pk, "side": given.get("side") or 1}


def _count(label: str, usual: int, most: int, hint: str) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "form-control"})
    return forms.IntegerField(
        label=label, required=False, min_value=1, max_value=most, initial=usual, help_text=hint, widget=widget
    )


class SaturationForm(forms.Form):
    base = _count("Base", BASE, 50, "interviews that what is new is compared with")
    run = _count("Run", RUN, 20, "interviews in a row that are looked at together")
    threshold = _count("Threshold", THRESHOLD, 50, "percent of the base that may still be new")

    def chosen(self) -> dict[str, int]:
        """For `curve`; what was left out or makes no sense takes its usual value."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or field.initial for name, field in self.fields.items()}
