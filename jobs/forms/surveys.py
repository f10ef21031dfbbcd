"""Forms of the team's side of surveys. Every choice of jobs comes from the opened study."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.utils import timezone

from jobs.actions.surveys import Worded
from jobs.models import Job, Survey, SurveyItem
from jobs.models.surveys import LANGUAGES
from studies.access import StudyAccess
from studies.forms import RowsField

MOST_SEGMENTS = 12
LONGEST_SEGMENT = 80
LONGEST_WORDING = 300
YEARS = range(2000, 2101)  # a day at the end of all calendars has no day after it


def generalised(access: StudyAccess) -> Any:
    return access.study.jobs.filter(scope=Job.Scope.GENERALISED)


class JobChoices(RowsField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, job: Any) -> str:
        return str(job.statement)


class NewSurveyForm(forms.Form):
    name = forms.CharField(max_length=120, help_text="For your team only. Respondents do not see it.")
    jobs = JobChoices(
        None, label="Jobs to ask about", error_messages={"required": "Choose at least one job."}
    )

    def __init__(self, access: StudyAccess, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("JobChoices", self.fields["jobs"]).queryset = generalised(access)


class SurveyForm(forms.Form):
    """Everything about a survey; once its words stand, only the name and the last day."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(max_length=120)
    last_day = forms.DateField(
        required=False, widget=forms.DateInput({"type": "date", "class": "form-control"}, "%Y-%m-%d")
    )
    with_kano = forms.BooleanField(required=False)
    add = JobChoices(None, required=False)

    def __init__(
        self, access: StudyAccess, survey: Survey, *args: Any, is_worded: bool, **kwargs: Any
    ) -> None:
        self.survey, self.is_worded = survey, is_worded
        self.items: list[SurveyItem] = list(survey.items.select_related("job"))
        kwargs.setdefault("initial", _as_shown(survey))
        super().__init__(*args, **kwargs)
        present = [item.job_id for item in self.items]
        cast("JobChoices", self.fields["add"]).queryset = generalised(access).exclude(pk__in=present)
        for code in LANGUAGES:
            self.fields[f"title-{code}"] = forms.CharField(required=False, max_length=120)
            self.fields[f"intro-{code}"] = forms.CharField(required=False, max_length=2000)
            self.fields[f"segment_question-{code}"] = forms.CharField(required=False, max_length=200)
            self.fields[f"segments-{code}"] = forms.CharField(required=False, max_length=1200)
        for item in self.items:
            self._add_item_fields(item)

    def _add_item_fields(self, item: SurveyItem) -> None:
        self.fields[f"position-{item.pk}"] = forms.IntegerField(required=False, initial=item.position)
        self.fields[f"out-{item.pk}"] = forms.BooleanField(required=False)
        for code in LANGUAGES:
            self.fields[f"{code}-{item.pk}"] = forms.CharField(
                required=False, max_length=LONGEST_WORDING, initial=item.wording.get(code, "")
            )

    def clean_last_day(self) -> Any:
        day = self.cleaned_data["last_day"]
        if day is not None and day.year not in YEARS:
            raise forms.ValidationError(f"Give a day from {YEARS[0]} to {YEARS[-1]}.")
        return day

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        lists = {code: _lines(given.get(f"segments-{code}", "")) for code in LANGUAGES}
        for code, lines in lists.items():
            for trouble in _segment_troubles(lines):
                self.add_error(f"segments-{code}", trouble)
        if len({len(lines) for lines in lists.values() if lines}) > 1:
            self.add_error("segments-de", "Give as many segments as in English, in the same order.")
        return given

    def values(self) -> dict[str, Any]:
        """The keyword arguments of edit_survey."""
        given = self.cleaned_data
        plain = {"name": given["name"], "closes_at": end_of(given["last_day"]), "seen": given["version"]}
        if self.is_worded:
            return plain
        words = {field: self._by_language(field) for field in ("title", "intro", "segment_question")}
        segments = {code: "\n".join(_lines(given[f"segments-{code}"])) for code in LANGUAGES}
        words["segments"] = {code: lines for code, lines in segments.items() if lines}
        return plain | {
            "words": words | {"with_kano": given["with_kano"]},
            "items": [self._worded(item) for item in self.items],
            "add": list(given["add"]),
        }

    def _by_language(self, field: str) -> dict[str, Any]:
        texts = {code: self.cleaned_data[f"{field}-{code}"] for code in LANGUAGES}
        return {code: text for code, text in texts.items() if text}

    def _worded(self, item: SurveyItem) -> Worded:
        given = self.cleaned_data
        texts = {code: _ending(given[f"{code}-{item.pk}"]) for code in LANGUAGES}
        position = given[f"position-{item.pk}"]
        return Worded(
            item.pk,
            item.position if position is None else position,
            {code: text for code, text in texts.items() if text},
            given[f"out-{item.pk}"],
        )

    # --- for the template ----------------------------------------------------------------------------
    def languages(self) -> list[dict[str, Any]]:
        fields = ("title", "intro", "segment_question", "segments")
        return [
            {"code": code, "name": name} | {field: self[f"{field}-{code}"] for field in fields}
            for code, name in LANGUAGES.items()
        ]

    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "item": item,
                "position": self[f"position-{item.pk}"],
                "out": self[f"out-{item.pk}"],
                "words": [(code, name, self[f"{code}-{item.pk}"]) for code, name in LANGUAGES.items()],
            }
            for item in self.items
        ]


def end_of(day: Any) -> datetime | None:
    """The last moment of a day, as the server's clock sees it."""
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def last_day_of(survey: Survey) -> Any:
    if survey.closes_at is None:
        return None
    return timezone.localdate(survey.closes_at - timedelta(seconds=1))


def _as_shown(survey: Survey) -> dict[str, Any]:
    shown = {
        "version": survey.version,
        "name": survey.name,
        "with_kano": survey.with_kano,
        "last_day": last_day_of(survey),
    }
    for field in ("title", "intro", "segment_question", "segments"):
        shown |= {f"{field}-{code}": getattr(survey, field).get(code, "") for code in LANGUAGES}
    return shown


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _segment_troubles(lines: list[str]) -> list[str]:
    troubles = []
    if len(lines) > MOST_SEGMENTS:
        troubles.append(f"{len(lines)} segments are too many; {MOST_SEGMENTS} at most.")
    if len(set(lines)) < len(lines):
        troubles.append("One segment stands there twice.")
    if any(len(line) > LONGEST_SEGMENT for line in lines):
        troubles.append(f"A segment has at most {LONGEST_SEGMENT} characters.")
    return troubles


def _ending(text: str) -> str:
    """The page adds the question mark."""
    return text.strip().rstrip("?.").strip()
