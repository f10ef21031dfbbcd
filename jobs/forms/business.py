"""The four ranges of one job, their reason, and the study's currency."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from jobs.models import BusinessInput

LARGEST = 1e12
SPACES = str.maketrans(dict.fromkeys(" \u202f\u2009\u00a0’'"))
ENGLISH = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")  # 1,200.50
GERMAN = re.compile(r"\d{1,3}(\.\d{3}){2,}(,\d+)?|\d{1,3}\.\d{3},\d+|\d+,\d+")  # 1.200.000 · 1.200,50 · 12,5
DOUBTFUL = re.compile(r"[1-9]\d{0,2}\.\d{3}")  # three, or three thousand


class BusinessForm(forms.Form):
    """Numbers may be typed as people write them in English or German; no script is needed for that."""

    reason = forms.CharField(required=False, max_length=300)
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in BusinessInput.RANGES:
            for end in ("low", "high"):
                self.fields[f"{name}_{end}"] = forms.CharField(required=False, max_length=20)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in BusinessInput.RANGES:
            for end in ("low", "high"):
                self._number(given, f"{name}_{end}")
        return given

    def _number(self, given: dict[str, Any], field: str) -> None:
        text = (given.get(field) or "").translate(SPACES)
        if DOUBTFUL.fullmatch(text):
            self.add_error(field, f"Write {text.replace('.', '')} for thousands, else {text}0.")
            return
        try:
            given[field] = float(_plain(text)) if text else None
        except ValueError:
            self.add_error(field, "Write a number, such as 1200 or 12.5.")
            return
        if given[field] is not None and not 0 <= given[field] <= LARGEST:
            self.add_error(field, "Give a number from 0 to a trillion.")

    def ranges(self) -> dict[str, float | None]:
        return {
            f"{name}_{end}": self.cleaned_data[f"{name}_{end}"]
            for name in BusinessInput.RANGES
            for end in ("low", "high")
        }


def _plain(text: str) -> str:
    """As Python reads numbers; other text as it is."""
    if ENGLISH.fullmatch(text):
        return text.replace(",", "")
    return text.replace(".", "").replace(",", ".") if GERMAN.fullmatch(text) else text


class CurrencyForm(forms.Form):
    currency = forms.CharField(max_length=8, error_messages={"required": "Name the currency, as EUR or USD."})
