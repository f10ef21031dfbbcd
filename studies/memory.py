"""The memory of a process that runs for weeks."""

import ctypes
import gc
from contextlib import suppress

MUCH = 20_000  # objects, which take the collector 10 ms


def settle() -> None:
    """Everything that stays loaded is here now. The collector would walk all of it again and again in the
    middle of requests, 20 % of a page's time; and reading code leaves holes of 14 MB behind."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    give_back()


def collect() -> None:
    """Everything that nobody needs any more; what settle() found is left alone."""
    gc.collect()
    give_back()


def settle_again() -> None:
    """As collect(), in a moment when nobody waits. What pages have loaded since the start takes the collector
    40 ms each time; so it is left alone, too, and what was left alone before is looked at once more."""
    if len(gc.get_objects()) > MUCH:
        gc.unfreeze()
        settle()
    else:
        collect()


def give_back() -> None:
    """What was freed, the C library keeps for the next one who asks; there may be none for hours."""
    with suppress(OSError, AttributeError):  # only glibc has it
        ctypes.CDLL("libc.so.6").malloc_trim(0)
