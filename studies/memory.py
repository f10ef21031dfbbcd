"""The memory of a process that runs for weeks."""

import ctypes
import gc
from contextlib import suppress

MUCH = 20_000  # objects, which take the collector 10 ms


def settle() -> None:
    """Freezes everything that is loaded now, so that the garbage collector no longer walks it in the middle
    of requests (20 % of a page's time), and returns the 14 MB that loading code has left unused."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    give_back()


def collect() -> None:
    """Frees what nobody needs any more, apart from what settle() has frozen."""
    gc.collect()
    give_back()


def settle_again() -> None:
    """Like collect(), for a moment when nobody waits. Where pages have loaded much since the start, which
    would cost the collector 40 ms each time, everything is collected once more and then frozen."""
    if len(gc.get_objects()) > MUCH:
        gc.unfreeze()
        settle()
    else:
        collect()


def give_back() -> None:
    """Returns freed memory to the system. The C library would keep it for its own next use, perhaps for
    hours."""
    with suppress(OSError, AttributeError):  # only glibc has it
        ctypes.CDLL("libc.so.6").malloc_trim(0)
