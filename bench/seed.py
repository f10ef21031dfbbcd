"""The multiplied demo study: built once, kept in build/bench/, copied for each run."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "build" / "bench"
MADE_FROM = ("cpd_site/demo/**/*", "*/migrations/*.py")
COPIES = 17


def bring(folder: Path) -> None:
    """Copies the kept study into `folder`, where there is one made from the files of today."""
    if (kept := _file()).exists():
        _copy(kept, folder / "db.sqlite3")
        (folder / "demo-password").write_text("of-a-kept-study")


def keep(database: Path) -> None:
    """Kept under a name of its own first: an interrupted copy is never taken for a whole one."""
    kept = _file()
    if kept.exists():
        return
    KEPT.mkdir(parents=True, exist_ok=True)
    for old in KEPT.iterdir():
        old.unlink()
    part = kept.with_suffix(f".{os.getpid()}")
    _copy(database, part)
    part.rename(kept)


def _copy(source: Path, target: Path) -> None:
    with sqlite3.connect(source) as read, sqlite3.connect(target) as written:
        read.backup(written)
    read.close()
    written.close()


def _file() -> Path:
    digest = hashlib.sha256(str(COPIES).encode())
    for path in _made_from():
        digest.update(path.read_bytes())
    return KEPT / f"{digest.hexdigest()[:16]}.sqlite3"


def _made_from() -> Iterable[Path]:
    found = (path for pattern in MADE_FROM for path in ROOT.glob(pattern))
    return sorted(path for path in found if path.is_file() and "__pycache__" not in path.parts)
