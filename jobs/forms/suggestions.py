from __future__ import annotations

from typing import Any

from django import forms

from interviews.forms.transcripts import CodeForm, SpanForm
from jobs.models import Suggestion
from studies.access import StudyAccess
from studies.forms import RowsField


class SwitchForm(forms.Form):
    on = forms.BooleanField(required=False)
    # the transcript that the switch was pressed in, to go back to
    transcript: Any = forms.ModelChoiceField(queryset=None, required=False)

    def __init__(self, access: StudyAccess, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["transcript"].queryset = access.study.transcripts.defer("text")  # type: ignore[attr-defined]


class AcceptForm(CodeForm):
    """One of the suggested elements (or another one), with codes of this study."""

    codes: Any = RowsField(queryset=None, required=False)

    def __init__(self, access: StudyAccess, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["codes"].queryset = access.study.codes.all()  # type: ignore[attr-defined]


class DecideForm(SpanForm):
    state = forms.ChoiceField(
        choices=[(state.value, state.label) for state in (Suggestion.State.REJECTED, Suggestion.State.OPEN)]
    )
