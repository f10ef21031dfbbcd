"""The general statement of a group as the rules propose it, how it came about, and what sets the group
apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from jobs.models import Job
from jobs.phrases import distinguishing
from jobs.statements.generalise import REASONS, Member, common_words, general_statement
from jobs.statements.shared_words import Common
from studies.models import Study

LONGEST = 300


@dataclass(frozen=True)
class Wording:
    """`why` says in words why a member's own statement is proposed; empty for a general one."""

    text: str
    common: tuple[Common, ...]
    of: int
    why: str


def proposed_statement(jobs: Sequence[Job]) -> str:
    """`jobs`: the members, the one that stands for the group first."""
    return general_statement(_members(jobs), medoid=0).text[:LONGEST]


def wording_of(proposal: str, jobs: Sequence[Job]) -> Wording:
    """What the members have in common with a proposal that was made for them."""
    statements = [job.statement for job in jobs]
    is_a_members = proposal in statements
    why = general_statement(_members(jobs), medoid=0).why if is_a_members and jobs else ""
    return Wording(proposal, common_words(proposal, statements), len(jobs), REASONS[why])


def phrases_of(study: Study) -> dict[int, tuple[str, ...]]:
    """Cluster -> what sets its members apart from those of the study's other groups, as they are now."""
    said: dict[int, list[str]] = defaultdict(list)
    rows = study.clustermembers.filter(proposed=False, cluster__deleted_at=None, job__deleted_at=None)
    for cluster, statement in rows.order_by("pk").values_list("cluster", "job__statement"):
        said[cluster].append(statement)
    return dict(zip(said, distinguishing(list(said.values())), strict=True))


def _members(jobs: Sequence[Job]) -> list[Member]:
    return [Member(job.statement, job.pattern, job.level) for job in jobs]
