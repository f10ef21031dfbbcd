from __future__ import annotations

from typing import Any

from django import forms

from interviews.models import Code
from studies.access import StudyAccess


class CodebookForm(forms.ModelForm):
    """One code of the book; the action says whether its name is free."""

    class Meta:
        model = Code
        fields = ["name", "description"]
        labels = {"name": "Code", "description": "When to use it"}
        help_texts = {"description": "One sentence: what belongs here, and what does not."}


class CodeMergeForm(forms.Form):
    into: Any = forms.ModelChoiceField(queryset=None, empty_label="Choose a code", label="Merge into")

    def __init__(self, access: StudyAccess, code: Code, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = access.study.codes.exclude(pk=code.pk)  # type: ignore[attr-defined]


class GiveCodeForm(forms.Form):
    name = forms.CharField(max_length=80)
