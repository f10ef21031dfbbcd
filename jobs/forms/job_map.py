"""Forms of the job map."""

from __future__ import annotations

from typing import Any

from django import forms

from jobs.forms.jobs import JobChoice, offer
from studies.access import StudyAccess


class MoveForm(forms.Form):
    """A place on the map: under `parent` (empty: at the top), ahead of `before` (empty: last)."""

    parent = JobChoice(None, required=False)
    before = JobChoice(None, required=False)

    def __init__(self, access: StudyAccess, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("parent", "before"):
            offer(self, name, access.study.jobs.all())


class AlsoForm(forms.Form):
    other = JobChoice(None)
    on = forms.BooleanField(required=False)

    def __init__(self, access: StudyAccess, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "other", access.study.jobs.all())
