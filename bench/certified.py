"""Seconds from the press of the button until statements are grouped, named, certified and stored.

A real worker that is awake and has not worked yet, on SQLite; nothing is remembered. (statement, voice) pairs
come as JSON from standard input; REDIS_URL names the broker.
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

from bench.workers import pool, wait_for

if TYPE_CHECKING:
    from studies.models import Study


def main() -> None:
    from django.contrib.auth import get_user_model

    from jobs.actions.grouping import start_clustering
    from studies.actions.studies import create_study

    user, _ = get_user_model().objects.get_or_create(username="bench", email="bench@example.org")
    access = create_study(user, name="Certified", bare=True)
    _write(access.study, json.load(sys.stdin))
    with pool(1):
        started = time.perf_counter()
        wait_for(start_clustering(access))
        print(time.perf_counter() - started)
    access.study.delete()


def _write(study: Study, said: list[tuple[str, str]]) -> None:
    """A voice is a participant with an interview."""
    from interviews.models import Interview, Participant
    from jobs.models import Job

    heard = {}
    for voice in dict.fromkeys(voice for _statement, voice in said):
        participant = Participant.objects.create(study=study, pseudonym=voice)
        heard[voice] = Interview.objects.create(study=study, participant=participant)
    Job.objects.bulk_create(
        Job(study=study, statement=statement, interview=heard[voice], scope=Job.Scope.INDIVIDUAL)
        for statement, voice in said
    )


if __name__ == "__main__":
    import django

    django.setup()
    main()
