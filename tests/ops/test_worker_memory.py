"""A worker loads what takes long and settles its memory before it forks."""

from __future__ import annotations

import json
import subprocess
import sys

CODE = """
import gc, json, sys
from celery.signals import worker_init
import cpd_site.celery
before = gc.get_freeze_count()
worker_init.send(sender=None)
loaded = {"scipy.cluster.hierarchy", "jobs.analysis"} <= sys.modules.keys()
print(json.dumps([before, gc.get_freeze_count() > 10_000, gc.get_threshold()[0], loaded]))
"""


def test_a_worker_loads_and_settles_before_it_forks() -> None:
    told = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert json.loads(told.stdout.splitlines()[-1]) == [0, True, 20_000, True]
