"""The demo study many times over, for benchmarks."""

from __future__ import annotations

from io import StringIO
from typing import Any

from django.core.management import call_command

from studies.models import Study


def test_a_multiplied_study_has_words_of_its_own(db: None, settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path
    call_command("seed_demo", scale=2, stdout=StringIO())

    statements = Study.objects.get().jobs.filter(scope="individual").values_list("statement", flat=True)

    assert len(set(statements)) > 1.2 * 73
