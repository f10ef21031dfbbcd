"""Grouping the individual jobs of a study: load, compute outside any transaction, write once."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from jobs.actions.cluster_map import start_map
from jobs.actions.group_changes import ClusterRefused
from jobs.actions.grouping import DEFAULTS, MEASURED_MEMBER, store_grouping
from jobs.encoders import grouping_encoder
from jobs.models import Job
from jobs.queries.grouping import Material, Part, material, parts
from jobs.queries.wording import proposed_statement
from jobs.vectors import remembering
from studies.access import access_of
from studies.models import Run
from studies.progress import Reporter
from studies.runs import RunFailed, run_kind

if TYPE_CHECKING:
    from jobs.analysis import Encoder, Group, Grouping
    from jobs.analysis.results import Member

ENCODING_SHARE = 0.05  # loading the encoder, before the first part is grouped
LONGEST_NAME = 300
CONTRADICTION = (
    "Two decisions about the same jobs contradict each other. Open “Decisions” on the board, "
    "take one of them back, and group again."
)


@run_kind("jobs.cluster", title="Grouping the jobs", result_page="jobs:clusters")
def cluster_jobs(run: Run, report: Reporter) -> dict[str, Any]:
    """Groups what nobody decided on, each altitude by itself unless asked otherwise (method 2.4), and stores
    proposals. What people decided binds it: decided groups keep their members, pins are never broken."""
    if run.result:  # a worker died after it had stored the groups
        return dict(run.result)
    access = access_of(run)
    found = material(access.study)
    report(0, f"Loading the encoder for {len(found.jobs)} statements")
    encoder, rows, outliers = remembering(access.study, grouping_encoder()), [], 0
    divided = parts(found, **DEFAULTS | run.params)
    for place, part in enumerate(divided):
        grouping = _grouped(run, found, part, encoder, _share_of(report, place, len(divided), part.label))
        run.versions = dict(grouping.versions)
        rows += [_as_row(group, found, part) for group in grouping.groups]
        outliers += len(grouping.outliers)
    report(0.97, "Storing the proposals")
    said = {"statements": len(found.free), "decided": len(found.fixed), "outliers": outliers}
    stored = store_grouping(access, run=run, groups=rows, said=said | DEFAULTS | run.params)
    with suppress(ClusterRefused):  # too few statements for a map
        start_map(access)
    return stored


def _grouped(run: Run, found: Material, part: Part, encoder: Encoder, report: Reporter) -> Grouping:
    from jobs.analysis import Contradiction, cluster_statements

    inside = {job.pk for job in part.jobs}
    try:
        return cluster_statements(
            [_statement(job) for job in part.jobs],
            encoder=encoder,
            seed=run.seed,
            report=report,
            fixed={str(pk): str(group) for pk, group in found.fixed.items() if pk in inside},
            together=[(str(a), str(b)) for a, b in found.tied if {a, b} <= inside],
            apart=[(str(a), str(b)) for a, b in found.apart if {a, b} <= inside],
        )
    except Contradiction as error:
        raise RunFailed(CONTRADICTION) from error
    except ValueError as garbage:
        raise RunFailed(str(garbage)) from garbage


def _statement(job: Job) -> Any:
    """A job without an interview is a voice of its own."""
    from jobs.analysis import Statement

    voice = str(job.interview_id) if job.interview_id else f"job {job.pk}"
    return Statement(key=str(job.pk), text=job.statement, interview=voice)


def _share_of(report: Reporter, place: int, count: int, label: str) -> Reporter:
    """Progress of one part as a share of the whole run."""

    def part(fraction: float, message: str) -> None:
        share = (1 - ENCODING_SHARE) * (place + fraction) / count
        report(0.95 * (ENCODING_SHARE + share), f"{label}: {message}")

    return part


def _as_row(group: Group, found: Material, part: Part) -> dict[str, Any]:
    """A group for `store_grouping`; `whole`: all members of the decided group were in this part."""
    by_pk = {job.pk: job for job in part.jobs}
    jobs = [by_pk[int(member.key)] for member in group.members]
    fixed = int(group.fixed) if group.fixed else None
    held = {pk for pk, cluster in found.fixed.items() if cluster == fixed}
    return {
        "fixed": fixed,
        "whole": held <= by_pk.keys(),
        "name": group.name[:LONGEST_NAME],
        "phrases": list(group.phrases),
        "cohesion": group.cohesion,
        "agreement": group.agreement,
        "stability": group.stability,
        "resamples": group.resamples,
        "stands_on": [int(voice) for voice in group.stands_on if voice.isdecimal()],
        "proposal": proposed_statement(sorted(jobs, key=lambda job: job.pk != int(group.medoid))),
        "members": [_as_member(member) for member in group.members],
    }


def _as_member(member: Member) -> dict[str, Any]:
    return {"job_id": int(member.key)} | {name: getattr(member, name) for name in MEASURED_MEMBER}
