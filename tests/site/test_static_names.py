"""Scripts import each other by the hashed names under which browsers keep them for ever."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.finders import get_finder
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

from studies.templatetags.studio import preload
from tests.architecture.test_structure import SCRIPTS, imports_of

HASHED = re.compile(r"\.[0-9a-f]{12}\.js$")

PRELOADED = re.compile(r'<link rel="modulepreload" href="/static/(.+?)">')


@pytest.fixture
def collected(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Our own static files as a browser gets them, without those of packages."""
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "cpd_site.staticfiles.HashedFiles"}}
    get_finder.cache_clear()
    call_command("collectstatic", verbosity=0, interactive=False)
    yield tmp_path
    get_finder.cache_clear()


def test_pages_and_scripts_name_hashed_scripts_that_are_there(collected: Path) -> None:
    scripts = [path for path in (collected / "js").rglob("*.js") if HASHED.search(path.name)]
    imported = {target for path in scripts for target in imports_of(path)}

    assert HASHED.search(staticfiles_storage.url("js/wheel-page.js"))
    assert len(scripts) == len(SCRIPTS)
    assert {path for path in imported if not HASHED.search(path.name) or not path.exists()} == set()


@pytest.mark.parametrize("name", ["js/capture/main.js", "js/transcript/main.js"])
def test_a_page_asks_at_once_for_the_scripts_that_its_own_will_import(name: str, collected: Path) -> None:
    asked = {(collected / link).resolve() for link in PRELOADED.findall(preload(name))}

    assert len(asked) > 10
    assert set().union(*map(imports_of, asked)) == asked - {collected / staticfiles_storage.stored_name(name)}
