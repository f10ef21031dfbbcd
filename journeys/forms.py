"""The state of the journey pages in the address. A value that makes no sense is no filter."""

from __future__ import annotations

from typing import Any

from django import forms

from journeys.queries.strips import ANCHORS
from journeys.queries.table import TABLE_NAMES
from journeys.queries.timelines import Choices


class JourneyForm(forms.Form):
    segment = forms.ChoiceField(required=False)
    tag = forms.ChoiceField(required=False)
    lens = forms.ChoiceField(required=False, choices=list(TABLE_NAMES.items()))
    align = forms.ChoiceField(required=False, choices=[(name, name) for name in ANCHORS])

    def __init__(self, choices: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["segment"].choices = [(name, name) for name in choices.segments]  # type: ignore[attr-defined]
        self.fields["tag"].choices = [(name, name) for name in choices.tags]  # type: ignore[attr-defined]

    def state(self) -> dict[str, str]:
        self.is_valid()
        given = self.cleaned_data
        return {
            "segment": given.get("segment", ""),
            "tag": given.get("tag", ""),
            "lens": given.get("lens") or "four_phase",
            "align": given.get("align") or "thought",
        }
