"""Customer jobs (never background jobs): statements, evidence, groups, priorities, surveys, verbatims."""

from jobs.models.groups import ClusterMember, JobCluster, Pin
from jobs.models.priorities import (
    Approval,
    BusinessInput,
    Comment,
    Criterion,
    Paper,
    Priority,
    PrioritySettings,
    Rating,
    Scenario,
    Snapshot,
    SnapshotRow,
    default_weights,
)
from jobs.models.statements import Evidence, Job, Level, LintDismissal, Pattern
from jobs.models.suggestions import Suggestion, SuggestionModel
from jobs.models.surveys import Survey, SurveyItem, SurveyResponse
from jobs.models.vectors import Vector
from jobs.models.verbatims import Verbatim, VerbatimGroup, VerbatimLink, VerbatimSource

__all__ = [
    "Approval",
    "BusinessInput",
    "ClusterMember",
    "Comment",
    "Criterion",
    "Evidence",
    "Job",
    "JobCluster",
    "Level",
    "LintDismissal",
    "Paper",
    "Pattern",
    "Pin",
    "Priority",
    "PrioritySettings",
    "Rating",
    "Scenario",
    "Snapshot",
    "SnapshotRow",
    "Suggestion",
    "SuggestionModel",
    "Survey",
    "SurveyItem",
    "SurveyResponse",
    "Vector",
    "Verbatim",
    "VerbatimGroup",
    "VerbatimLink",
    "VerbatimSource",
    "default_weights",
]
