from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile


class ArchiveForm(forms.Form):
    archive = forms.FileField(
        label="Archive",
        help_text="The .json file of a study, as Exports saves it.",
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
        error_messages={"empty": "The file is empty: choose the archive that Exports saved."},
    )

    def clean_archive(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["archive"]
        most = settings.UPLOAD_MAX_BYTES
        if (file.size or 0) > most:
            raise forms.ValidationError(
                f"{file.name} has {(file.size or 0) / 1024 / 1024:.0f} MB; "
                f"at most {most // 1024 // 1024} MB are read."
            )
        return file


class EraseForm(forms.Form):
    pseudonym = forms.CharField(label="Type the pseudonym to erase them", max_length=60)

    def __init__(self, pseudonym: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = pseudonym
        self.fields["pseudonym"].widget.attrs["autocomplete"] = "off"

    def clean_pseudonym(self) -> str:
        typed: str = self.cleaned_data["pseudonym"]
        if typed != self.wanted:
            raise forms.ValidationError(f"Nothing was erased. Type “{self.wanted}”, as it stands above.")
        return typed
