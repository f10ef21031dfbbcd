"""Lock files are the same for everybody: exact versions, hashes, and no registry's address."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON_LOCKS = sorted(ROOT.glob("requirements/*.txt"))
NPM_LOCKS = [ROOT / "package-lock.json", ROOT / "scripts/browser/package-lock.json"]
ADDRESS = re.compile(r"\w+://\S+|--(?:index-url|extra-index-url|find-links|trusted-host)\b")

# Where authors ask for money: npm writes it into its lock, and nothing is loaded from there
FUNDING = re.compile(r'"funding": \{[^}]*\}')


@pytest.mark.parametrize("lock", [*PYTHON_LOCKS, *NPM_LOCKS], ids=lambda path: path.name)
def test_a_lock_names_no_registry(lock: Path) -> None:
    assert ADDRESS.findall(FUNDING.sub("", lock.read_text())) == []


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda path: path.name)
def test_every_python_package_has_an_exact_version_and_a_hash(lock: Path) -> None:
    blocks = re.split(r"\n(?=\S)", lock.read_text())
    packages = [block for block in blocks if not block.startswith("#")]

    assert packages != []
    assert [block.split()[0] for block in packages if not re.match(r"[\w.-]+==\S+", block)] == []
    assert [block.split()[0] for block in packages if "--hash=sha256:" not in block] == []


def test_no_lock_format_that_records_a_registry_is_committed() -> None:
    assert [name for name in ("uv.lock", "pylock.toml", "poetry.lock") if (ROOT / name).exists()] == []


def test_npm_is_told_to_leave_addresses_out_of_its_lock() -> None:
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text().splitlines()
