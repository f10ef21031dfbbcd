"""Forms about jobs: they validate, actions write. Every choice comes from the study that was opened."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from interviews import kinds
from interviews.models import Element, Interview, Quote
from jobs.models import Job, Level, Pattern
from jobs.statements import RULES
from studies.access import StudyAccess
from studies.forms import is_key

PATTERN_HELP = {
    Pattern.FUNCTIONAL: "Verb + object, and the context only if it changes the job: "
    "“Get both children to nursery on time”.",
    Pattern.EMOTIONAL: "Begin with feel, avoid feeling, be perceived as or avoid being perceived as: "
    "“Feel safe with the children in traffic”.",
    Pattern.OUTCOME: "Direction + metric + object + context: "
    "“Minimise the time it takes to get the children ready in the morning”.",
    Pattern.STORY: "“When it rains in the morning, I want to get the children to nursery dry, "
    "so I can start work unhurried”.",
}
LEVEL_HELP = {
    Level.PURPOSE: "A higher purpose in life; it has no done state",
    Level.MAIN: "What the solution is hired for; when in doubt, this one",
    Level.SUB: "A step on the way to a main job",
    Level.MICRO: "A single act",
}
MAX_TEXT = 300


def offer(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    """What a field may choose from: rows of the opened study, never of a whole table."""
    cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = rows


class JobFilterForm(forms.Form):
    """The list's state in the URL. A value that makes no sense is no filter."""

    q = forms.CharField(required=False, max_length=100)
    scope = forms.ChoiceField(required=False, choices=[("", "All jobs"), *Job.Scope.choices])
    interview: Any = forms.ModelChoiceField(None, required=False, empty_label="Every interview")
    level = forms.ChoiceField(required=False, choices=[("", "Every level"), *Level.choices])
    dimension = forms.ChoiceField(required=False, choices=[("", "Every dimension"), *kinds.DIMENSIONS])
    evidence = forms.ChoiceField(required=False, choices=[("", ""), ("none", "Without evidence")])
    group = forms.ChoiceField(required=False, choices=[("", ""), ("none", "Without a group")])

    def __init__(self, access: StudyAccess, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "interview", access.study.interviews.select_related("participant"))

    def filters(self) -> dict[str, Any]:
        """For `filtered_jobs`."""
        self.is_valid()
        given = self.cleaned_data
        return {
            "text": given.get("q", ""),
            "scope": given.get("scope", ""),
            "interview": given.get("interview"),
            "level": given.get("level", ""),
            "dimension": given.get("dimension", ""),
            "without_evidence": bool(given.get("evidence")),
            "ungrouped": bool(given.get("group")),
        }


class JobForm(forms.Form):
    """A statement with its pattern, level and dimensions, and the warnings that the writer does not share."""

    statement = forms.CharField(
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 2, "data-grow": "", "class": "form-control"}),
    )
    pattern = forms.ChoiceField(
        choices=Pattern.choices,
        initial=Pattern.FUNCTIONAL,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    level = forms.ChoiceField(
        choices=Level.choices, initial=Level.MAIN, widget=forms.Select(attrs={"class": "form-select"})
    )
    dimensions = forms.MultipleChoiceField(
        choices=kinds.DIMENSIONS, required=False, widget=forms.CheckboxSelectMultiple
    )

    def clean_statement(self) -> str:
        return " ".join(self.cleaned_data["statement"].split())

    def dismissed(self) -> dict[str, str]:
        """Rule -> reason."""
        return dismissals_in(self.data)


def short_reason(text: str) -> str:
    """As it is stored: without NUL, which PostgreSQL refuses."""
    return text.replace("\0", "").strip()[:200]


def dismissals_in(data: Any) -> dict[str, str]:
    """Rule -> reason, of the fields that the lint panel adds to a form."""
    reasons = {rule: short_reason(data.get(f"dismiss-{rule}", "")) for rule in RULES}
    return {rule: reason for rule, reason in reasons.items() if reason}


class JobEditForm(JobForm):
    """An edit carries the version that it saw."""

    rationale = forms.CharField(
        required=False,
        max_length=4000,
        label="Rationale",
        help_text="How you read it, or why these belong together.",
        widget=forms.Textarea(attrs={"rows": 3, "data-grow": "", "class": "form-control"}),
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def changes(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class EvidenceForm(forms.Form):
    """What speaks for and against a job: `supports` and `contradicts` hold keys such as e12 and q34."""

    def __init__(self, interview: Interview, data: Any) -> None:
        super().__init__(data)
        self.interview = interview
        self.chosen = {
            polarity: list(dict.fromkeys(data.getlist(polarity))) for polarity in ("supports", "contradicts")
        }

    def clean(self) -> dict[str, list[Element | Quote]]:  # type: ignore[override]
        if set(self.chosen["supports"]) & set(self.chosen["contradicts"]):
            raise forms.ValidationError("The same words cannot both support and contradict: choose one.")
        return {polarity: self._rows(keys) for polarity, keys in self.chosen.items()}

    def _rows(self, keys: list[str]) -> list[Element | Quote]:
        """Only what belongs to this interview; anything else is refused, whatever was posted."""
        wanted: dict[str, list[int]] = {
            letter: [int(key[1:]) for key in keys if key[:1] == letter and is_key(key[1:])] for letter in "eq"
        }
        quotes = self.interview.study.quotes.filter(transcript__interview=self.interview)
        found: list[Element | Quote] = [
            *self.interview.elements.filter(pk__in=wanted["e"]),
            *quotes.filter(pk__in=wanted["q"]),
        ]
        if len(found) != len(keys):
            raise forms.ValidationError(
                "Some of the chosen evidence is not in this interview any more. Choose again."
            )
        return found


class JobChoice(forms.ModelChoiceField):
    """A job of this study, or nothing."""

    default_error_messages = {"invalid_choice": "That job is not in this study any more."}
