"""What the running product weighs: memory and idle CPU of its processes, its start, and the live scripts."""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from django.conf import settings

from bench.product import running
from bench.server import client_of, scaled_study
from bench.table import Figure

LIVE_SCRIPTS_KB, WEB_MB, WORKER_MB, IDLE_PERCENT = 120, 150, 350, 2.0
IDLE_SECONDS, START_SECONDS = 20, 5


def measure() -> Iterator[Figure]:
    yield _live_scripts()
    with running() as product:
        time.sleep(5)
        for name, processes in product.parts().items():
            limit = {"web": WEB_MB, "worker": WORKER_MB}.get(name)
            yield Figure(f"{name} at rest", sum(_pss(process) for process in processes), "MB", limit)
        everything = [process for part in product.parts().values() for process in part]
        before = sum(_cpu(process) for process in everything)
        time.sleep(IDLE_SECONDS)
        busy = sum(_cpu(process) for process in everything) - before
        yield Figure("idle CPU of all processes", 100 * busy / IDLE_SECONDS, "%", IDLE_PERCENT)
    with running() as again:
        yield Figure("second start", again.ready_after, "s", START_SECONDS)


def _pss(process: psutil.Process) -> float:
    """Memory in MB, what processes share counted once."""
    return process.memory_full_info().pss / 1e6


def _cpu(process: psutil.Process) -> float:
    spent = process.cpu_times()
    return spent.user + spent.system


def _live_scripts() -> Figure:
    access = scaled_study()
    interview = access.study.interviews.first()
    page = (
        client_of(access).get(f"/s/{access.study.slug}/interviews/{interview.pk}/capture/").content.decode()
    )
    named = {Path(settings.STATIC_ROOT) / name for name in re.findall(r'/static/([^"]+\.js)', page)}
    scripts = _with_imports({script.resolve() for script in named})
    packed = sum(len(gzip.compress(script.read_bytes())) for script in scripts)
    return Figure(
        "scripts of the live page, gzipped", packed / 1000, "kB", LIVE_SCRIPTS_KB, f"{len(scripts)} files"
    )


def _with_imports(scripts: set[Path]) -> set[Path]:
    imported = {
        (script.parent / name).resolve()
        for script in scripts
        for name in re.findall(r'\bfrom "(\.[^"]+)";', script.read_text())
    }
    return scripts if imported <= scripts else _with_imports(scripts | imported)
