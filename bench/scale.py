"""Verbatims at scale: seconds, memory, quality against true labels, and the cost with more workers.

Texts are the queries of BANKING77, worded anew until there are enough of them (words dropped, swapped and
misspelt, phrases before and after). Without the data the part is left out. `SCALE_TEXTS` names other sizes
than 10,000 and 100,000 for one worker, `SCALE_SPREAD` other sizes for several; none where it is empty.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil

from bench.samples import SHARED
from bench.table import Figure
from bench.workers import pool, wait_for
from scripts.services import postgres, valkey

ROOT = Path(__file__).resolve().parent.parent
SIZES = os.environ.get("SCALE_TEXTS", "10000,100000")
WORKERS = (1, 2, 4)
SPREAD_OVER = os.environ.get("SCALE_SPREAD", "12500,25000,50000")  # texts that 1, 2 and 4 workers share
LAPTOP = 100_000  # texts up to which SQLite is enough
LIMIT_SECONDS, LIMIT_MB = 90, 700
BEFORE = "Hi, |Hello there, |Good morning. |Please help: |Quick question: |So |Well, |Dear team, "
AFTER = " Thanks.| Thank you!| Please advise.| Cheers| It is urgent.| What now?| Any idea?| Not happy.| asap"


def measure() -> Iterator[Figure]:
    if not (SHARED / "banking77").exists():
        print("There is no banking77: left out.")
        return
    for size in filter(None, SIZES.split(",")):
        yield from _one_worker(int(size))
    if SPREAD_OVER:
        yield from _spread()


def _queries() -> list[tuple[str, str]]:
    rows = []
    for name in ("train.csv", "test.csv"):
        with (SHARED / "banking77" / name).open(encoding="utf-8") as file:
            rows += [(row["text"], row["category"]) for row in csv.DictReader(file)]
    return rows


def worded_anew(rows: list[tuple[str, str]], count: int) -> dict[str, str]:
    """Text -> label, `count` different texts; the queries themselves first."""
    rng = random.Random(0)
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


# --- the processes -----------------------------------------------------------------------------------
def _child(what: str) -> Iterator[str]:
    """The lines that it prints. What a laptop is promised is measured on SQLite, the rest on PostgreSQL."""
    with ExitStack() as services:
        surroundings = dict(os.environ)
        if not what.isdigit() or int(what) > LAPTOP:
            surroundings["DATABASE_URL"] = services.enter_context(postgres(forgetful=False))
            surroundings["REDIS_URL"] = services.enter_context(valkey())
            migrate = [sys.executable, "manage.py", "migrate", "-v0"]
            subprocess.run(migrate, cwd=ROOT, env=surroundings, check=True)
        command = [sys.executable, "-m", "bench.scale", what]
        child = subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, text=True)
        with child, child.stdout or io.StringIO() as lines:
            yield from lines
    if child.returncode:
        raise SystemExit(f"bench.scale {what} ended with {child.returncode}.")


# --- one worker --------------------------------------------------------------------------------------
def _one_worker(size: int) -> Iterator[Figure]:
    """Import and grouping in a process of their own, so that memory is theirs."""
    last = list(_child(str(size)))[-1]
    imported, grouped, worked, megabytes, ari, groups = map(float, last.split())
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


def _work_alone(size: int) -> Iterator[str]:
    """In the child process."""
    source = _imported(size)
    from jobs.actions.verbatims import start_grouping
    from studies.tasks import execute_run

    started, worked = time.perf_counter(), time.process_time()
    run = start_grouping(source.access, source=source)
    execute_run(run.pk)  # does nothing where it is done
    grouped = time.perf_counter() - started
    run.refresh_from_db()
    if run.state != "done":
        raise SystemExit(f"{run.state}: {run.error}")
    worked = time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield f"{source.seconds} {grouped} {worked} {peak} {_ari(source)} {source.groups.count()}"


def _ari(source: Any) -> float:
    from sklearn.metrics import adjusted_rand_score

    rows = list(source.verbatims.values_list("segment", "group"))
    return float(adjusted_rand_score([label for label, _ in rows], [group or 0 for _, group in rows]))


def _write(size: int, path: str) -> None:
    """In a process of its own: making texts takes more memory than importing them."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows(worded_anew(_queries(), size).items())


