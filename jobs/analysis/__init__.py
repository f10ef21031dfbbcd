"""Grouping of job statements: encode, vote, name. Pure; loads numpy, scipy and scikit-learn when imported."""

from __future__ import annotations

from jobs.analysis.cluster import cluster_statements
from jobs.analysis.constraints import Contradiction
from jobs.analysis.embed import Encoder, LsaEncoder, UseEncoder, default_encoder, load_encoder
from jobs.analysis.minilm import MiniLmEncoder
from jobs.analysis.pair import PairEncoder, default_pair
from jobs.analysis.results import Group, Grouping, Member, Statement

__all__ = [
    "Contradiction",
    "Encoder",
    "Group",
    "Grouping",
    "LsaEncoder",
    "Member",
    "MiniLmEncoder",
    "PairEncoder",
    "Statement",
    "UseEncoder",
    "cluster_statements",
    "default_encoder",
    "default_pair",
    "load_encoder",
]
