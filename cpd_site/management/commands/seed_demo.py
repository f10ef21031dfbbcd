"""manage.py seed_demo: the demo study, built once; with --scale a multiplied one for benchmarks."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from cpd_site.demo.build import build
from studies.models import Study

SLUG = "the-second-car"


def password_file() -> Path:
    return Path(settings.DATA_DIR) / "demo-password"


def demo_password() -> str:
    """Made on first use and kept readable for this user only: no two installations share it."""
    path = password_file()
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(9))
    return path.read_text().strip()


class Command(BaseCommand):
    help = "Builds the demo study, unless it is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--scale", type=int, default=1, help="multiply the twelve interviews (for benchmarks)"
        )

    def handle(self, *, scale: int, **options: Any) -> None:
        if Study.objects.filter(slug=SLUG).exists():
            self.stdout.write("The demo study is there already.")
            return
        with transaction.atomic():  # a demo half built by a killed start would look like a finished one
            build(password=demo_password(), copies=max(scale, 1), report=self.stdout.write)
        self.stdout.write(f"Sign in as lena@demo.example with the password {demo_password()}")
