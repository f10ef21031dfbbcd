"""make check: everything that can be judged without running the product. Every check runs, whatever fails."""

import os
import sys
import tempfile
import time

from scripts import machine
from scripts.machine import PYTHON, ROOT, VENV

BIN = VENV / "bin"
CHECKS: dict[str, list[list[str]]] = {
    "style": [[f"{BIN}/ruff", "check", "--quiet", "."], [f"{BIN}/ruff", "format", "--quiet", "--check", "."]],
    "types": [[f"{BIN}/mypy"]],
    "imports": [[f"{BIN}/lint-imports", "--no-cache"]],
    "templates": [[f"{BIN}/djangofmt", "check", "--target-version", "5.2", "templates"]],
    "migrations": [[str(PYTHON), "manage.py", "makemigrations", "--check", "--dry-run", "--verbosity", "0"]],
    "settings": [[str(PYTHON), "manage.py", "check", "--fail-level", "WARNING"]],
    "container": [
        [f"{BIN}/hadolint", "Dockerfile"],
        [f"{BIN}/check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"],
    ],
    "documentation": [
        [str(PYTHON), "-m", "pytest", "-q", "tests/ops/test_docs.py", "tests/ops/test_locks.py"]
    ],
}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="studio-check-") as data_dir:
        environment = {**os.environ, "DATA_DIR": data_dir}
        failed = [name for name, commands in CHECKS.items() if not _passes(name, commands, environment)]
    print(
        f"\n{len(failed)} of {len(CHECKS)} checks failed: {', '.join(failed)}"
        if failed
        else "\nAll checks passed."
    )
    sys.exit(1 if failed else 0)


def _passes(name: str, commands: list[list[str]], environment: dict[str, str]) -> bool:
    started = time.monotonic()
    codes = [machine.call(*command, env=environment, cwd=ROOT) for command in commands]
    print(f"{'FAILED' if any(codes) else 'ok':6} {name} ({time.monotonic() - started:.1f} s)", flush=True)
    return not any(codes)


if __name__ == "__main__":
    main()
