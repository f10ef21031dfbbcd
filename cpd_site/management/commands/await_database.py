"""manage.py await_database: for containers, which start in any order."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    help = "Return once the database answers, and with --migrated once it has every migration."
    requires_system_checks: list[str] = []  # a check would ask the database, which may not be there

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--migrated", action="store_true", help="wait for `migrate` to be complete as well"
        )
        parser.add_argument("--seconds", type=float, default=120, help="give up after so long (default: 120)")

    def handle(self, *, migrated: bool, seconds: float, **options: Any) -> None:
        deadline = time.monotonic() + seconds
        while (missing := _what_is_missing(migrated)) is not None:
            if time.monotonic() > deadline:
                raise CommandError(f"After {seconds:.0f} s {missing}.")
            time.sleep(0.5)


def _what_is_missing(migrated: bool) -> str | None:
    try:
        connection.ensure_connection()
        pending = _pending_migrations() if migrated else 0
    except OperationalError as error:
        connection.close()
        return f"the database does not answer: {error}"
    return f"{pending} migrations are still pending; run: python manage.py migrate" if pending else None


def _pending_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
