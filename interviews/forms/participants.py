from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

from interviews.models import Consent, Participant
from interviews.roster import LONGEST_TAG, split_tags
from studies.tables.dates import DAY_FIRST, MONTH_FIRST

LARGEST_ROSTER = min(settings.UPLOAD_MAX_BYTES, 4 * 1024 * 1024)


class ParticipantForm(forms.ModelForm):  # type: ignore[type-arg]
    """Tags are typed as one line with commas; the version is the one that the page showed."""

    tags = forms.CharField(required=False, help_text="With commas between them.")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Participant
        fields = ["pseudonym", "segment", "tags", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3, "data-grow": ""})}
        help_texts = {
            "pseudonym": "Never the real name.",
            "segment": "What the sample frame calls this group.",
            "note": "What interviewers should know beforehand. Nothing that identifies the person.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["segment"].widget.attrs["list"] = "segments"
        if self.instance.pk and not self.is_bound:
            self.initial["tags"] = ", ".join(self.instance.tags)
            self.initial["version"] = self.instance.version

    def clean_tags(self) -> list[str]:
        tags = split_tags(self.cleaned_data["tags"])
        if any(len(tag) > LONGEST_TAG for tag in tags):
            raise forms.ValidationError(f"A tag has at most {LONGEST_TAG} characters.")
        return tags

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def _post_clean(self) -> None:
        """The action sets and checks the row; a form that touched it would hide what others saved."""


class ConsentForm(forms.Form):
    consent = forms.ChoiceField(choices=Consent.choices)
    on = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))


class DayOrderField(forms.ChoiceField):
    """What a person said of dates such as 3/4/2026, once asked."""

    def __init__(self) -> None:
        choices = [(DAY_FIRST, "day first"), (MONTH_FIRST, "month first")]
        super().__init__(choices=choices, required=False, widget=forms.HiddenInput)


class RosterForm(forms.Form):
    """A pasted table or a file of one."""

    text = forms.CharField(
        required=False,
        strip=False,
        label="Paste rows from a spreadsheet",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "wrap": "off"}),
    )
    file = forms.FileField(
        required=False, label="or choose a file: CSV or an Excel workbook (.xlsx)", allow_empty_file=True
    )
    order = DayOrderField()

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload and upload.size > LARGEST_ROSTER:
            raise forms.ValidationError(
                f"“{upload.name}” is {upload.size / 1024 / 1024:.1f} MB; a list of participants has at most "
                f"{LARGEST_ROSTER // 1024 // 1024} MB. Is it the right file?"
            )
        return upload

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("file") and not cleaned.get("text", "").strip():
            raise forms.ValidationError("Paste some rows or choose a file.")
        return cleaned


class RosterConfirmForm(forms.Form):
    ALL, SOUND = "all", "sound"
    text = forms.CharField(strip=False)
    order = DayOrderField()
    which = forms.ChoiceField(choices=[(ALL, "all"), (SOUND, "sound")], initial=ALL)
