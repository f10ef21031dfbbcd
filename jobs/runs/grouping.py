"""Grouping the individual jobs of a study: load, compute outside any transaction, write once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobs.actions.clusters import store_proposals
from jobs.encoders import sentence_encoder
from jobs.models import Job, Level
from jobs.queries.clusters import undecided_jobs
from studies.access import access_of
from studies.models import Run
from studies.runs import Reporter, RunFailed, run_kind

if TYPE_CHECKING:
    from jobs.analysis import Group

ENCODING_SHARE = 0.05  # loading the encoder, before the first level is grouped


@run_kind("jobs.cluster", title="Grouping the jobs", result_page="jobs:clusters")
def cluster_jobs(run: Run, report: Reporter) -> dict[str, Any]:
    """Groups what nobody decided on, each altitude by itself (method 2.4), and stores proposals."""
    from jobs.analysis import cluster_statements

    access = access_of(run)
    jobs = list(undecided_jobs(access.study))
    report(0, f"Loading the encoder for {len(jobs)} statements")
    encoder, groups, outliers = sentence_encoder(), [], 0
    levels = [level for level in Level if any(job.level == level for job in jobs)]
    for place, level in enumerate(levels):
        same = [job for job in jobs if job.level == level]
        try:
            grouping = cluster_statements(
                [_statement(job) for job in same],
                encoder=encoder,
                seed=run.seed,
                report=_part_of(report, place, len(levels), level),
            )
        except ValueError as garbage:
            raise RunFailed(str(garbage)) from garbage
        run.versions = dict(grouping.versions)
        groups += [_as_row(group) for group in grouping.groups]
        outliers += len(grouping.outliers)
    report(0.97, "Storing the proposals")
    stored = store_proposals(access, run=run, groups=groups)
    return {"statements": len(jobs), "groups": stored, "outliers": outliers}


def _statement(job: Job) -> Any:
    from jobs.analysis import Statement

    return Statement(key=str(job.pk), text=job.statement, interview=str(job.interview_id or job.pk))


def _part_of(report: Reporter, place: int, count: int, level: Level) -> Reporter:
    """Progress of one level as a part of the whole run."""

    def part(fraction: float, message: str) -> None:
        share = (1 - ENCODING_SHARE) * (place + fraction) / count
        report(0.95 * (ENCODING_SHARE + share), f"{level.label}: {message}")

    return part


def _as_row(group: Group) -> dict[str, Any]:
    return {
        "name": group.name[:300],
        "phrases": list(group.phrases),
        "cohesion": group.cohesion,
        "agreement": group.agreement,
        "members": [
            {"job_id": int(member.key), "similarity": member.similarity, "margin": member.margin}
            for member in group.members
        ],
    }
