"""What stands in the database, to be compared before and after a fault."""

from __future__ import annotations

from typing import Any

from django.apps import apps

ROOMS = {"studies", "interviews", "jobs", "strategy"}


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Table -> its rows, in the order of their keys; links between rows included, sessions left out."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in ROOMS]
    return {model._meta.label: _rows(model) for model in models}


def _rows(model: Any) -> list[tuple[Any, ...]]:
    return [tuple(map(repr, row)) for row in model._base_manager.order_by("pk").values_list()]


def changed(before: dict[str, list[tuple[Any, ...]]]) -> list[str]:
    """The tables that differ from `before`."""
    after = everything()
    return [label for label, rows in after.items() if rows != before[label]]
