"""unpack_chromium PACKED HOME NODE: make a Chromium of what the npm package @sparticuz/chromium carries."""

import io
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

# Node knows brotli, Python's standard library does not
DECOMPRESS = (
    "process.stdout.write(require('zlib').brotliDecompressSync(require('fs').readFileSync(process.argv[1])))"
)
# Chromium lays out no text without a readable font, and the package's own file names folders of elsewhere
FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>{home}/fonts</dir>
  <cachedir>{home}/font-cache</cachedir>
</fontconfig>
"""


def unpack(packed: Path, home: Path, node: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    for name in ("al2023", "fonts", "swiftshader"):
        with tarfile.open(fileobj=io.BytesIO(_decompressed(packed / f"{name}.tar.br", node))) as archive:
            archive.extractall(home / name, filter="data")
    for library in (home / "swiftshader").iterdir():
        shutil.copy2(library, home)  # Chromium looks for them beside itself
    (home / "fonts.conf").write_text(FONTS_CONF.format(home=home.resolve()))
    _write_executable(_decompressed(packed / "chromium.br", node), home / "chromium")


def _decompressed(path: Path, node: Path) -> bytes:
    return subprocess.run([node, "-e", DECOMPRESS, path], check=True, capture_output=True).stdout


def _write_executable(content: bytes, path: Path) -> None:
    """Renamed into place at the very end: the file's presence means that everything is complete."""
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.chmod(0o755)
    part.rename(path)


if __name__ == "__main__":
    unpack(*map(Path, sys.argv[1:4]))
