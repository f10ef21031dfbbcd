"""The state of the page of charts, in its address: which chart, of whom, how many jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

TOPS = {"5": "first 5", "10": "first 10", "25": "first 25", "50": "first 50", "all": "all"}
USUAL_TOP = "10"


@dataclass(frozen=True)
class View:
    """What is shown. `segment` empty: everybody; `top` None: all."""

    show: str
    segment: str = ""
    top: int | None = int(USUAL_TOP)


class ChartForm(forms.Form):
    """A value that makes no sense is the usual one. `segments` are those that the chart can be drawn for."""

    segment = forms.ChoiceField(required=False, widget=forms.Select(attrs={"class": "form-select"}))
    top = forms.ChoiceField(
        label="Jobs",
        required=False,
        choices=list(TOPS.items()),
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, show: str, segments: list[str], data: Mapping[str, Any]) -> None:
        super().__init__({"top": USUAL_TOP} | {name: data[name] for name in data})
        self.show = show
        offered = [("", "everybody"), *((name, name) for name in segments)]
        self.fields["segment"].choices = offered  # type: ignore[attr-defined]

    def view(self) -> View:
        self.is_valid()
        top = self.cleaned_data.get("top") or USUAL_TOP
        return View(self.show, self.cleaned_data.get("segment") or "", None if top == "all" else int(top))
