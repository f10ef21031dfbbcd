"""Forms of a room: what the facilitator sets, and what guests type at its door."""

from __future__ import annotations

from typing import Any

from django import forms

from strategy.actions.links import GUEST_ROLES
from strategy.actions.room import LONGEST_TIMER
from strategy.actions.votes import MOST_DOTS
from strategy.agenda import STAGES
from strategy.forms.actions import SENTENCE, ActionForm, offer_members
from strategy.models import Action, Lane
from studies.access import StudyAccess

HOURS = [(4, "4 hours"), (24, "a day"), (168, "a week"), (720, "30 days")]
SHORTEST_PASSCODE = 6
JOINERS = "\u200c\u200d"  # zero width non-joiner and joiner
PHASES = [(phase, phase) for phase in (1, 2, 3, 4)]
DAYS = ("due_on", "kpi_by")
WRITTEN = ("title", "hypothesis_change", "because")  # a line would hide most of it


class LinkForm(forms.Form):
    """A link into the room."""

    role = forms.ChoiceField(choices=GUEST_ROLES, initial="contributor", label="Guests come in as")
    hours = forms.TypedChoiceField(coerce=int, choices=HOURS, initial=24, label="The link works for")
    passcode = forms.CharField(min_length=SHORTEST_PASSCODE, max_length=60, required=False)
    note = forms.CharField(max_length=120, required=False)


class JoinForm(forms.Form):
    """At the door. Names are shown to everybody: one line, no control characters.

    What joins letters is no control character: Persian names and many emoji are written with it.
    """

    name = forms.CharField(max_length=60, error_messages={"required": "Say under which name you come in."})
    passcode = forms.CharField(max_length=60, required=False, strip=True)

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        visible = "".join(sign for sign in name if sign not in JOINERS)
        if not visible or not visible.isprintable():
            raise forms.ValidationError("Use letters, numbers and signs.")
        return name


class StageForm(forms.Form):
    stage = forms.ChoiceField(choices=[(stage.key, stage.title) for stage in STAGES])


class VoteForm(forms.Form):
    dots = forms.IntegerField(min_value=1, max_value=MOST_DOTS)


class TimerForm(forms.Form):
    minutes = forms.IntegerField(min_value=1, max_value=LONGEST_TIMER // 60)


class FocusForm(forms.Form):
    """Empty: the whole canvas."""

    phase = forms.TypedChoiceField(coerce=int, choices=PHASES, required=False, empty_value=None)


class LanesForm(forms.Form):
    lanes = forms.MultipleChoiceField(choices=Lane.choices, required=False)


class HandOverForm(forms.Form):
    user = forms.IntegerField(min_value=1, max_value=2**62)


class QuickActionForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a workshop asks of an action (method 7.3), and what it may add; the rest has a page."""

    ASKED = ("title", "owner", "due_on", "hypothesis_change", "kpi")

    version = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)

    class Meta:
        model = Action
        fields = [
            "title",
            "owner",
            "due_on",
            *SENTENCE,
            "kpi",
            "kpi_baseline",
            "kpi_target",
            "kpi_by",
            "size",
        ]
        widgets = {name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for name in DAYS} | {
            name: forms.Textarea(attrs={"rows": 1, "data-grow": True}) for name in WRITTEN
        }
        labels = ActionForm.Meta.labels | {
            "title": "What shall somebody do?",
            "hypothesis_change": "Hypothesis: we believe",
        }

    def __init__(self, access: StudyAccess, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_members(self.fields["owner"], access)
        for name, field in self.fields.items():
            if name == "version":
                continue
            select = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if select else "form-control"
            field.widget.attrs["aria-describedby"] = f"error_{self.add_prefix(name)}"
            if name in SENTENCE:
                field.widget.attrs["placeholder"] = SENTENCE[name]

    def asked(self) -> list[forms.BoundField]:
        return [self[name] for name in self.ASKED]

    def rest(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name not in self.ASKED]

    def rest_is_wrong(self) -> bool:
        return any(field.errors for field in self.rest())

    def clean(self) -> dict[str, Any]:
        """Lines become one: each of these is read as a sentence elsewhere."""
        typed = super().clean() or self.cleaned_data
        return typed | {name: " ".join(typed[name].split()) for name in WRITTEN if name in typed}
