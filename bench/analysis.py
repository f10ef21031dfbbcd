"""Grouping and ranking: seconds on the study's own statements."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench.server import scaled_study
from bench.table import Figure
from jobs.actions.priorities import ranking
from jobs.models import Job


def measure() -> Iterator[Figure]:
    from jobs.analysis import Statement, cluster_statements, default_pair

    access = scaled_study()
    jobs = access.study.jobs.filter(scope=Job.Scope.INDIVIDUAL)[:300]
    items = [Statement(str(job.pk), job.statement, str(job.interview_id)) for job in jobs]
    started = time.perf_counter()
    encoder = default_pair()
    cluster_statements(items, encoder=encoder)
    yield Figure("300 statements grouped, encoder loaded cold", time.perf_counter() - started, "s")
    started = time.perf_counter()
    cluster_statements(items, encoder=encoder)
    yield Figure("300 statements grouped again", time.perf_counter() - started, "s")
    access.study.priorities.all().delete()
    started = time.perf_counter()
    ranking(access)
    yield Figure("ranking with 2,000 draws", time.perf_counter() - started, "s")
