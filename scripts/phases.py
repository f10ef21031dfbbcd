"""make test: every test in phases, each on what it needs. All phases run; any failure makes the exit code 1.

Arguments choose phases by name (sqlite postgres worker javascript browser); without any, all run.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from scripts import machine, services
from scripts.machine import PYTHON, ROOT

NO_TESTS = 5  # pytest's exit code where there is nothing to run
IN_PARALLEL = ["--numprocesses", "2", "--dist", "loadfile"]


@dataclass(frozen=True)
class Outcome:
    phase: str
    passed: int
    failed: int
    skipped: int
    exit_code: int
    seconds: float

    def __str__(self) -> str:
        counts = f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"
        verdict = "ok" if self.exit_code == 0 else "FAILED"
        return f"{verdict:6}  {self.phase:10}  {counts}  ({self.seconds:.0f} s)"


def on_sqlite() -> Outcome:
    return _pytest("sqlite", "not worker and not e2e", *IN_PARALLEL)


def on_postgres() -> Outcome:
    with _servers() as environment:
        return _pytest("postgres", "not worker and not e2e", *IN_PARALLEL, environment=environment)


def with_worker() -> Outcome:
    with _servers() as environment:
        return _pytest("worker", "worker", "--migrations", environment=environment)


def in_node() -> Outcome:
    print("\n━━ javascript ━━", flush=True)
    started = time.monotonic()
    files = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("tests/js/*.test.mjs"))
    if not files:  # left to itself, Node would look for tests in every folder
        return Outcome("javascript", 0, 0, 0, NO_TESTS, 0)
    with _report() as report:
        reporters = ["--test-reporter=spec", "--test-reporter-destination=stdout"]
        reporters += ["--test-reporter=junit", f"--test-reporter-destination={report}"]
        environment = {**os.environ, "PYTHON": str(PYTHON)}  # some compare themselves with the server's side
        code = machine.call(machine.node()[0], "--test", *reporters, *files, env=environment)
        return _outcome("javascript", report, code, started)


def in_browser() -> Outcome:
    return _pytest("browser", "e2e")


PHASES: dict[str, Callable[[], Outcome]] = {
    "sqlite": on_sqlite,
    "postgres": on_postgres,
    "worker": with_worker,
    "javascript": in_node,
    "browser": in_browser,
}


@contextmanager
def _servers() -> Iterator[dict[str, str]]:
    with services.postgres() as database_url, services.valkey() as redis_url:
        yield {"DATABASE_URL": database_url, "REDIS_URL": redis_url}


def _pytest(phase: str, marks: str, *options: str, environment: dict[str, str] | None = None) -> Outcome:
    """A phase that finds no test has failed too: pytest says so with exit code 5."""
    print(f"\n━━ {phase} ━━", flush=True)
    started = time.monotonic()
    with _report() as report:
        arguments = ["-q", "-m", marks, f"--junitxml={report}", "--durations=5", *options]
        code = machine.call(PYTHON, "-m", "pytest", *arguments, env={**os.environ, **(environment or {})})
        return _outcome(phase, report, code, started)


@contextmanager
def _report() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="studio-report-") as folder:
        yield Path(folder) / "junit.xml"


def _outcome(phase: str, report: Path, code: int, started: float) -> Outcome:
    cases = list(ElementTree.parse(report).iter("testcase")) if report.exists() else []
    failed = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    passed = len(cases) - failed - skipped
    return Outcome(phase, passed, failed, skipped, code, time.monotonic() - started)


def main() -> None:
    chosen = sys.argv[1:] or list(PHASES)
    if unknown := set(chosen) - set(PHASES):
        raise SystemExit(f"Unknown phase: {', '.join(sorted(unknown))}. There are: {', '.join(PHASES)}.")
    outcomes = [PHASES[name]() for name in chosen]
    print("\n" + "\n".join(map(str, outcomes)))
    totals = (sum(getattr(outcome, name) for outcome in outcomes) for name in ("passed", "failed", "skipped"))
    print("{} passed, {} failed, {} skipped".format(*totals))
    sys.exit(any(outcome.exit_code for outcome in outcomes))


if __name__ == "__main__":
    main()
