from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings

from interviews import kinds
from interviews.models import Element, TranscriptDraft, Turn
from studies.access import StudyAccess

NEW_PERSON, KNOWN_PERSON, KNOWN_INTERVIEW = "new", "participant", "interview"
TARGETS = [
    (NEW_PERSON, "A new participant"),
    (KNOWN_PERSON, "A new interview with"),
    (KNOWN_INTERVIEW, "An interview that exists"),
]


def pseudonym_of(filename: str) -> str:
    """A first guess from the file's name: what stands before the extension, without the frame around it."""
    stem = filename.rsplit(".", 1)[0]
    words = re.sub(r"[_\s]+", " ", stem)
    plain = re.sub(r"(?i)\b(transcript|transkript|interview|audio|recording|final|clean)\b", " ", words)
    return (
        " ".join(re.sub(r"\s*-\s+|\s+-\s*", " ", plain).split()).strip(" -_.")[:60]
        or stem[:60]
        or "Participant"
    )


def too_large(name: str, size: int) -> str:
    """The sentence for a file over the limit; empty for one within it."""
    limit = settings.UPLOAD_MAX_BYTES
    if size <= limit:
        return ""
    return (
        f"“{name}” is {size / 1024 / 1024:.0f} MB; at most {limit // 1024 // 1024} MB can be uploaded. "
        "Three hours of speech are about 0.3 MB of text: is it the recording instead of its transcript?"
    )


