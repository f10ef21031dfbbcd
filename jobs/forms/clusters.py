"""Forms of the board of groups."""

from __future__ import annotations

from typing import Any

from django import forms

from jobs.forms.jobs import MAX_TEXT, JobChoice, offer
from jobs.models import Job, JobCluster, Pin
from jobs.queries import clusters
from studies.access import StudyAccess
from studies.forms import RowsField


class _GroupChoice(forms.ModelChoiceField):
    default_error_messages = {"invalid_choice": "That group is not in this study any more."}


class RunForm(forms.Form):
    """What a run is asked for. Defaults after the method: never across altitude unless somebody asks."""

    levels = forms.ChoiceField(
        required=False, choices=[("apart", "Each level by itself"), ("together", "All levels together")]
    )
    dimensions = forms.ChoiceField(
        required=False,
        choices=[
            ("together", "Functional, emotional and social together"),
            ("apart", "Functional, emotional and social apart"),
        ],
    )

    def asked(self) -> dict[str, Any]:
        """For `start_clustering`; what was left out keeps its default."""
        return {name: value for name, value in self.cleaned_data.items() if value}


def _reason() -> forms.CharField:
    return forms.CharField(required=False, max_length=MAX_TEXT)


class PlaceForm(forms.Form):
    """An individual job and the group that it goes to; no group: out of all groups."""

    job = JobChoice(None)
    to = _GroupChoice(None, required=False)
    reason = _reason()

    def __init__(self, access: StudyAccess, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "job", access.study.jobs.filter(scope=Job.Scope.INDIVIDUAL))
        offer(self, "to", access.study.jobclusters.all())


PIN_KINDS = [choice for choice in Pin.Kind.choices if choice[0] != Pin.Kind.LEFT]


class PinForm(forms.Form):
    """Two individual jobs that belong together or are kept apart."""

    one = JobChoice(None)
    other = JobChoice(None, error_messages={"required": "Choose the other job."})
    kind = forms.ChoiceField(choices=PIN_KINDS, initial=Pin.Kind.TOGETHER)
    reason = _reason()

    def __init__(self, access: StudyAccess, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("one", "other"):
            offer(self, name, access.study.jobs.filter(scope=Job.Scope.INDIVIDUAL))


class PickForm(forms.Form):
    """The job that is to be pinned, and the words by which its partner is looked for."""

    job = JobChoice(None)
    q = forms.CharField(required=False, max_length=100)

    def __init__(self, access: StudyAccess, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "job", access.study.jobs.filter(scope=Job.Scope.INDIVIDUAL))


class PinMembersForm(forms.Form):
    """Two ticked members of one group."""

    jobs: Any = RowsField(
        None,
        error_messages={
            "required": "Tick two members first.",
            "invalid_choice": "Some of these jobs are not in this study any more.",
        },
    )
    kind = forms.ChoiceField(choices=PIN_KINDS)
    reason = _reason()

    def __init__(self, access: StudyAccess, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "jobs", access.study.jobs.filter(scope=Job.Scope.INDIVIDUAL))

    def clean_jobs(self) -> list[Job]:
        jobs = list(self.cleaned_data["jobs"])
        if len(jobs) != 2:
            raise forms.ValidationError(f"Tick two members to decide about a pair; {len(jobs)} are ticked.")
        return jobs


class ReasonForm(forms.Form):
    reason = _reason()


class MergeForm(forms.Form):
    into = _GroupChoice(None)
    reason = _reason()

    def __init__(self, access: StudyAccess, cluster: JobCluster, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "into", clusters.other_groups(access.study, cluster))


class JobsForm(forms.Form):
    """Several individual jobs and a name: a group made by hand, or the part that leaves one."""

    jobs: Any = RowsField(
        None,
        error_messages={
            "required": "Choose at least one job.",
            "invalid_choice": "Some of these jobs are not in this study any more.",
        },
    )
    name = forms.CharField(required=False, max_length=MAX_TEXT)
    reason = _reason()

    def __init__(self, access: StudyAccess, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "jobs", access.study.jobs.filter(scope=Job.Scope.INDIVIDUAL))


class NameForm(forms.Form):
    name = forms.CharField(max_length=MAX_TEXT, error_messages={"required": "A group needs a name."})
    reason = _reason()


class AcceptForm(forms.Form):
    statement = forms.CharField(
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 2, "data-grow": "", "class": "form-control"}),
        error_messages={"required": "A generalised job needs a statement."},
    )
    rationale = forms.CharField(
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2, "data-grow": "", "class": "form-control"}),
    )
