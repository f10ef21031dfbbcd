"""Looks through all stored data for what must never be; ends with 1 if something is."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cpd_site.integrity import CHECKS


class Command(BaseCommand):
    help = "Check what must be true of the stored data: quotes, transcripts, references between studies."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for name, check in CHECKS.items():
            findings = list(check())
            broken += len(findings)
            self.stdout.write(f"{'ok ' if not findings else 'NOT'} {name}")
            for finding in findings:
                self.stdout.write(f"    {finding}")
        if broken:
            raise CommandError(
                f"{broken} findings. Nothing was changed: restore a backup, or report the lines above."
            )
        self.stdout.write(f"All {len(CHECKS)} checks hold.")
