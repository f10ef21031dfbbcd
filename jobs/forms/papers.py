"""Forms of the board paper: approving a ranking, and what a paper is made from."""

from __future__ import annotations

from typing import Any

from django import forms

from jobs.queries.snapshots import snapshots_of
from studies.access import StudyAccess


class ApproveForm(forms.Form):
    """`seen`: the ranking that was looked at; another one is not approved by accident."""

    name = forms.CharField(
        max_length=120,
        label="Call it",
        help_text="For example the meeting it was approved for.",
        error_messages={"required": "Give it a name, for example the meeting."},
        widget=forms.TextInput(attrs={"placeholder": "Board, May", "class": "form-control"}),
    )
    note = forms.CharField(
        max_length=300,
        required=False,
        label="Note",
        help_text="What was decided, and what was doubted.",
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class PaperForm(forms.Form):
    """`snapshot` empty: the ranking of today."""

    snapshot: forms.ModelChoiceField[Any] = forms.ModelChoiceField(queryset=None, required=False)

    def __init__(self, access: StudyAccess, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["snapshot"].queryset = snapshots_of(access.study)  # type: ignore[attr-defined]
