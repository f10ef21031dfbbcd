"""Bringing something back from the trash, through the action of its app."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import Truncator

from cpd_site.trash.kinds import Kind
from jobs.actions.papers import PapersRefused
from jobs.actions.surveys import SurveyRefused
from jobs.actions.verbatims import VerbatimsRefused
from strategy.actions.rules import StrategyRefused
from studies.access import StudyAccess

REFUSALS = (ValidationError, PapersRefused, StrategyRefused, SurveyRefused, VerbatimsRefused)


def bring_back(access: StudyAccess, kind: Kind, row: Any) -> str:
    """What became of it, in words. Raises one of REFUSALS."""
    if row.deleted_at is None:
        return "It is not in the trash any more."
    kind.restore(access, row)
    return f"Brought back: {Truncator(kind.words(row)).chars(80)}"


def why(refused: Exception) -> str:
    """Why something cannot come back, in words."""
    return " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)
