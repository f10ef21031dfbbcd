"""The name of a what-if, and the state that it names."""

from __future__ import annotations

from django import forms


class NameForm(forms.Form):
    name = forms.CharField(max_length=120, error_messages={"required": "Give the what-if a name first."})


class ScenarioForm(NameForm):
    """`state` is the end of an address, as the page that shows it would be asked for."""

    note = forms.CharField(required=False, max_length=300)
    state = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)