class ImportForm(forms.Form):
    """Where one draft goes and who its speakers are. Every choice comes from the study."""

    target = forms.ChoiceField(choices=TARGETS, widget=forms.RadioSelect)
    pseudonym = forms.CharField(max_length=60, required=False)
    participant: Any = forms.ModelChoiceField(
        queryset=None, required=False, empty_label="Choose a participant"
    )
    interview: Any = forms.ModelChoiceField(queryset=None, required=False, empty_label="Choose an interview")
    held_on = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, access: StudyAccess, draft: TranscriptDraft, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draft = draft
        self._offer_what_there_is(access)
        self._dress()
        for number, speaker in enumerate(draft.speakers):
            self.fields[f"role-{number}"] = _role_field(speaker)

    def _offer_what_there_is(self, access: StudyAccess) -> None:
        alive = access.study.interviews.filter(participant__deleted_at=None)
        self.fields["participant"].queryset = access.study.participants.all()  # type: ignore[attr-defined]
        self.fields["interview"].queryset = alive.select_related("participant")  # type: ignore[attr-defined]
        self.fields["interview"].label_from_instance = _interview_label  # type: ignore[attr-defined]

    def _dress(self) -> None:
        named = {"pseudonym": "Pseudonym", "participant": "Participant", "interview": "Interview"}
        for name, label in named.items():
            self.fields[name].widget.attrs["aria-label"] = label
        for name in ("pseudonym", "held_on"):
            self.fields[name].widget.attrs["class"] = "form-control"
        for name in ("participant", "interview"):
            self.fields[name].widget.attrs["class"] = "form-select"

    def speakers(self) -> list[tuple[Mapping[str, Any], Any]]:
        return [(speaker, self[f"role-{number}"]) for number, speaker in enumerate(self.draft.speakers)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        needed = {NEW_PERSON: "pseudonym", KNOWN_PERSON: "participant", KNOWN_INTERVIEW: "interview"}
        name = needed.get(cleaned.get("target", ""), "target")
        if not cleaned.get(name) and name not in self.errors:
            self.add_error(name, "Say which one.")
        return cleaned

    def destination(self) -> dict[str, Any]:
        """What the action needs to know of the target."""
        target, found = self.cleaned_data["target"], self.cleaned_data
        if target == KNOWN_INTERVIEW:
            return {"interview": found["interview"]}
        who = (
            {"participant": found["participant"]}
            if target == KNOWN_PERSON
            else {"pseudonym": found["pseudonym"]}
        )
        return who | {"held_on": found["held_on"]}

    def roles(self) -> dict[str, str]:
        labels = [speaker["label"] for speaker in self.draft.speakers]
        return {label: self.cleaned_data[f"role-{number}"] for number, label in enumerate(labels)}


def _role_field(speaker: Mapping[str, Any]) -> forms.Field:
    name = speaker["label"] or "the unnamed speaker"
    looks = {"class": "form-select form-select-sm", "aria-label": f"Role of {name}"}
    return forms.ChoiceField(
        choices=Turn.Role.choices, initial=speaker["role"], widget=forms.Select(attrs=looks)
    )


def _interview_label(interview: Any) -> str:
    day = f"{interview.held_on:%-d %b %Y}" if interview.held_on else "no date"
    return f"{interview.participant}, {day}, {interview.get_state_display().lower()}"


def proposal(draft: TranscriptDraft, people: Mapping[str, Any], empty: Mapping[int, int]) -> dict[str, Any]:
    """The target that the file's name suggests.

    `people` is folded pseudonym -> participant, `empty` participant -> interview without a transcript.
    """
    name = pseudonym_of(draft.filename)
    person = people.get(name.casefold())
    if draft.interview_id:
        return {"target": KNOWN_INTERVIEW, "interview": draft.interview_id, "pseudonym": name}
    if person is None:
        return {"target": NEW_PERSON, "pseudonym": name}
    if person in empty:
        return {
            "target": KNOWN_INTERVIEW,
            "interview": empty[person],
            "participant": person,
            "pseudonym": name,
        }
    return {"target": KNOWN_PERSON, "participant": person, "pseudonym": name}


class SpanForm(forms.Form):
    """A span in code points, as the reading page posts it."""

    start = forms.IntegerField(min_value=0)
    end = forms.IntegerField(min_value=1)


class CodeForm(SpanForm):
    kind = forms.ChoiceField(choices=kinds.KIND_CHOICES)
    client_id = forms.UUIDField()


class MoveForm(SpanForm):
    version = forms.IntegerField(min_value=1)


class SnapForm(forms.Form):
    decision = forms.ChoiceField(choices=[("accept", "accept"), ("reject", "reject")])
    start = forms.IntegerField(min_value=0, required=False)
    end = forms.IntegerField(min_value=1, required=False)

    def span(self) -> tuple[int, int] | None:
        start, end = self.cleaned_data["start"], self.cleaned_data["end"]
        return None if start is None or end is None else (start, end)


class ElementForm(forms.Form):
    """All that the inspector shows of an element; `values` is what edit_element takes."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=[("", "Unclassified"), *kinds.KIND_CHOICES], required=False)
    phase = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    substage = forms.ChoiceField(choices=[("", "not said"), *kinds.SUBSTAGES], required=False)
    point = forms.ChoiceField(choices=[("", "none"), *kinds.POINT_CHOICES], required=False)
    story_date = forms.DateField(required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    story_precision = forms.ChoiceField(choices=[("", "not said"), *kinds.PRECISIONS], required=False)
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2, "data-grow": ""}))
    grade = forms.ChoiceField(choices=[("", "not graded"), *kinds.GRADES], required=False)
    intensity = forms.TypedChoiceField(
        coerce=int,
        empty_value=None,
        required=False,
        choices=[
            ("", "not rated"),
            (0, "0 none"),
            (1, "1 slight"),
            (2, "2 clear"),
            (3, "3 strong"),
            (4, "4 extreme"),
        ],
    )
    epistemic = forms.ChoiceField(choices=kinds.EPISTEMIC, required=False)
    dimensions = forms.MultipleChoiceField(
        choices=kinds.DIMENSIONS, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, access: StudyAccess, element: Element, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _as_shown(element))
        super().__init__(*args, **kwargs)
        self.element = element
        labels = [(str(phase), f"{phase} {access.study.phase_label(phase)}") for phase in kinds.PHASES]
        self.fields["phase"].choices = [("", "none"), *labels]  # type: ignore[attr-defined]
        code = self.data.get("kind", element.kind) if self.is_bound else element.kind
        self.attributes = kinds.BY_CODE[code].attributes if code in kinds.BY_CODE else ()
        for attribute in self.attributes:
            self.fields[f"detail.{attribute.name}"] = _attribute_field(attribute)
        for name, field in self.fields.items():
            field.widget.attrs.setdefault("class", _control(field))
            field.widget.attrs["id"] = f"el-{name.replace('.', '-')}"

    def detail_fields(self) -> list[Any]:
        return [self[f"detail.{attribute.name}"] for attribute in self.attributes]

    def values(self) -> dict[str, Any]:
        cleaned = {
            name: value
            for name, value in self.cleaned_data.items()
            if name in self.data or name == "dimensions"
        }
        cleaned.pop("version", None)
        if cleaned.get("story_date"):
            cleaned["story_date"] = cleaned["story_date"].isoformat()
        detail = {
            name.removeprefix("detail."): cleaned.pop(name)
            for name in list(cleaned)
            if name.startswith("detail.")
        }
        return cleaned | {"detail": {name: "" if value is None else value for name, value in detail.items()}}


def _as_shown(element: Element) -> dict[str, Any]:
    plain = (
        "version",
        "kind",
        "phase",
        "substage",
        "point",
        "story_date",
        "story_precision",
        "note",
        "grade",
        "intensity",
        "epistemic",
        "dimensions",
    )
    return {name: getattr(element, name) for name in plain} | {
        f"detail.{name}": value for name, value in element.detail.items()
    }


def _attribute_field(attribute: kinds.Attribute) -> forms.Field:
    if attribute.number:
        low, high = attribute.number
        return forms.IntegerField(label=attribute.label, min_value=low, max_value=high, required=False)
    if attribute.choices:
        return forms.ChoiceField(
            label=attribute.label, choices=[("", "not said"), *attribute.choices], required=False
        )
    return forms.CharField(label=attribute.label, max_length=500, required=False)


def _control(field: forms.Field) -> str:
    if isinstance(field.widget, forms.CheckboxSelectMultiple):
        return "form-check-input"
    return (
        "form-select form-select-sm"
        if isinstance(field, forms.ChoiceField)
        else "form-control form-control-sm"
    )
