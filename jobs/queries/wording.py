"""The general statement of a group as the rules propose it, and how it came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jobs.models import Job
from jobs.statements.generalise import REASONS, Member, common_words, general_statement
from jobs.statements.shared_words import Common

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


def _members(jobs: Sequence[Job]) -> list[Member]:
    return [Member(job.statement, job.pattern, job.level) for job in jobs]
