"""The running product, started as `make run` starts it, on the benchmark's data folder."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from scripts.services import free_port

ROOT = Path(__file__).resolve().parent.parent


class Product:
    def __init__(self, process: psutil.Popen, url: str) -> None:
        self.process, self.url = process, url
        self.ready_after = 0.0  # s

    def parts(self) -> dict[str, list[psutil.Process]]:
        """Process group by name; a worker's children belong to it."""
        parts: dict[str, list[psutil.Process]] = {"start-up": [psutil.Process(self.process.pid)]}
        for child in self.process.children(recursive=True):
            line = " ".join(child.cmdline())
            name = "web" if "uvicorn" in line else "worker" if "celery" in line else "valkey"
            parts.setdefault(name, []).append(child)
        return parts


@contextmanager
def running() -> Iterator[Product]:
    port = free_port()
    command = [sys.executable, str(ROOT / "manage.py"), "up", "--port", str(port)]
    process = psutil.Popen(command, env=dict(os.environ), stdout=subprocess.DEVNULL)
    product = Product(process, f"http://127.0.0.1:{port}")
    try:
        started = time.monotonic()
        _wait(product)
        product.ready_after = time.monotonic() - started
        yield product
    finally:
        process.terminate()
        process.wait(20)


def _wait(product: Product) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(product.url + "/health/", timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The product did not start.")
