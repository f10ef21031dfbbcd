"""Forms about actions: every field that is written, the check, evidence, and the filters of the list."""

from __future__ import annotations

from typing import Any

from django import forms

from interviews.models import Element
from strategy.models import Action, Lane
from strategy.queries.actions import SORTS
from studies.access import StudyAccess
from studies.forms import RowsField, is_key
from studies.history import person_name
from studies.models import phase_labels

FOREIGN = "Some of what you ticked is not part of this study any more. Search again."
SENTENCE = {
    "hypothesis_change": "which change?",
    "performer": "whom?",
    "from_state": "which state?",
    "to_state": "which state?",
    "because": "which evidence?",
}

MODES = [
    (Action.Mode.PROACTIVE.value, "Proactive: before customers ask"),
    (Action.Mode.REACTIVE.value, "Reactive: after they did"),
]
FLAGS = ("open", "overdue", "week", "review", "loops", "long", "unowned", "undated")


def phase_choices(access: StudyAccess | None = None) -> list[tuple[int, str]]:
    labels = access.study.phase_label if access else lambda phase: phase_labels()[str(phase)]
    return [(phase, f"{phase} {labels(phase)}") for phase in (1, 2, 3, 4)]


def offer_members(owner: Any, access: StudyAccess) -> None:
    """The owner of an action is a member of the study, or nobody yet."""
    owner.queryset = owner.queryset.filter(pk__in=access.study.memberships.values("user"))
    owner.label_from_instance = person_name
    owner.empty_label = "Nobody yet"
    owner.error_messages["invalid_choice"] = "The owner of an action must be a member of the study."


