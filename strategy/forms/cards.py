"""Forms about the cards of a canvas: comments, decisions, and the name of a kept version."""

from __future__ import annotations

from django import forms

from strategy.models import CardDecision


class VersionForm(forms.Form):
    name = forms.CharField(
        max_length=120, error_messages={"required": "Give the version a name, so that others find it."}
    )


class CommentForm(forms.Form):
    text = forms.CharField(
        max_length=2000,
        error_messages={
            "required": "Write something first.",
            "max_length": "A comment has at most 2000 characters; this one has %(show_value)d.",
        },
    )


class DecisionForm(forms.Form):
    """What changed evidence means for a card."""

    decision = forms.ChoiceField(
        choices=CardDecision.Decision.choices, error_messages={"required": "Choose one of the three."}
    )
    reason = forms.CharField(
        max_length=500, error_messages={"required": "Say why: the reason stays with the card."}
    )
