"""What a browser script imports: read in the sources, so that a page can ask for all of it at once."""

import re
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath

from django.contrib.staticfiles import finders

# The one form of an import; the storage of static files writes hashed names into it
IMPORT = r'(?P<matched>\bfrom "(?P<url>\.\.?/[^"\n]+)";)'


def imports(name: str) -> list[str]:
    """The scripts that a script of ours names, as paths under static/."""
    source = Path(str(finders.find(name))).read_text()
    return [normpath(join(dirname(name), found["url"])) for found in re.finditer(IMPORT, source)]


@cache
def graph(name: str) -> tuple[str, ...]:
    """A script and all that it needs, itself first. A process reads them once."""
    found = [name]
    for each in found:  # which grows meanwhile
        found += [needed for needed in imports(each) if needed not in found]
    return tuple(found)
