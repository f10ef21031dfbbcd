"""The Makefile's targets. Each prepares the machine, then hands over to the program that does the work."""

import os
import sys

from scripts import chromium, machine
from scripts.machine import PYTHON, ROOT


def run(arguments: list[str]) -> None:
    machine.prepare("run")
    machine.build_bundle()
    become(str(PYTHON), "manage.py", "up", *arguments)


def test(arguments: list[str]) -> None:
    machine.prepare("test")
    machine.install_browser_packages()
    machine.build_bundle()
    os.environ.update(chromium.environment())
    become(str(PYTHON), "-m", "scripts.phases", *arguments)


def check(arguments: list[str]) -> None:
    machine.prepare("dev")
    become(str(PYTHON), "-m", "scripts.checks", *arguments)


def bench(arguments: list[str]) -> None:
    machine.prepare("test")
    machine.build_bundle()
    os.environ.update(chromium.environment())
    become(str(PYTHON), "-m", "bench", *arguments)


def chaos(arguments: list[str]) -> None:
    machine.prepare("test")
    machine.install_browser_packages()
    become(str(PYTHON), "-m", "scripts.chaos", *arguments)


def shots(arguments: list[str]) -> None:
    machine.prepare("test")
    machine.build_bundle()
    os.environ.update(chromium.environment())
    become(str(PYTHON), "-m", "scripts.shots", *arguments)


def lock(arguments: list[str]) -> None:
    """From the names in *.in to exact versions with hashes in *.txt, without any registry's address."""
    machine.prepare("uv")
    alone = {"uv": None, "node": None, "run": None, "bench": None}
    for name, below in {**alone, "test": "run", "dev": "test"}.items():
        machine.say(f"locking requirements/{name}.in")
        constraint = ["--constraint", f"requirements/{below}.txt"] if below else []
        files = [f"requirements/{name}.in", "--output-file", f"requirements/{name}.txt"]
        python = [*_platform(name), "--python-version", "3.11", "--generate-hashes", "--no-annotate"]
        quiet = ["--quiet", "--custom-compile-command", "make lock"]
        options = [*python, *quiet, *constraint, *files, *arguments]
        machine.must(machine.VENV / "bin/uv", "pip", "compile", *options, env=machine.uv_environment())


def _platform(name: str) -> list[str]:
    """The peers' lock leaves PyTorch out, which machines install with or without a graphics card's libraries;
    resolved as for macOS, it names none of these libraries."""
    if name != "bench":
        return ["--universal"]
    return ["--python-platform", "aarch64-apple-darwin", "--no-emit-package", "torch"]


def become(*command: str) -> None:
    """Replace this process: signals and the exit code then need nobody to pass them on."""
    os.execv(command[0], command)


TARGETS = {
    "run": run,
    "test": test,
    "check": check,
    "bench": bench,
    "chaos": chaos,
    "shots": shots,
    "lock": lock,
}


def main() -> None:
    target, *arguments = sys.argv[1:] or ["run"]
    if target not in TARGETS:
        raise SystemExit(f"Unknown target {target}. There are: {', '.join(TARGETS)}.")
    os.chdir(ROOT)
    TARGETS[target](arguments)


if __name__ == "__main__":
    main()
