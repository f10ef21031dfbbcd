"""Editing rows that several people may have open at once."""

from typing import Any

from django.db import models
from django.http import QueryDict


class StaleVersion(Exception):
    """Somebody else saved this row after the editor had loaded it; `current` is what stands there now."""

    def __init__(self, current: models.Model) -> None:
        super().__init__("Someone changed this while you were editing.")
        self.current = current


def mine_over(current: Any, posted: QueryDict) -> QueryDict:
    """What was typed, now with the version that stands: saving it once more is then a decision."""
    mine = posted.copy()
    mine["version"] = str(current.version)
    return mine


def save_version(row: Any, *, seen: int | None, fields: list[str]) -> None:
    """Saves `fields` if nobody saved since version `seen`: a compare-and-set in one UPDATE.

    `seen=None` is for edits that cannot be stale, such as moving one's own fresh row. Raises StaleVersion.
    """
    row.full_clean(validate_unique=False, validate_constraints=False)
    expected = row.version if seen is None else seen
    rows = type(row)._base_manager.filter(pk=row.pk, version=expected)
    changes = {name: getattr(row, name) for name in fields} | {"version": expected + 1}
    if not rows.update(**changes):
        raise StaleVersion(type(row)._base_manager.get(pk=row.pk))
    row.version = expected + 1