def _imported(size: int) -> Any:
    """A source of `size` texts in a study of its own; their labels are its segments."""
    from django.conf import settings
    from django.core.files import File

    from jobs.actions.verbatims import import_source, upload_source
    from studies.tasks import execute_run

    mapping = {"text": "text", "segment": "label", "date": "", "order": "day"}
    path = settings.DATA_DIR / f"{size}.csv"
    subprocess.run([sys.executable, "-m", "bench.scale", "write", str(size), path], cwd=ROOT, check=True)
    access, started = _study(), time.perf_counter()
    with path.open("rb") as file:
        upload = File(file, name=path.name)
        source = upload_source(access, file=upload, name=f"{size:,} texts", kind="other", mapping=mapping)
    execute_run(import_source(access, source=source, mapping=mapping).pk)  # does nothing where it is done
    source.refresh_from_db()
    source.seconds, source.access = time.perf_counter() - started, access
    return source


def _study() -> Any:
    from django.contrib.auth import get_user_model

    from studies.actions.studies import create_study

    user, _ = get_user_model().objects.get_or_create(username="bench", email="bench@example.org")
    return create_study(user, name="Bench", bare=True)


# --- several workers ---------------------------------------------------------------------------------
def _spread() -> Iterator[Figure]:
    """Celery worker processes share groupings on PostgreSQL; what counts is that the processor time stays the
    same, for the clock needs as many cores. The database's own time is told apart."""
    digests: dict[str, set[str]] = {}
    for line in _child("spread"):
        size, workers, seconds, worked, stored, digest = line.split()
        digests.setdefault(size, set()).add(digest)
        name = f"{int(size):,} texts, {workers} worker process{'es' * (workers != '1')}"
        note = f"{float(worked):.1f} s of processor, {float(stored):.1f} s of PostgreSQL's"
        yield Figure(name, float(seconds), "s", note=note)
        per = 1000 * float(worked) / (int(size) / 1000)
        yield Figure(f"{name}: processor for 1,000 texts", per, "ms")
    differ = sum(len(found) > 1 for found in digests.values())
    yield Figure("sizes whose groups depend on the number of workers", differ, "", 0)


def _work_together() -> Iterator[str]:
    """In the child process, whose surroundings are PostgreSQL and a broker."""
    for size in map(int, SPREAD_OVER.split(",")):
        source = _imported(size)
        for workers in WORKERS:
            with pool(workers) as parent:
                yield f"{size} {workers} {_grouped_by(parent, source)}"
            source.groups.all().delete()
            source.study.vectors.all().delete()  # the next workers find nothing that has been read
        source.delete()


def _grouped_by(parent: psutil.Process, source: Any) -> str:
    from jobs.actions.verbatims import start_grouping

    server = _database_server()
    started, before = time.perf_counter(), (_processor(parent), _processor(server))
    wait_for(start_grouping(source.access, source=source))
    seconds = time.perf_counter() - started
    worked, stored = _processor(parent) - before[0], _processor(server) - before[1]
    return f"{seconds:.2f} {worked:.2f} {stored:.2f} {_places_of(source)}"


def _database_server() -> psutil.Process:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return psutil.Process(psutil.Process(cursor.fetchone()[0]).ppid())


def _processor(parent: psutil.Process) -> float:
    """Seconds of a process and of its children, those that have ended included."""
    living = [child.cpu_times()[:2] for child in parent.children()]
    return sum(parent.cpu_times()[:4]) + sum(map(sum, living))


def _places_of(source: Any) -> str:
    """The same wherever every text lies in the same group, equally near."""
    rows = source.verbatims.order_by("text_hash").values_list("text_hash", "group__position", "similarity")
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()[:12]


if __name__ == "__main__":
    what, *given = sys.argv[1:]
    if what == "write":
        _write(int(given[0]), given[1])
    else:
        import django

        django.setup()
        for line in _work_together() if what == "spread" else _work_alone(int(what)):
            print(line, flush=True)
