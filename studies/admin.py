"""The administrator sees which studies and runs there are, not what is in them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from studies.models import Run, Study


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Study)
class StudyAdmin(ReadOnly):
    list_display = ["slug", "created_at"]
    fields = ["slug", "created_at"]
    search_fields = ["slug"]


@admin.register(Run)
class RunAdmin(ReadOnly):
    list_display = ["kind", "study", "state", "progress", "attempt", "created_at", "finished_at"]
    list_filter = ["state", "kind"]
    fields = ["kind", "study", "state", "progress", "error", "versions", "created_at", "finished_at"]
