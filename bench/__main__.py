"""make bench [parts…]: any of PARTS; without a name, all of them.

Everything runs on a data folder of its own. Machines are noisy: compare figures of one run with each other.
"""

from __future__ import annotations

import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path

PARTS = (
    "server",
    "transcript",
    "browser",
    "weight",
    "analysis",
    "quality",
    "suggest",
    "survey",
    "ranking",
    "scale",
    "canvas",
    "canvas-page",
)


def main() -> None:
    chosen = sys.argv[1:] or list(PARTS)
    if unknown := set(chosen) - set(PARTS):
        raise SystemExit(f"Unknown part: {', '.join(sorted(unknown))}. There are: {', '.join(PARTS)}.")
    with tempfile.TemporaryDirectory(prefix="studio-bench-") as folder:
        _prepare(Path(folder))
        from bench.table import show

        for part in chosen:
            show(part, import_module(f"bench.{part.replace('-', '_')}").measure())


def _prepare(folder: Path) -> None:
    """Settings are read at import, so the surroundings come first."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    os.environ |= {
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "cpd_site.settings",
        "OMP_NUM_THREADS": "1",
    }
    from bench import seed

    seed.bring(folder)
    import logging

    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    import cpd_site.asgi  # noqa: F401 -- prepares this process as it prepares the one that serves

    logging.getLogger("django.request").setLevel(logging.CRITICAL)  # pages that refuse a GET are expected


if __name__ == "__main__":
    main()
