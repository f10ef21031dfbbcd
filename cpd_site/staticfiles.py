"""Browser files: exactly those of installed Python packages that pages use, and the hashed names of all."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from studies.scripts import IMPORT

# path under static/ -> (package, path inside it)
PACKAGE_FILES = {
    "vendor/bootstrap.min.css": ("bootstrap", "css/bootstrap.min.css"),
    # The style sheet names it, and the manifest of hashed names refuses a dead reference
    "vendor/bootstrap.min.css.map": ("bootstrap", "css/bootstrap.min.css.map"),
}


class PackageStorage(FileSystemStorage):
    """Names a package's file by its path under static/; everything else does not exist."""

    def path(self, name: str) -> str:
        package, inside = PACKAGE_FILES[name]
        spec = find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise FileNotFoundError(f"{name}: the Python package {package} is not installed")
        return str(Path(spec.submodule_search_locations[0]) / inside)


class PackageFileFinder(BaseFinder):
    storage = PackageStorage()

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file behind a path under static/: one path, or a list of them with `find_all`."""
        found = self.storage.path(path) if path in PACKAGE_FILES else None
        if find_all:
            return [found] if found else []
        return found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        return ((name, self.storage) for name in PACKAGE_FILES)


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Our own modules say `from "./name.js";`, and a hashed copy says the hashed names.

    Django's support_js_module_import_aggregation also reads packages' scripts, and stops at a dead name.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((IMPORT, 'from "%(url)s";'),)),
    )
    max_post_process_passes = 20  # a pass follows one import of a chain; it ends when nothing changes
