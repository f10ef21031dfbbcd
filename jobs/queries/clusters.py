"""Reading groups of jobs."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from jobs.models import Job, JobCluster
from studies.models import Study


def undecided_jobs(study: Study) -> QuerySet[Job]:
    """Individual jobs that no person has put anywhere: the ones that a run may group."""
    decided = Q(membership__decided=True) | Q(membership__cluster__decided=True)
    return study.jobs.filter(scope=Job.Scope.INDIVIDUAL).exclude(decided).order_by("pk")


def interviews_of(cluster: JobCluster) -> int:
    """How many different interviews the members come from."""
    return cluster.members.values("job__interview").exclude(job__interview=None).distinct().count()
