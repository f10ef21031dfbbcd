"""Real Celery workers for the parts of the benchmark that promise something about them."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from studies.models import Run

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def pool(workers: int) -> Iterator[psutil.Process]:
    """Workers that are awake: starting them is not the matter here."""
    from cpd_site.celery import app

    command = ["-W", "ignore", "-m", "celery", "-q", "-A", "cpd_site", "worker", "-c", str(workers)]
    parent = subprocess.Popen([sys.executable, *command, "-l", "ERROR"], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        while not app.control.ping(timeout=1):
            pass
        yield psutil.Process(parent.pid)
    finally:
        parent.terminate()
        parent.wait(60)


def wait_for(run: Run) -> None:
    while not run.is_over:
        time.sleep(0.05)
        run.refresh_from_db()
    if run.state != run.State.DONE:
        raise SystemExit(f"{run.state}: {run.error}")
