"""The README names every setting and every command, and the compose file passes every setting on."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("cpd_site", "studies", "interviews", "jobs", "journeys", "strategy")
READS = re.compile(r"""\benv\.(?:text|boolean|integer|words|secret)\(\s*["'](\w+)["']""")
# The image gives these their values; they describe the inside of the container
FIXED_IN_THE_IMAGE = {"DATA_DIR", "HOST", "PORT", "STATIC_ROOT"}
# A way for developers alone
NOT_FOR_CONTAINERS = {"DEBUG"}


def settings_that_the_code_reads() -> set[str]:
    files = (path for app in APPS for path in (ROOT / app).rglob("*.py"))
    names = {name for path in files for name in READS.findall(path.read_text())}
    return names | {f"{name}_FILE" for name in names if name == "SECRET_KEY"}


def words_in_backticks(text: str) -> set[str]:
    return set(re.findall(r"`([A-Z][A-Z_]+)`", text))


def test_only_one_module_reads_the_environment() -> None:
    files = (path for app in APPS for path in (ROOT / app).rglob("*.py"))
    readers = {path.relative_to(ROOT).as_posix() for path in files if "os.environ" in path.read_text()}

    allowed = {
        "cpd_site/env.py",
        "cpd_site/celery.py",
        "cpd_site/wsgi.py",
        "cpd_site/management/commands/up.py",
    }
    assert readers - allowed == set()


def test_the_readme_names_every_setting() -> None:
    names = settings_that_the_code_reads()

    assert {
        "DATABASE_URL",
        "PORT",
        "WEB_THREADS",
    } <= names  # the pattern still finds what it is meant to find
    assert sorted(names - words_in_backticks((ROOT / "README.md").read_text())) == []


def test_the_readme_names_every_make_target() -> None:
    targets = set(re.findall(r"^([a-z]+): +##", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named = set(re.findall(r"make ([a-z]+)", (ROOT / "README.md").read_text()))

    assert sorted(targets - named - {"help"}) == []


def test_the_readme_or_the_docs_name_every_management_command() -> None:
    commands = {
        path.stem
        for app in APPS
        for path in (ROOT / app).glob("management/commands/*.py")
        if path.stem != "__init__"
    }
    text = "\n".join(path.read_text() for path in [ROOT / "README.md", *ROOT.glob("docs/**/*.md")])

    assert (
        sorted(command for command in commands if not re.search(rf"(`|manage\.py ){command}\b", text)) == []
    )


def test_the_compose_file_passes_every_setting() -> None:
    passed = set(re.findall(r"^  ([A-Z_]+): ", (ROOT / "docker-compose.yml").read_text(), flags=re.MULTILINE))

    missing = (
        settings_that_the_code_reads()
        - passed
        - FIXED_IN_THE_IMAGE
        - NOT_FOR_CONTAINERS
        - {"SECRET_KEY_FILE"}
    )
    assert sorted(missing) == []
