"""Every template compiles, whether or not a test happens to visit its page."""

from pathlib import Path

import pytest
from django.template.loader import get_template

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
NAMES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.*") if path.is_file())


@pytest.mark.parametrize("name", NAMES)
def test_it_compiles(name: str) -> None:
    assert get_template(name).origin.template_name == name  # type: ignore[attr-defined]
