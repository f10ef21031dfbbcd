"""Rules of the house that no tool knows: where models may point, and where rows may be looked up."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
from django.apps import apps
from django.contrib.staticfiles import finders
from django.urls import get_resolver

from studies import registry

ROOT = Path(__file__).resolve().parents[2]
ORDER = ["studies", "interviews", "jobs", "journeys", "strategy"]
PYTHON = [
    path
    for app in [*ORDER, "cpd_site"]
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
]
SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))
HEAVY = ("numpy", "openpyxl", "pandas", "pptx", "scipy", "sklearn", "typst")
STATIC = re.compile(r"""\{% static ['"]([^'"]+)['"] %\}""")
OUTER = re.compile(r"(^|/)(views|forms|consumers|templatetags)(/|\.py$)")


def test_models_point_only_to_apps_below_their_own() -> None:
    upward = []
    for model in apps.get_models():
        label = model._meta.app_label
        if label not in ORDER:
            continue
        for field in model._meta.get_fields():
            target = (
                getattr(field.related_model, "_meta", None) if field.is_relation and field.concrete else None
            )
            if target and target.app_label in ORDER and ORDER.index(target.app_label) > ORDER.index(label):
                upward.append(f"{label}.{model.__name__}.{field.name}")
    assert upward == []


def test_no_module_imports_itself_by_a_detour() -> None:
    """Imports inside functions count: they hide a circle, they do not open it."""
    graph = grimp.build_graph(*ORDER, "cpd_site")
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}

    TopologicalSorter(imports).prepare()  # raises CycleError, which names the circle


def imports_of(script: Path) -> set[Path]:
    """Which of our own scripts a script imports, in whatever way."""
    return {
        (script.parent / name).resolve()
        for name in re.findall(r'(?:\bfrom|\bimport|\bimport\()\s*"(\.[^"\n]+)"', script.read_text())
    }


def test_no_script_imports_itself_by_a_detour() -> None:
    TopologicalSorter({script: imports_of(script) for script in SCRIPTS}).prepare()


def test_scripts_import_in_the_one_way_that_hashed_names_follow() -> None:
    told = [(script, set(re.findall(r'\bfrom "(\..+)";', script.read_text()))) for script in SCRIPTS]

    assert [script for script, names in told if len(names) != len(imports_of(script))] == []
    assert set().union(*map(imports_of, SCRIPTS)) - set(SCRIPTS) == set()


def test_every_static_file_that_a_page_names_is_there() -> None:
    pages = (ROOT / "templates").rglob("*.html")
    named = {name for page in pages for name in STATIC.findall(page.read_text())}

    assert len(named) > 40
    assert {name for name in named if not finders.find(name)} == set()


def test_outer_files_reach_rows_only_through_the_study() -> None:
    detours = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in PYTHON
        if OUTER.search(str(path.relative_to(ROOT)))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"\.(objects|with_trash|_default_manager)\b", line)
        and "# unscoped:" not in line
        and "access.study" not in line
    ]
    assert detours == []


def test_every_recorded_verb_is_registered_with_its_sentence() -> None:
    recorded = {
        verb
        for path in PYTHON
        for verb in re.findall(r"record\(\s*access,\s*\"([a-z_.]+)\"", path.read_text())
    }
    get_resolver().url_patterns  # noqa: B018  loads every view, and with it every action
    assert recorded - set(registry.SENTENCES) == set()


def test_heavy_libraries_are_loaded_where_they_are_used() -> None:
    pure = re.compile(
        r"jobs/((analysis|scoring)/|papers/(pdf|shapes|slides|workbook)\.py)|strategy/papers/|journeys/timeline\.py"
    )
    heavy = re.compile(rf"^(import|from) ({'|'.join(HEAVY)})\b", re.MULTILINE)
    wrong = [
        str(path.relative_to(ROOT))
        for path in PYTHON
        if not pure.search(str(path.relative_to(ROOT))) and heavy.search(path.read_text())
    ]
    assert wrong == []


def test_what_says_that_it_is_pure_is_held_to_it() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    held = tuple(f"{name}." for name in contracts[-1]["source_modules"])
    saying = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in PYTHON
        if re.search(r"\bPure\b", ast.get_docstring(ast.parse(path.read_text())) or "")
    ]
    assert [name for name in saying if not f"{name}.".startswith(held)] == []


def test_the_web_process_starts_without_the_heavy_libraries_and_celery() -> None:
    """It also serves a canvas without them: whatever a room of people needs is loaded at its start."""
    asking = "import sys, cpd_site.asgi; print(*{name.partition('.')[0] for name in sys.modules})"

    loaded = subprocess.run(
        [sys.executable, "-c", asking], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()

    assert set(loaded) & {*HEAVY, "celery", "kombu"} == set()
