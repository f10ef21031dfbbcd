"""Forms of the board of groups."""

from __future__ import annotations

from typing import Any

from django import forms

from jobs.forms.jobs import MAX_TEXT, JobChoice, offer
from jobs.models import Job, JobCluster
from jobs.queries import clusters
from studies.access import StudyAccess
from studies.forms import RowsField


class _GroupChoice(forms.ModelChoiceField):
    default_error_messages = {"invalid_choice": "That group is not in this study any more."}


class PlaceForm(forms.Form):
    """An individual job and the group that it goes to; no group: out of all groups."""

    job = JobChoice(None)
    to = _GroupChoice(None, required=False)

    def __init__(self, access: StudyAccess, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "job", access.study.jobs.filter(scope=Job.Scope.INDIVIDUAL))
        offer(self, "to", access.study.jobclusters.all())


class MergeForm(forms.Form):
    into = _GroupChoice(None)

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

    def __init__(self, access: StudyAccess, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "jobs", access.study.jobs.filter(scope=Job.Scope.INDIVIDUAL))


class NameForm(forms.Form):
    name = forms.CharField(max_length=MAX_TEXT, error_messages={"required": "A group needs a name."})


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
