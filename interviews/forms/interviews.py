from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from interviews.models import GuidePrompt, Interview
from studies.access import StudyAccess


class InterviewForm(forms.ModelForm):
    class Meta:
        model = Interview
        fields = ["participant", "held_on"]
        labels = {"held_on": "Held on"}
        widgets = {"held_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, access: StudyAccess, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["participant"].queryset = access.study.participants.all()  # type: ignore[attr-defined]
        self.fields["participant"].empty_label = "Choose a participant"  # type: ignore[attr-defined]
        self.fields["held_on"].initial = timezone.localdate


class PromptForm(forms.ModelForm):
    class Meta:
        model = GuidePrompt
        fields = ["text", "phase", "element"]
        labels = {"text": "Prompt", "element": "About"}

    def __init__(self, *args: Any, access: StudyAccess, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Any phase")] + [(n, f"{n} {access.study.phase_label(n)}") for n in (1, 2, 3, 4)]
        self.fields["phase"] = forms.TypedChoiceField(
            choices=choices, coerce=int, empty_value=None, required=False
        )
        self.fields["text"].widget = forms.TextInput(attrs={"maxlength": 300})
        self.fields["element"].choices = [("", "No element"), *self.fields["element"].choices[1:]]  # type: ignore[attr-defined]