class LinkForm(forms.Form):
    """Which elements of this study stand behind an action."""

    elements = RowsField(
        Element.objects.none(),  # unscoped: the study's own elements are set below
        required=False,
        error_messages={"invalid_choice": FOREIGN, "invalid_pk_value": FOREIGN},
    )

    def __init__(self, access: StudyAccess, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["elements"].queryset = access.study.elements.all()  # type: ignore[attr-defined]


class ActionForm(forms.ModelForm):  # type: ignore[type-arg]
    """Every field that is written, not the status and not the check: those have their own steps."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    class Meta:
        model = Action
        fields = [
            "title",
            "phase",
            "lane",
            "hypothesis_change",
            "performer",
            "from_state",
            "to_state",
            "because",
            "kpi",
            "kpi_kind",
            "kpi_baseline",
            "kpi_target",
            "kpi_by",
            "owner",
            "due_on",
            "size",
            "change",
            "mode",
            "started_on",
            "expectation_before",
            "expectation_after",
            "partner",
            "is_assumption",
        ]
        widgets = {
            # as long as a paragraph, and read as one: a line would hide most of it
            "hypothesis_change": forms.Textarea(attrs={"rows": 1, "data-grow": True}),
            "because": forms.Textarea(attrs={"rows": 1, "data-grow": True}),
            "due_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "kpi_by": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "started_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "size": forms.RadioSelect,
            "change": forms.RadioSelect,
            "mode": forms.RadioSelect,
        }
        labels = {
            "due_on": "Due",
            "change": "What kind of change",
            "mode": "Proactive or reactive",
            "kpi": "KPI",
            "kpi_kind": "What the KPI tells of",
            "kpi_baseline": "KPI today",
            "kpi_target": "KPI target",
            "kpi_by": "KPI by when",
            "started_on": "Running since",
            "lane": "Row",
            "hypothesis_change": "We believe",
            "performer": "Will help",
            "from_state": "Move from",
            "to_state": "Move to",
            "expectation_before": "What customers expect today",
            "expectation_after": "What they may expect then",
            "is_assumption": "This rests on an assumption, not on evidence",
        }

    def __init__(self, access: StudyAccess, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.access = access
        offer_members(self.fields["owner"], access)
        self.fields["phase"] = forms.TypedChoiceField(coerce=int, choices=phase_choices(access))
        self.fields["size"].choices = Action.Size.choices  # type: ignore[attr-defined]
        self.fields["change"].choices = Action.Change.choices  # type: ignore[attr-defined]
        self.fields["mode"].choices = MODES  # type: ignore[attr-defined]
        self.fields["kpi_kind"].choices = [("", "Not said yet"), *Action.KpiKind.choices]  # type: ignore[attr-defined]
        self._dress()

    def _dress(self) -> None:
        for name, field in self.fields.items():
            widget = field.widget
            if isinstance(widget, forms.RadioSelect | forms.CheckboxInput):
                widget.attrs.setdefault("class", "form-check-input")
            elif not isinstance(widget, forms.HiddenInput):
                select = isinstance(widget, forms.Select)
                widget.attrs["class"] = "form-select" if select else "form-control"
            if name in SENTENCE:
                widget.attrs["placeholder"] = SENTENCE[name]
            if isinstance(widget, forms.NumberInput) and name != "version":
                widget.attrs["step"] = "any"
            # The page draws the fields itself: what is wrong must still be read with its field
            widget.attrs["aria-describedby"] = f"error_{name}"

    def clean_hypothesis_change(self) -> str:
        return " ".join(self.cleaned_data["hypothesis_change"].split())

    def clean_because(self) -> str:
        return " ".join(self.cleaned_data["because"].split())

    def changes(self, action: Action) -> dict[str, Any]:
        """Only what differs from the row: history then says what was changed."""
        posted = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return {name: value for name, value in posted.items() if getattr(action, name) != value}


def label_of(name: str) -> str:
    """What the page calls a field of an action, within a sentence."""
    field = ActionForm.base_fields.get(name)
    label = str(field.label) if field and field.label else name.replace("_", " ")
    return label if label.startswith("KPI") else label[0].lower() + label[1:]


class CheckForm(forms.Form):
    welcomed = forms.TypedChoiceField(
        choices=[("1", "Yes, they would welcome it"), ("0", "No, or not like this")],
        coerce=lambda value: value == "1",
        error_messages={"required": "Choose yes or no."},
    )
    note = forms.CharField(max_length=300, required=False)


class NewActionForm(forms.Form):
    title = forms.CharField(max_length=160)
    phase = forms.TypedChoiceField(coerce=int, choices=[(phase, phase) for phase in (1, 2, 3, 4)])
    lane = forms.ChoiceField(choices=Lane.choices)


class FilterForm(forms.Form):
    """State of the actions page. An address that makes no sense shows everything, never an error."""

    q = forms.CharField(required=False)
    owner = forms.CharField(required=False)
    status = forms.ChoiceField(choices=Action.Status.choices, required=False)
    phase = forms.TypedChoiceField(
        coerce=int, choices=[(phase, phase) for phase in (1, 2, 3, 4)], required=False, empty_value=None
    )
    flag = forms.ChoiceField(choices=[(flag, flag) for flag in FLAGS], required=False)
    mode = forms.ChoiceField(choices=[*Action.Mode.choices, ("none", "none")], required=False)
    canvas = forms.IntegerField(required=False, min_value=1, max_value=2**31)
    sort = forms.ChoiceField(
        choices=[(sign + name, name) for name in SORTS for sign in ("", "-")], required=False
    )

    def filters(self, access: StudyAccess) -> dict[str, Any]:
        self.is_valid()
        found = {name: self.cleaned_data.get(name) for name in ("phase", "canvas")}
        found |= {name: self.cleaned_data.get(name, "") for name in ("status", "flag", "mode")}
        owner = self.cleaned_data.get("owner", "")
        found["owner"] = access.user.pk if owner == "me" else _number(owner)
        found["words"] = self.cleaned_data.get("q", "")
        return found | {"sort": self.cleaned_data.get("sort") or "due"}


def _number(text: str) -> int | None:
    return int(text) if is_key(text) else None
