"""Grouping of job statements: encode, vote, name. Pure; loads numpy, scipy and scikit-learn when imported."""

from __future__ import annotations

from jobs.analysis.cluster import (
    Assignment,
    Group,
    Grouping,
    Member,
    Statement,
    assign_to_existing,
    cluster_statements,
)
from jobs.analysis.embed import Encoder, LsaEncoder, UseEncoder, default_encoder

__all__ = [
    "Assignment",
    "Encoder",
    "Group",
    "Grouping",
    "LsaEncoder",
    "Member",
    "Statement",
    "UseEncoder",
    "assign_to_existing",
    "cluster_statements",
    "default_encoder",
]
