"""Forms about studies and their people: they validate, actions write."""

from __future__ import annotations

from typing import Any

from django import forms

from studies.access import StudyAccess
from studies.models import Study, phase_labels
from studies.roles import Role

PHASES = ("1", "2", "3", "4")
LONGEST_KEY = 18  # digits that fit into the key of a row
ROLE_HINTS = {
    Role.OWNER: "everything, and manages people and settings",
    Role.RESEARCHER: "interviews, codes, writes and rates jobs, edits canvases",
    Role.REVIEWER: "comments, rates and approves jobs",
    Role.STRATEGIST: "comments, edits canvases and actions",
    Role.VIEWER: "sees everything, changes nothing",
}


def roles_explained() -> list[tuple[str, str]]:
    return [(role.value, f"{role.label}: {ROLE_HINTS[role]}") for role in Role]


def is_key(text: str) -> bool:
    """Whether `text` can be the key of a row. Anything else would raise an error in int() or in the
    database."""
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY


class RowsField(forms.ModelMultipleChoiceField):
    """Chooses rows by key. A number too large for any key is an invalid choice; Django would ask the
    database."""

    def clean(self, value: Any) -> Any:
        for key in value or ():
            if len(str(key)) > LONGEST_KEY:
                params = {"value": key}
                raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice", params)
        return super().clean(value)


class StudyForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Study
        fields = ["name", "question", "switch", "sample_frame", "sample_size"]
        widgets = {
            "question": forms.Textarea(attrs={"rows": 2, "data-grow": ""}),
            "sample_frame": forms.Textarea(attrs={"rows": 3, "data-grow": ""}),
        }
        labels = {
            "name": "Name of the study",
            "question": "Business question",
            "switch": "Hire or switch",
            "sample_frame": "Sample frame",
            "sample_size": "How many interviews",
        }
        help_texts = {
            "name": "Short: it stands in every menu.",
            "question": "What must be decided once the study is done?",
            "switch": "From what to what did these people change? “From the family van to a cargo bike.”",
            "sample_frame": "Who is asked, and why these people: recent buyers, people who left again, "
            "people with a workaround. Not only happy customers.",
            "sample_size": "8 to 15 is usual; recruit a quarter more than you need.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sample_size"].widget.attrs.update(min=1, max=500)

    def clean_sample_size(self) -> int:
        size: int = self.cleaned_data["sample_size"]
        if not 1 <= size <= 500:
            raise forms.ValidationError("Between 1 and 500 interviews.")
        return size


class SettingsForm(StudyForm):
    single_keys = forms.BooleanField(
        required=False,
        label="Single-letter keys",
        help_text="With an item selected, one letter sets its element. Off for everybody in this study.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta(StudyForm.Meta):
        fields = [*StudyForm.Meta.fields, "single_keys"]

    def __init__(self, access: StudyAccess, data: Any = None) -> None:
        study = access.study
        labels = {f"phase_{n}": study.phase_label(int(n)) for n in PHASES}
        # A copy: validation writes into the instance, and the action compares with what stands in the study
        shown = Study.from_db(None, *_columns(study))
        super().__init__(data, instance=shown, initial=labels | {"version": study.version})
        for number in PHASES:
            self.fields[f"phase_{number}"] = forms.CharField(
                max_length=40,
                required=False,
                label=f"Phase {number}",
                help_text=f"Empty: {phase_labels()[number]}",
            )

    def theirs(self, current: Study) -> list[tuple[str, str]]:
        """(label, value in words) of each field in which the stored study differs from what was typed
        here."""
        typed = self.changes()
        labels = typed.pop("phase_labels")
        standing = {name: getattr(current, name) for name in typed}
        found = [(name, standing[name]) for name in typed if typed[name] != standing[name]]
        phases = {n: current.phase_label(int(n)) for n in PHASES}
        found += [(f"phase_{n}", phases[n]) for n in PHASES if labels[n] != phases[n]]
        words = {True: "on", False: "off", "": "nothing"}
        return [(str(self[name].label), str(words.get(value, value))) for name, value in found]

    def changes(self) -> dict[str, Any]:
        """What to hand to `edit_study`."""
        data = self.cleaned_data
        labels = {n: data[f"phase_{n}"].strip() or phase_labels()[n] for n in PHASES}
        return {name: data[name] for name in self.Meta.fields} | {"phase_labels": labels}


def _columns(study: Study) -> tuple[list[str], list[Any]]:
    names = [field.attname for field in Study._meta.concrete_fields]
    return names, [getattr(study, name) for name in names]


class InvitationForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices, initial=Role.RESEARCHER)
    note = forms.CharField(
        max_length=120, required=False, label="For whom", help_text="Only your team sees this."
    )


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)
