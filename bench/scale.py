"""Verbatims at scale: seconds, memory, quality against true labels, and the cost with more workers.

Texts are the queries of BANKING77, worded anew until there are enough of them (words dropped, swapped and
misspelt, phrases before and after). Without the data the part is left out. `SCALE_TEXTS` names other sizes
than 10,000 and 100,000.
"""

from __future__ import annotations

import csv
import io
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil

from bench.samples import SHARED
from bench.table import Figure

ROOT = Path(__file__).resolve().parent.parent
SIZES = os.environ.get("SCALE_TEXTS", "10000,100000")
WORKERS = (1, 2, 4)
SPREAD_OVER = 20_000  # texts that 1, 2 and 4 workers share
LIMIT_SECONDS, LIMIT_MB = 90, 700
BEFORE = "Hi, |Hello there, |Good morning. |Please help: |Quick question: |So |Well, |Dear team, "
AFTER = " Thanks.| Thank you!| Please advise.| Cheers| It is urgent.| What now?| Any idea?| Not happy.| asap"


def measure() -> Iterator[Figure]:
    if not (SHARED / "banking77").exists():
        print("There is no banking77: left out.")
        return
    rows = _queries()
    for size in map(int, SIZES.split(",")):
        yield from _one_worker(rows, size)
    for workers in WORKERS:
        yield from _several_workers(rows, workers)


def _queries() -> list[tuple[str, str]]:
    rows = []
    for name in ("train.csv", "test.csv"):
        with (SHARED / "banking77" / name).open(encoding="utf-8") as file:
            rows += [(row["text"], row["category"]) for row in csv.DictReader(file)]
    return rows


def worded_anew(rows: list[tuple[str, str]], count: int, seed: int = 0) -> dict[str, str]:
    """Text -> label, `count` different texts; the queries themselves first."""
    rng = random.Random(seed)
    rows = rng.sample(rows, len(rows))
    found = dict(rows[:count])
    while len(found) < count:
        text, label = rng.choice(rows)
        found.setdefault(_anew(text, rng), label)
    return found


def _anew(text: str, rng: random.Random) -> str:
    words = [word for word in text.split() if rng.random() > 0.08] or text.split()
    for _ in range(2):
        if len(words) > 2 and rng.random() < 0.5:
            place = rng.randrange(len(words) - 1)
            words[place : place + 2] = words[place + 1], words[place]
    if rng.random() < 0.4:
        place = rng.randrange(len(words))
        words[place] = _misspelt(words[place], rng)
    before = rng.choice(BEFORE.split("|")) if rng.random() < 0.5 else ""
    return before + " ".join(words) + (rng.choice(AFTER.split("|")) if rng.random() < 0.5 else "")


def _misspelt(word: str, rng: random.Random) -> str:
    if len(word) < 4:
        return word
    place = rng.randrange(1, len(word) - 1)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


# --- one worker --------------------------------------------------------------------------------------
def _one_worker(rows: list[tuple[str, str]], size: int) -> Iterator[Figure]:
    """Import and grouping in a process of their own, so that memory is theirs."""
    answer = subprocess.run(
        [sys.executable, "-m", "bench.scale", str(size)],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )
    imported, grouped, worked, megabytes, ari, groups = map(float, answer.stdout.split()[-6:])
    limit = LIMIT_SECONDS if size == 100_000 else None
    name = f"{size:,} texts"
    yield Figure(f"{name}: imported", imported, "s")
    yield Figure(
        f"{name}: read, grouped, named and stored", grouped, "s", limit, f"{worked:.0f} s of processor"
    )
    yield Figure(
        f"{name}: largest memory of the worker", megabytes, "MB", LIMIT_MB if size <= 100_000 else None
    )
    yield Figure(f"{name}: ARI ×100 against 77 intents", 100 * ari, "", note=f"{groups:.0f} groups found")


def _work_alone(size: int) -> None:
    """In the child process: prints what `_one_worker` reads."""
    source = _imported(_queries(), size)
    from jobs.actions.verbatims import start_grouping

    started, worked = time.perf_counter(), time.process_time()
    run = start_grouping(source.access, source=source)
    grouped = time.perf_counter() - started
    run.refresh_from_db()
    if run.state != "done":
        raise SystemExit(f"{run.state}: {run.error}")
    worked = time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(source.seconds, grouped, worked, peak, _ari(source), source.groups.count())


def _ari(source: Any) -> float:
    from sklearn.metrics import adjusted_rand_score

    rows = list(source.verbatims.values_list("segment", "group"))
    return float(adjusted_rand_score([label for label, _ in rows], [group or 0 for _, group in rows]))


def _imported(rows: list[tuple[str, str]], size: int) -> Any:
    """A source of `size` texts in a study of its own; their labels are its segments."""
    from django.core.files.base import ContentFile

    from jobs.actions.verbatims import import_source, upload_source

    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["text", "label"])
    writer.writerows(worded_anew(rows, size).items())
    mapping = {"text": "text", "segment": "label", "date": "", "order": "day"}
    access, upload = _study(), ContentFile(file.getvalue().encode(), name=f"{size}.csv")
    started = time.perf_counter()
    source = upload_source(access, file=upload, name=f"{size:,} texts", kind="other", mapping=mapping)
    import_source(access, source=source, mapping=mapping)
    source.refresh_from_db()
    source.seconds, source.access = time.perf_counter() - started, access
    return source


def _study() -> Any:
    from django.contrib.auth import get_user_model

    from studies.actions import create_study

    user, _ = get_user_model().objects.get_or_create(username="bench", email="bench@example.org")
    return create_study(user, name="Bench", bare=True)


# --- several workers ---------------------------------------------------------------------------------
def _several_workers(rows: list[tuple[str, str]], workers: int) -> Iterator[Figure]:
    """Celery worker processes share one grouping; what counts is that the processor time stays the same."""
    from scripts.services import valkey

    source = _imported(rows, SPREAD_OVER)
    run = _waiting(source)
    with valkey() as broker:
        pool = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "celery",
                "-q",
                "-A",
                "cpd_site",
                "worker",
                "-c",
                str(workers),
                "-l",
                "ERROR",
            ],
            cwd=ROOT,
            env={**os.environ, "REDIS_URL": broker},
        )
        try:
            processor = _until_over(pool, run)
        finally:
            pool.terminate()
            pool.wait(60)
    _forget(source)
    name = f"{SPREAD_OVER:,} texts, {workers} worker process{'es' * (workers > 1)}"
    yield Figure(name, run.seconds, "s", note=f"{processor:.0f} s of processor, starting included")


def _waiting(source: Any) -> Any:
    """A run that waits so long already that a worker takes it up when it starts."""
    from django.utils import timezone

    from jobs.actions.verbatims import GROUP
    from studies.models import Run

    made = Run.objects.create(
        study=source.study, kind=GROUP, params={"source": source.pk}, created_by=source.access.user
    )
    Run.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(minutes=1))
    return made


def _until_over(pool: subprocess.Popen[bytes], run: Any) -> float:
    """Seconds of processor that the workers took."""
    while not run.is_over:
        time.sleep(0.2)
        run.refresh_from_db()
    if run.state != "done":
        raise SystemExit(f"{run.state}: {run.error}")
    family = [psutil.Process(pool.pid), *psutil.Process(pool.pid).children(recursive=True)]
    return sum(sum(one.cpu_times()[:2]) for one in family)


def _forget(source: Any) -> None:
    """So that the next workers find nothing that has been read."""
    source.study.vectors.all().delete()
    source.delete()


if __name__ == "__main__":
    import django

    django.setup()
    _work_alone(int(sys.argv[1]))
