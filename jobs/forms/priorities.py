"""Forms of the ranking: weights, goals, ratings, comments, decisions."""

from __future__ import annotations

from typing import Any

from django import forms

from jobs.models import Approval, Criterion, PrioritySettings


class WeightsForm(forms.Form):
    """How much each criterion counts, and why; an edit carries the version that it saw."""

    reason = forms.CharField(
        max_length=300, error_messages={"required": "Say why: the reason stays beside the ranking."}
    )
    method = forms.ChoiceField(choices=PrioritySettings.Method.choices, required=False)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, names: dict[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in names.items():
            self.fields[name] = forms.FloatField(
                label=label,
                min_value=0,
                max_value=10,
                widget=forms.NumberInput(attrs={"class": "form-control", "step": "0.5"}),
            )
        self.names = list(names)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not any(self.weights().values()):
            raise forms.ValidationError("At least one criterion has to count.")
        return given

    def weights(self) -> dict[str, float]:
        """Whole numbers stay whole, so that the history reads well."""
        values = {name: self.cleaned_data[name] for name in self.names}
        return {name: int(value) if value == int(value) else value for name, value in values.items()}

    def weight_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.names]


class GoalsForm(forms.Form):
    """One goal a line."""

    goals = forms.CharField(required=False, max_length=1200, widget=forms.Textarea)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def clean_goals(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["goals"].splitlines() if line.strip()]


class RatingForm(forms.Form):
    """One's own rating; without a value it is taken back."""

    criterion = forms.ChoiceField(choices=Criterion.choices)
    value = forms.IntegerField(required=False, min_value=0, max_value=5)
    reason = forms.CharField(required=False, max_length=300)


class CommentForm(forms.Form):
    text = forms.CharField(max_length=4000, error_messages={"required": "Write something first."})


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(choices=Approval.Decision.choices)
    note = forms.CharField(required=False, max_length=300)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("decision") == Approval.Decision.NEEDS_WORK and not given.get("note", "").strip():
            raise forms.ValidationError("Say what is missing: the team will want to know.")
        return given
